"""Full text over posts and comments, on SQLite (FTS5) and on PostgreSQL."""
