"""Runs the drills one after another on small cities of their own, prints what was measured, and ends with a count.

    scripts/test-reliability sqlite              all of them
    scripts/test-reliability postgres kills      some of them; ROUNDS=50 for more of what is repeated
"""

import os
import pathlib
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Browser"))  # where rows.py is

import kills
import malformed
import photos
import shutdown
import slow
from postgres import Postgres
from server import Server

seed = 20261121


def rounds(usual):
    return int(os.environ.get("ROUNDS", usual))


#: What is said of it, the drill, and whether the server is to be started for it.
on_sqlite = {
    "kills": ("kill -9 under four writers", lambda *a: kills.drill(*a, rounds=rounds(30)), False),
    "malformed": ("2,000 malformed requests", lambda *a: malformed.drill(*a, count=2000), True),
    "photos": ("200 malformed photos", lambda *a: photos.drill(*a, count=200), True),
    "slow": ("slow and silent clients", slow.drill, True),
    "shutdown": ("SIGTERM under load, twice", lambda *a: shutdown.drill(*a, rounds=rounds(2)), True),
}

# Photos and slow clients never get as far as the database: once is enough.
on_postgres = {
    "kills": ("kill -9 under four writers", lambda *a: kills.drill(*a, rounds=rounds(30)), False),
    "malformed": ("1,000 malformed requests", lambda *a: malformed.drill(*a, count=1000), True),
    "shutdown": ("SIGTERM under load, 20 times", lambda *a: shutdown.drill(*a, rounds=rounds(20)), True),
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
            run(*on_sqlite[name], check)
    else:
        with Postgres.founded("one") as postgres:
            for name in wanted or on_postgres:
                run(*on_postgres[name], check, url=postgres.add(name))
    print(f"{check.passed} passed, {check.failed} failed", flush=True)
    sys.exit(1 if check.failed or not check.passed else 0)


def run(words, drill, starts, check, url=None):
    print(f"--- {words} (seed {seed})", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nuanxin-drill-") as folder:
        server = Server(pathlib.Path(folder), url)
        try:
            if starts:
                server.start()
            drill(server, check, seed)
        finally:
            if server.process and server.is_running():
                server.stop()
    print(f"    {time.monotonic() - began:.0f} s", flush=True)


main()
