"""Prints the address of a PostgreSQL for the tests, or nothing: for the Makefile.

DATABASE_URL if it names one, else TEST_POSTGRES_URL or a server on this machine, where
a database of the project's own is used. pytest makes its test database beside it.
"""

import os

import psycopg

LOCAL = "postgres://postgres@127.0.0.1:5432"


def postgres() -> str:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        return given
    server = os.environ.get("TEST_POSTGRES_URL", LOCAL).rstrip("/")
    try:
        psycopg.connect(f"{server}/postgres", connect_timeout=30).close()
    except psycopg.OperationalError:
        return ""
    return f"{server}/postgres"


if __name__ == "__main__":
    print(postgres())
