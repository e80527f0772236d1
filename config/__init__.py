"""Settings, addresses and the server's entry point."""

# SQLite 3.7.0-3.51.2 can lose part of the write-ahead log when two connections
# checkpoint at the same moment (sqlite.org/wal.html#walresetbug). Where the newer
# library is installed and really newer, it stands in for the system's one, before
# Django looks for it. Django 6 calls Connection.getlimit, which pysqlite3 0.6 lacks:
# there the system's library stays, and a system check says what that means.
import sqlite3
import sys

import django

try:
    import pysqlite3
except ImportError:
    pass
else:
    if pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info and (
        django.VERSION < (6, 0) or hasattr(pysqlite3.dbapi2.Connection, "getlimit")
    ):
        sys.modules["sqlite3"] = pysqlite3
        sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
