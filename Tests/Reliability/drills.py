"""Runs the drills one after another on small cities of their own, prints what was measured, and ends with a count.

    scripts/test-reliability sqlite              all of them
    scripts/test-reliability postgres kills      some of them
    ROUNDS=100 scripts/test-reliability …        more of what is repeated than `make test` has time for
"""

import contextlib
import os
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Browser"))  # where rows.py is

import failover
import backups
import kills
import malformed
import nodes
import photos
import s3
import restarts
import shutdown
import slow
import unknown
from postgres import Postgres
from server import Server

seed = 20261121


def rounds(usual):
    return int(os.environ.get("ROUNDS", usual))


#: What is said of it, the drill, and whether the server is to be started for it.
on_sqlite = {
    "kills": ("kill -9 under four writers", lambda *a: kills.drill(*a, rounds=rounds(30)), False),
    "backups": ("backups under four writers", lambda *a: backups.drill(*a, rounds=rounds(3)), True),
    "malformed": ("2,000 malformed requests", lambda *a: malformed.drill(*a, count=2000), True),
    "photos": ("200 malformed photos", lambda *a: photos.drill(*a, count=200), True),
    "s3": ("photos in an S3 that fails", s3.drill, False),
    "slow": ("slow and silent clients", slow.drill, True),
    "shutdown": ("SIGTERM under load, twice", lambda *a: shutdown.drill(*a, rounds=rounds(2)), True),
}

# Hostile photos and slow clients never get as far as the database: once is enough. What kills of the server and malformed
# requests could do to it is mostly the same on both: half as many. What hurts PostgreSQL itself gets to know where it is.
on_postgres = {
    "kills": ("kill -9 under four writers", lambda *a, **_: kills.drill(*a, rounds=rounds(15)), False),
    "malformed": ("1,000 malformed requests", lambda *a, **_: malformed.drill(*a, count=1000), True),
    "shutdown": ("SIGTERM under load, 20 times of 100", lambda *a, **_: shutdown.drill(*a, rounds=rounds(20)), True),
    "restarts": ("PostgreSQL started again under load", lambda *a, **b: restarts.drill(*a, **b, rounds=rounds(20)), True),
    "unknown": ("commits of unknown fate", lambda *a, **b: unknown.drill(*a, **b, rounds=rounds(20)), True),
    # The busiest comes late: drills on SQLite run beside these, and are done by then.
    "nodes": ("two nodes, kill -9 of either", lambda *a, **b: nodes.drill(*a, **b, rounds=rounds(30)), True),
}

# These make servers of their own.
beside_postgres = {
    "failover": ("the primary killed, its standby promoted", lambda *a: failover.drill(*a, rounds=rounds(2))),
}


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, words, holds, seen=""):
        if holds:
            self.passed += 1
        else:
            self.failed += 1
            print(f"    FAILED: {words}\n        {seen}", flush=True)


def main():
    database, *wanted = sys.argv[1:]
    check = Checks()
    if database == "sqlite":
        for name in wanted or on_sqlite:
            words, drill, starts = on_sqlite[name]
            with told(words):
                on_city(drill, starts, check)
    else:
        with Postgres.founded() as postgres:
            for name in [name for name in wanted or on_postgres if name in on_postgres]:
                words, drill, starts = on_postgres[name]
                with told(words):
                    on_city(drill, starts, check, postgres.add(name), postgres=postgres, database=name)
        for name in [name for name in wanted or beside_postgres if name in beside_postgres]:
            words, drill = beside_postgres[name]
            with told(words):
                drill(check, seed)
    print(f"{check.passed} passed, {check.failed} failed", flush=True)
    sys.exit(1 if check.failed or not check.passed else 0)


@contextlib.contextmanager
def told(words):
    print(f"--- {words} (seed {seed})", flush=True)
    began = time.monotonic()
    yield
    print(f"    {time.monotonic() - began:.0f} s", flush=True)


def on_city(drill, starts, check, url=None, **where):
    with tempfile.TemporaryDirectory(prefix="nuanxin-drill-") as folder:
        server = Server(pathlib.Path(folder), url)
        try:
            if starts:
                server.start()
            drill(server, check, seed, **where)
        finally:
            if server.process and server.is_running():
                server.stop()


main()
