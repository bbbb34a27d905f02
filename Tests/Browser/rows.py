"""Looks into a city's database beside the server: PostgreSQL at NUANXIN_DATABASE_URL, else the SQLite file of its folder.

Questions are SQL that both understand, with `?` for values. Identities come back as text and are given as `uuid.UUID`.
"""

import contextlib
import os
import pathlib
import sqlite3
import uuid

import psycopg

sqlite3.register_adapter(uuid.UUID, lambda value: value.bytes)


class Rows:
    def __init__(self, folder, url=None):
        self.file = pathlib.Path(folder) / "nuanxin.sqlite"
        self.url = url or os.environ.get("NUANXIN_DATABASE_URL")

    def all(self, question, *values):
        with contextlib.closing(self._open()) as database:
            if self.url:
                question = question.replace("%", "%%").replace("?", "%s")
            return [tuple(map(plain, row)) for row in database.execute(question, values)]

    def column(self, question, *values):
        return [row[0] for row in self.all(question, *values)]

    def texts(self):
        """Every text of every table."""
        if self.url:
            names = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'table'"
        for table in self.column(names):
            for row in self.all(f'SELECT * FROM "{table}"'):
                yield from (value for value in row if isinstance(value, str))

    def _open(self):
        if self.url:
            database = psycopg.connect(self.url)
            database.read_only = True
            return database
        return sqlite3.connect(f"file:{self.file}?mode=ro", uri=True)


def plain(value):
    # SQLite keeps an identity as 16 bytes; nothing else in the tables has that length.
    if isinstance(value, bytes) and len(value) == 16:
        value = uuid.UUID(bytes=value)
    return str(value) if isinstance(value, uuid.UUID) else value
