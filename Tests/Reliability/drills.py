"""Runs the drills one after another on small cities of their own, prints what was measured, and ends with a count.

    scripts/test-reliability               all of them
    scripts/test-reliability kills slow    some of them
"""

import os
import pathlib
import sys
import tempfile
import time

import backups
import kills
import malformed
import photos
import shutdown
import slow
from server import Server

seed = 20261121
backup_rounds = int(os.environ.get("BACKUPS", "3"))
drills = {
    "backups": ("backups under four writers", lambda *a: backups.drill(*a, rounds=backup_rounds), True),
    "kills": ("kill -9 under four writers", lambda *a: kills.drill(*a, rounds=30), False),
    "malformed": ("2,000 malformed requests", lambda *a: malformed.drill(*a, count=2000), True),
    "photos": ("200 malformed photos", lambda *a: photos.drill(*a, count=200), True),
    "slow": ("slow and silent clients", slow.drill, True),
    "shutdown": ("SIGTERM under load", lambda *a: shutdown.drill(*a, rounds=2), True),
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
    wanted = sys.argv[1:] or list(drills)
    check = Checks()
    for name in wanted:
        words, drill, starts = drills[name]
        print(f"--- {words} (seed {seed})", flush=True)
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="nuanxin-drill-") as folder:
            server = Server(pathlib.Path(folder))
            try:
                if starts:
                    server.start()
                drill(server, check, seed)
            finally:
                if server.process and server.is_running():
                    server.stop()
        print(f"    {time.monotonic() - began:.0f} s", flush=True)
    print(f"{check.passed} passed, {check.failed} failed", flush=True)
    sys.exit(1 if check.failed or not check.passed else 0)


main()
