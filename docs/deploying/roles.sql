-- Two roles for one database: "candour" owns it and upgrades it, "candour_site" runs the
-- site, and can neither change nor remove what was decided. To be run as the owner, after
-- the first "migrate" and after each "restore":
--     psql postgres://candour:…@127.0.0.1/candour -v ON_ERROR_STOP=1 -f roles.sql

BEGIN;
GRANT USAGE ON SCHEMA public TO candour_site;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO candour_site;
GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO candour_site;

-- What a later upgrade makes.
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO candour_site;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO candour_site;

-- The log, and what was done about complaints: rows are added, and that is all.
REVOKE UPDATE, DELETE, TRUNCATE ON moderation_decision, moderation_complaintevent
    FROM candour_site;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM candour_site;
COMMIT;
