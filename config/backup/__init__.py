"""The whole of a site in one file, and back: on SQLite and on PostgreSQL alike.

A backup holds rows and not files of a database, so that one that was made on either
database is restored on either, and that what must not be in it never is: a copy of the
files would hold what was deleted, too.
"""
