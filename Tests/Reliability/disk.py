"""A disk that fills up under writers, again and again: the city's own, PostgreSQL's, and that of PostgreSQL's log.

Everybody is told so, nothing is half-written and nothing that was acknowledged is lost; what is there can be read. When
there is room again all goes on by itself.
"""

import collections
import contextlib
import os
import pathlib
import pwd
import random
import re
import subprocess
import tempfile
import time

import psycopg

from kills import look_inside
from postgres import Postgres
from s3 import command
from server import LeftOut, Server
from writers import Told, Writer, at_work, time_until_written

soon = 5


class Disk:
    """A small disk of its own, in memory. `fill` leaves a little of it, `clear` gives the rest back."""

    def __init__(self, path):
        self.path, self.ballast = path, path / "ballast"

    @classmethod
    @contextlib.contextmanager
    def mounted(cls, path, size, owner=0):
        path.mkdir()
        options = f"size={size},mode=700,uid={owner},gid={owner}"
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", path], capture_output=True, check=True)
        try:
            yield cls(path)
        finally:
            subprocess.run(["umount", path], check=True)

    def fill(self, but):
        with self.ballast.open("wb") as file:
            while (room := self.free() - but) > 0:
                with contextlib.suppress(OSError):  # others took some of it at this moment
                    return os.posix_fallocate(file.fileno(), 0, room)

    def clear(self):
        self.ballast.unlink()

    def free(self):
        known = os.statvfs(self.path)
        return known.f_bavail * known.f_frsize


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            with Disk.mounted(pathlib.Path(folder, "disk"), "64k"):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def require_mounting():
    if not can_mount():
        raise LeftOut("a small disk can't be mounted here; it takes root, and a container that lets it")


