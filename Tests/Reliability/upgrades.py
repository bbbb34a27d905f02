"""`nuanxin migrate` killed with -9 at any moment of an upgrade, again and again: the database is as it was or as it is to
be, never in between, and the next try brings it to where one goes that was never killed. On PostgreSQL every second kill
is the server's.
"""

import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import time

from postgres import programs
from s3 import command
from server import binary, root
from writers import Writer

entries = 200_000

# Back to the tables before PostgreSQL came in, which a city of that time still has.
undone = ("journal-2-order", "journal-3-heartbeat")
undo = f"""
    DROP TABLE heartbeat;
    DROP INDEX journal_entry_by_order;
    ALTER TABLE journal_entry DROP COLUMN xact;
    ALTER TABLE journal_cursor DROP COLUMN xact;
    DELETE FROM schema_migration WHERE name IN {undone};
    ALTER TABLE schema_migration DROP COLUMN phase
"""
# So much that an upgrade takes its time. Nothing is left to do about it.
fill = f"""
    INSERT INTO journal_entry (at, kind, subject, data)
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {entries})
    SELECT 1790000000000 + i, 'drill', (SELECT min(subject::text)::uuid FROM journal_entry), '{{}}' FROM n;
    UPDATE journal_cursor SET sequence = (SELECT max(sequence) FROM journal_entry)
"""


def drill(server, check, seed, rounds, postgres=None, database=None):
    chance = random.Random(seed)
    server.start()
    writer = Writer(server, server.rider("13900000800"), seed, photos=0.5)
    for _ in range(8):
        writer.next()
        writer.send_rest()
    server.stop()
    city = InPostgres(postgres, database) if postgres else InFile(server)
    city.run(undo)
    city.run(fill)
    city.keep()
    whole, wanted = timed(server), city.content()
    share = max(0.05, whole - timed(server))
    amid, done = 0, 0
    for number in range(rounds):
        city.take_back()
        migrating = subprocess.Popen(
            [binary, "migrate", "--data", server.data], cwd=root, env=server.environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # Most of the time it only gets ready: three of four kills wait for what can be hurt.
        while number % 4 < 3 and migrating.poll() is None and not city.is_changing():
            time.sleep(0.005)
        time.sleep(chance.uniform(0, share if number % 4 < 3 else whole))
        amid += migrating.poll() is None and city.is_changing()
        if postgres and number % 2:
            postgres.kill()
        migrating.send_signal(signal.SIGKILL)
        migrating.wait()
        if postgres and number % 2:
            postgres.start()
        found = len([name for name in city.steps() if name in undone])
        check("what was killed left all or nothing", found in (0, len(undone)), found)
        done += bool(found)
        server.run("migrate")
        content = city.content()
        check("everything is where it is without kills", content == wanted, sorted(set(content) ^ set(wanted))[:5])
    print(f"    an upgrade of {share:.1f} s, {rounds} kills: {amid} amid its changes, {done} after them")
    check("some kills came amid the changes", amid, (amid, done))
    said = command(server, "check")
    check("nuanxin check finds nothing", said.returncode == 0, said.stdout + said.stderr)
    server.start()
    missing = [problem for key in writer.acknowledged for problem in writer.missing(key)]
    check("each report is there, with its photo", len(writer.acknowledged) == 8 and not missing, missing[:5])
    server.stop()


def timed(server):
    began = time.monotonic()
    server.run("migrate")
    return time.monotonic() - began


class InFile:
    def __init__(self, server):
        self.file = server.data / "nuanxin.sqlite"
        self.kept = self.file.with_name("kept.sqlite")

    def run(self, statements):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.executescript(statements.replace("::text", "").replace("::uuid", ""))

    def keep(self):
        self.run("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(self.file, self.kept)

    def take_back(self):
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copy(self.kept, self.file)

    def is_changing(self):
        log = self.file.with_name(self.file.name + "-wal")
        return log.exists() and log.stat().st_size > 0

    def steps(self):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            return [name for (name,) in database.execute("SELECT name FROM schema_migration")]

    def content(self):
        """The tables and all that is in them, line by line; what SQLite says about the whole."""
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            said = [database.execute(f"PRAGMA {check}").fetchall() for check in ("integrity_check", "foreign_key_check")]
            return sorted([*database.iterdump(), *map(str, said)])


class InPostgres:
    def __init__(self, postgres, database):
        self.postgres, self.database = postgres, database

    def run(self, statements):
        for statement in statements.split(";"):
            self.postgres.ask(statement, database=self.database)

    def keep(self):
        self.postgres.ask(f'CREATE DATABASE kept TEMPLATE "{self.database}"')

    def take_back(self):
        self.postgres.ask(f'DROP DATABASE "{self.database}" WITH (FORCE)')
        self.postgres.ask(f'CREATE DATABASE "{self.database}" TEMPLATE kept')

    def is_changing(self):
        question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_xid IS NOT NULL"
        return self.postgres.ask(question, self.database)[0][0] > 0

    def steps(self):
        return [name for (name,) in self.postgres.ask("SELECT name FROM schema_migration", database=self.database)]

    def content(self):
        """The tables and all that is in them, line by line."""
        dump = subprocess.check_output([programs / "pg_dump", self.postgres.url(self.database)], text=True)
        return sorted(line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))
