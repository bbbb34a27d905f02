"""Runs the drills on small cities of their own, some side by side, prints what was measured, and ends with a count.

    scripts/test-reliability                     all of them
    scripts/test-reliability sqlite              those on one database
    scripts/test-reliability postgres kills      some of them; a single one says at once what it sees
    ROUNDS=100 scripts/test-reliability …        more of what is repeated than `make test` has time for
    LANES=1 scripts/test-reliability …           one after the other
    scripts/drill-patroni                        on a cluster under Patroni
"""

import concurrent.futures
import contextlib
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "Browser"))  # where rows.py is

import backups
import disk
import failover
import kills
import malformed
import metrics
import nodes
import patroni
import photos
import replica
import restarts
import s3
import shutdown
import slow
import unknown
import upgrades
from postgres import Postgres
from server import LeftOut, Server

seed = 20261121
lanes = int(os.environ.get("LANES", 3))  # most drills wait for most of their time


def rounds(usual):
    return int(os.environ.get("ROUNDS", usual))


def in_city(drill, started=False, **options):
    """On a city of its own, and on a PostgreSQL of its own. Its server may have been `started`."""

    def run(database, check):
        with contextlib.ExitStack() as afterwards:
            folder = afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-"))
            where, url = {}, None
            if database == "postgres":
                postgres = afterwards.enter_context(Postgres.founded())
                where, url = {"postgres": postgres, "database": "city"}, postgres.add("city")
            server = Server(pathlib.Path(folder), url)
            afterwards.callback(lambda: server.process and server.is_running() and server.stop())
            if started:
                server.start()
            drill(server, check, seed, **where, **options)

    return run


def by_itself(drill, **options):
    """It makes what it needs."""
    return lambda database, check: drill(check, seed, **options)


# The longest first. Hostile photos and slow clients never get as far as the database: once is enough. What kills of the
# server and malformed requests could do to it is mostly the same on both: fewer of them.
drills = {
    "postgres": {
        "nodes": ("two nodes, kill -9 of either", in_city(nodes.drill, started=True, rounds=rounds(12))),
        "restarts": ("PostgreSQL started again under load", in_city(restarts.drill, started=True, rounds=rounds(8))),
        "shutdown": ("SIGTERM under load", in_city(shutdown.drill, started=True, rounds=rounds(6))),
        "replica": ("figures from a copy that lags and dies", by_itself(replica.drill)),
        "failover": ("the primary killed, its standby promoted", by_itself(failover.drill, rounds=rounds(2))),
        "disk": ("PostgreSQL's disks full", by_itself(disk.on_postgres, rounds=rounds(1))),
        "kills": ("kill -9 under four writers", in_city(kills.drill, rounds=rounds(8))),
        "unknown": ("commits of unknown fate", in_city(unknown.drill, started=True, rounds=rounds(8))),
        "upgrades": ("kill -9 while tables are upgraded", in_city(upgrades.drill, rounds=rounds(3))),
        "malformed": ("malformed requests", in_city(malformed.drill, started=True, count=1000 * rounds(1))),
        "metrics": ("what /metrics says", in_city(metrics.drill, started=True)),
    },
    "sqlite": {
        "s3": ("photos in an S3 that fails", in_city(s3.drill)),
        "slow": ("slow and silent clients", in_city(slow.drill, started=True)),
        "kills": ("kill -9 under four writers", in_city(kills.drill, rounds=rounds(15))),
        "photos": ("malformed photos", in_city(photos.drill, started=True, count=100 * rounds(1))),
        "backups": ("backups under four writers", in_city(backups.drill, started=True, rounds=rounds(2))),
        "malformed": ("malformed requests", in_city(malformed.drill, started=True, count=2000 * rounds(1))),
        "disk": ("a full disk", by_itself(disk.on_sqlite, rounds=rounds(2))),
        "shutdown": ("SIGTERM under load", in_city(shutdown.drill, started=True, rounds=rounds(3))),
        "upgrades": ("kill -9 while tables are upgraded", in_city(upgrades.drill, rounds=rounds(3))),
        "metrics": ("what /metrics says", in_city(metrics.drill, started=True)),
    },
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
    # What is told to end takes its servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    database, *wanted = sys.argv[1:] or [None]
    if database == "patroni":
        drill = by_itself(patroni.drill, wanted=wanted, rounds=rounds(5))
        sys.exit(run(database, "cluster", "two nodes on a cluster under Patroni", drill))
    chosen = [(name, place) for name in drills if database in (None, name)
              for place in drills[name] if not wanted or place in wanted]  # fmt: skip
    if not chosen or len(chosen) < len(wanted):
        sys.exit(f"there is no such drill: {' '.join(sys.argv[1:])}")
    if len(chosen) == 1:
        database, name = chosen[0]
        sys.exit(run(database, name, *drills[database][name]))
    # In turn from both databases: both begin with their longest.
    chosen.sort(key=lambda job: list(drills[job[0]]).index(job[1]))
    with concurrent.futures.ThreadPoolExecutor(lanes) as pool:
        ended = list(pool.map(run_beside, chosen))
    failed = [" ".join(job) for job, done in zip(chosen, ended) if done.returncode]
    left_out = sum(done.stdout.count("*** LEFT OUT") for done in ended)
    print(f"{len(chosen) - len(failed)} drills passed, {len(failed)} failed: {', '.join(failed) or 'none'}")
    print(f"*** {left_out} LEFT OUT, see above" if left_out else "nothing was left out")
    sys.exit(1 if failed else 0)


def run_beside(job):
    done = subprocess.run(
        [sys.executable, "-B", __file__, *job], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    print(done.stdout, end="", flush=True)
    return done


def run(database, name, words, drill):
    print(f"--- {database} {name}: {words} (seed {seed})", flush=True)
    check, began = Checks(), time.monotonic()
    try:
        drill(database, check)
    except LeftOut as why:
        print(f"    *** LEFT OUT: {why}", flush=True)
        return 1 if os.environ.get("CI") else 0
    worked = sum(sum(resource.getrusage(whose)[:2]) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"    {check.passed} passed, {check.failed} failed in {time.monotonic() - began:.0f} s, "
          f"{worked:.0f} s of processor", flush=True)  # fmt: skip
    return 1 if check.failed or not check.passed else 0


main()