def on_sqlite(check, seed, rounds):
    """Database and photos on one disk."""
    require_mounting()
    with contextlib.ExitStack() as afterwards:
        folder = pathlib.Path(afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-")))
        disk = afterwards.enter_context(Disk.mounted(folder / "data", "64m"))
        server = Server(folder)
        afterwards.callback(lambda: server.process and server.is_running() and server.stop())
        crowd = fill_again_and_again(server, check, seed, rounds, {"disk": disk})
        left = list((server.data / "photos/work").iterdir())
        check("no upload is left on its way", not left, left[:5])
        said = command(server, "photos", "check")
        check("all photos are there and whole", said.returncode == 0, said.stdout + said.stderr)
        server.stop()
        look_inside(server, check, crowd)


def on_postgres(check, seed, rounds):
    """PostgreSQL's tables on one disk, its log on another."""
    require_mounting()
    with contextlib.ExitStack() as afterwards:
        folder = pathlib.Path(afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-")))
        folder.chmod(0o755)
        owner = pwd.getpwnam("postgres").pw_uid
        tables = afterwards.enter_context(Disk.mounted(folder / "tables", "128m", owner))
        log = afterwards.enter_context(Disk.mounted(folder / "log", "64m", owner))
        postgres = afterwards.enter_context(Postgres.removed_afterwards())
        postgres.data = tables.path / "data"
        # A short log is full soon.
        postgres.settings |= {"min_wal_size": "2MB", "max_wal_size": "8MB"}
        postgres.found("--waldir", log.path / "wal", "--wal-segsize=1")
        postgres.start()
        server = Server(folder, postgres.add("city"))
        afterwards.callback(lambda: server.process and server.is_running() and server.stop())
        crowd = fill_again_and_again(server, check, seed, rounds, {"tables": tables, "log": log}, postgres)
        server.stop()
        look_inside(server, check, crowd)


def fill_again_and_again(server, check, seed, rounds, disks, postgres=None):
    chance = random.Random(seed)
    server.start()
    before = server.process.pid
    crowd = [Writer(server, server.rider(f"1390000070{number}"), seed + number, photos=0.5, waits_at=(503, 507))
             for number in range(4)]  # fmt: skip
    author = Writer(server, server.rider("13900000710"), seed + 9, photos=1)
    reader, watch = Reader(server, pages(author), author.token), Reader(server, ["/readyz"])
    spells = []
    with at_work([*crowd, reader, watch]):
        for _ in range(rounds):
            for name, disk in disks.items():
                time.sleep(chance.uniform(0.3, 0.8))
                spell = Spell(name)
                disk.fill(but=chance.randrange(256 << 10))
                spell.wait_until_refused(crowd, postgres if name == "log" else None)
                # Without room for its log PostgreSQL goes down; nobody is told so before our patience has ended.
                time.sleep(5 if name == "log" else chance.uniform(1.5, 2.5))
                disk.clear()
                if postgres:
                    postgres.revive()
                spell.ended = time.monotonic()
                spell.back = time_until_written(crowd, spell.ended)
                spells.append(spell)
        time.sleep(1)
    for writer in crowd:
        writer.send_rest()
    for name in disks:
        tell(check, name, [spell for spell in spells if spell.name == name], crowd, reader, watch)
    counted = re.search(r'hb_requests_total\{.*status_code="507"', server.ask("GET", "/metrics").body.decode())
    check("who counts answers can see it", counted)
    answers = [answer for writer in crowd for answer in writer.answers]
    bad = [answer for answer in answers if not answer.is_refusal and not answer.is_good]
    check("only good answers, 503 with the time to wait, or 507", not bad, bad[:5])
    problems = [problem for writer in crowd for problem in writer.problems]
    check("nobody is told that a report is wrong", not problems, problems[:5])
    missing = [problem for writer in crowd for key in writer.acknowledged for problem in writer.missing(key)]
    check("each acknowledged report is there, with its photo", not missing, missing[:5])
    check("enough was going on", sum(len(writer.acknowledged) for writer in crowd) > 5 * len(spells))
    check("all with one and the same process", server.is_running() and server.process.pid == before)
    return [*crowd, author]


def tell(check, name, spells, crowd, reader, watch):
    def within(answers):
        return [answer for answer in answers if any(spell.began <= answer.began < spell.ended for spell in spells)]

    told = collections.Counter(answer.name or answer.status or "cut" for each in crowd for answer in within(each.answers))
    ready = collections.Counter(answer.status for answer in within(watch.answers["/readyz"]))
    reads = [answer for answers in reader.answers.values() for answer in within(answers)]
    failed = [answer for answer in reads if answer.status != 200]
    waits = [spell.back - spell.ended for spell in spells]
    print(
        f"    {name} full {len(spells)} times: " + ", ".join(f"{what}: {told[what]}" for what in sorted(told, key=str))
        + f"; {len(reads)} reads, {len(failed)} refused; ready {ready[200]}, not ready {ready[503]}; written again at most "
        f"{max(waits):.1f} s after there was room"
    )
    check(f"{name}: reports are refused", told["unavailable" if name == "log" else "storage-full"], told)
    # The one row that readiness writes finds room among PostgreSQL's tables for long.
    check(f"{name}: readiness tells it", ready[503] or name == "tables", ready)
    # PostgreSQL ends when it can't write its log.
    unread = [answer for answer in failed if name != "log" or not answer.is_refusal]
    check(f"{name}: what is there can be read", not unread, unread[:5])
    check(f"{name}: reports are taken in within {soon} s after there is room", max(waits) <= soon, waits)


class Spell:
    """A time without room."""

    def __init__(self, name):
        self.name, self.began = name, time.monotonic()

    def wait_until_refused(self, crowd, postgres):
        while time.monotonic() < self.began + 30:
            if postgres:  # goes on to another part of its log, which it has to make first
                with contextlib.suppress(psycopg.OperationalError):
                    postgres.ask("SELECT pg_switch_wal()")
            answers = [answer for writer in crowd for answer in writer.answers[-5:]]
            if any(answer.began > self.began and not answer.is_good for answer in answers):
                return
            time.sleep(0.02)


class Reader:
    """Looks at these addresses, one after the other."""

    def __init__(self, server, paths, token=None):
        self.server = server
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.answers = {path: [] for path in paths}

    def write_while(self, going):
        while going.is_set():
            for path, answers in self.answers.items():
                began = time.monotonic()
                try:
                    answers.append(Told(began, 0, self.server.ask("GET", path, headers=self.headers)))
                except OSError:
                    answers.append(Told(began, 0))
            time.sleep(0.1)


def pages(author):
    """Where a report and its photo are seen, and pages that show nobody's own."""
    author.next()
    author.send()
    [key] = author.acknowledged
    mine = {"Authorization": f"Bearer {author.token}"}
    [photo] = author.server.ask("GET", f"/api/v1/reports/{key}", headers=mine).json()["photos"]
    return ["/", "/figures", "/api/v1/reports", f"/api/v1/reports/{key}", photo["small"], photo["large"]]
