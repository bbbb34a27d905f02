"""Backups while four people send reports: each is verified, restored, and one moment with all that was acknowledged
before it began; the last one is served. Damage, a kill in the middle and a full disk are found and leave nothing behind.

ROUNDS=10 scripts/test-reliability sqlite backups    as many rounds
"""

import copy
import random
import secrets
import signal
import sqlite3
import subprocess
import threading
import time

from disk import Disk, can_mount
from kills import Writer
from server import binary, percentile, root

writers = 4


def drill(server, check, seed, rounds):
    chance = random.Random(seed)
    server.environment["NUANXIN_BACKUP_KEY"] = secrets.token_urlsafe(32)
    target = server.data.parent / "backups"
    target.mkdir()
    tokens = [server.rider(f"1390000000{number}") for number in range(writers)]
    crowd = [Writer(server, token, seed + number) for number, token in enumerate(tokens)]
    going = threading.Event()
    going.set()
    threads = [threading.Thread(target=writer.write_while, args=(going,)) for writer in crowd]
    for thread in threads:
        thread.start()
    made, times = [], []
    for _ in range(rounds):
        time.sleep(chance.uniform(0.5, 1.5))
        before = {key for writer in crowd for key in writer.acknowledged}
        began = time.monotonic()
        file = server.run("backup", "--to", target).splitlines()[0]
        times.append(time.monotonic() - began)
        made.append((file, before))
    killed = kill_one(server, target, chance)
    server.run("backup", "--to", target)
    left = [path.name for path in target.iterdir() if not path.name.endswith(".backup")]
    check("what a killed backup left is cleared away by the next", not left, left)
    going.clear()
    for thread in threads:
        thread.join(30)
    problems = [problem for writer in crowd for problem in writer.problems]
    check("the server went on answering", not problems, problems[:5])

    restores = []
    for number, (file, before) in enumerate(made):
        ok = run(server, "verify", file)
        check("verify says it is whole", ok.returncode == 0, ok.stderr)
        folder = server.data.parent / f"restored-{number}"
        began = time.monotonic()
        done = run(server, "restore", file, data=folder)
        restores.append(time.monotonic() - began)
        check("restore makes a folder of it", done.returncode == 0, done.stderr)
        look_inside(folder, before, check)
    serve_restored(server, folder, crowd, before, check)
    damage(server, made[0][0], chance, check)
    fill_disk(server, check)
    print(
        f"    {rounds} backups beside {sum(len(w.acknowledged) for w in crowd)} reports, each "
        f"p50 {percentile(times, 0.5):.2f}, max {max(times):.2f} s; restored in p50 {percentile(restores, 0.5):.2f} s; "
        f"one killed after {killed * 1000:.0f} ms"
    )


def run(server, *arguments, data=None):
    return subprocess.run(
        [binary, *map(str, arguments), "--data", data or server.data], cwd=root, env=server.environment,
        text=True, capture_output=True, check=False,
    )  # fmt: skip


def kill_one(server, target, chance):
    """Kills a backup at some moment of its work."""
    wait = chance.uniform(0.05, 0.3)
    process = subprocess.Popen(
        [binary, "backup", "--to", target, "--data", server.data], cwd=root, env=server.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return wait


def look_inside(folder, before, check):
    """That the restored database is one moment: what a report writes is there together, and nothing from before is missing."""
    db = sqlite3.connect(f"file:{folder}/nuanxin.sqlite?mode=ro", uri=True)

    def rows(statement):
        return sorted(row[0] for row in db.execute(statement))

    stored = rows("SELECT lower(hex(id)) FROM matter")
    missing = {key.replace("-", "") for key in before} - set(stored)
    check("all that was acknowledged before is in it", not missing, len(missing))
    check("it is whole", rows("PRAGMA integrity_check") == ["ok"])
    for table, column in [("reporter", "matter_id"), ("matter_step", "matter_id"), ("journal_entry", "subject")]:
        condition = "WHERE kind = 'case.step'" if table == "journal_entry" else ""
        owners = rows(f"SELECT lower(hex({column})) FROM {table} {condition}")
        check(f"each report has one row in {table}", owners == stored, (len(owners), len(stored)))
    numbers = rows("SELECT sequence FROM journal_entry")
    check("no entry of the journal is missing between", numbers == list(range(1, len(numbers) + 1)), len(numbers))
    db.close()


def serve_restored(server, folder, crowd, before, check):
    """Riders find their reports and photos on the restored server, signed in as they were."""
    server.stop()
    restored = copy.copy(server)
    restored.data = folder
    restored.start()
    missing = []
    for writer in crowd:
        writer.server = restored
        missing += [problem for key in writer.acknowledged if key in before for problem in writer.missing(key)]
    check("the restored server shows each report with its photos", not missing, missing[:5])
    check("enough was in it", len(before) > 10, len(before))
    restored.stop()


def damage(server, file, chance, check):
    with open(file, "rb") as whole:
        content = bytearray(whole.read())
    for place in [chance.randrange(len(content)) for _ in range(5)]:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        broken = server.data.parent / "broken.backup"
        broken.write_bytes(changed)
        found = run(server, "verify", broken)
        check(f"a changed bit in byte {place} is found", found.returncode == 1 and found.stderr, found.stdout)
    other = dict(server.environment, NUANXIN_BACKUP_KEY=secrets.token_urlsafe(32))
    done = subprocess.run(
        [binary, "verify", file, "--data", server.data], cwd=root, env=other, capture_output=True, check=False
    )
    check("another key opens nothing", done.returncode == 1, done.stdout)
    again = run(server, "restore", file)
    check("nothing is restored over a folder with data", again.returncode == 1 and "empty" in again.stderr, again.stderr)


def fill_disk(server, check):
    if not can_mount():
        print("    *** LEFT OUT: a backup onto a full disk; a small disk can't be mounted here")
        return
    with Disk.mounted(server.data.parent / "small", "64k") as small:
        full = run(server, "backup", "--to", small.path)
        check("a full disk is named", full.returncode == 1 and "full" in full.stderr, full.stderr)
        check("and nothing is left on it", not list(small.path.iterdir()), list(small.path.iterdir()))
