"""The demo city that the tests walk through, and the server that serves it."""

import base64
import hmac
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import time
import urllib.error
import urllib.request
import uuid

from reading import Reading
from rows import Rows

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("NUANXIN_BINARY", ROOT / ".build/debug/nuanxin"))


class City:
    """A data folder, and with NUANXIN_DATABASE_URL the database there, with people, places and 90 days of their life."""

    def __init__(self, folder):
        self.folder = folder
        self.rows = Rows(folder)
        self.accounts = json.loads((folder / "demo-accounts.json").read_text())

    @classmethod
    def make(cls, folder):
        """Makes the city; with NUANXIN_CITY=DIR it is a copy of one that was made before, which saves a minute.

        PostgreSQL's can't be copied along with its folder: it is always made, into a database that must be empty.
        """
        if not BINARY.exists():
            raise RuntimeError(f"There is no {BINARY}. Build it first: swift build --product nuanxin")
        ready_made = os.environ.get("NUANXIN_CITY")
        if ready_made and not os.environ.get("NUANXIN_DATABASE_URL"):
            shutil.copytree(ready_made, folder)
        else:
            call = [BINARY, "demo", "--data", folder, "--seed", "7", "--root", ROOT]
            made = subprocess.run(call, capture_output=True, text=True, timeout=300)
            if made.returncode != 0:
                raise RuntimeError(f"nuanxin demo failed ({made.returncode}):\n{made.stdout}{made.stderr}")
        return cls(folder)

    def account(self, login):
        return next(account for account in self.accounts if account.get("login") == login)

    def case(self, state, **more):
        """A case in this state, with the most photos: `county`, `identity` of its reporter, `asked` to be reopened."""
        return self._case(state, **more)[0]

    def handler(self, state, **more):
        """Who handles the case that `case` gives."""
        return self._case(state, **more)[1]

    def _case(self, state, county="210103", identity=None, asked=False):
        return self._find(
            f"""
            SELECT m.id, a.login FROM matter m
            JOIN reporter r ON r.matter_id = m.id LEFT JOIN account a ON a.id = m.handler_id
            WHERE m.state = ? AND m.territory_path LIKE ? AND m.lat IS NOT NULL
              AND m.reopen_request = ? {"AND r.identity = ?" if identity else ""}
            ORDER BY (SELECT COUNT(*) FROM photo p WHERE p.matter_id = m.id) DESC, m.received_at DESC
            """,
            state, f"%/{county}/%", "asked" if asked else "none", *([identity] if identity else []))

    def report_of(self, page, state, rated=None):
        """A report that is `open` or `closed` of the rider who is signed in: whose it is lies sealed in the database."""
        own, place = [], "/reports"
        while place:
            links = Reading(page.request.get(place).text()).links
            own += [link.removeprefix("/reports/") for link in links if re.fullmatch(r"/reports/[0-9a-f-]{36}", link)]
            place = next((link for link in links if link.startswith("/reports?cursor=")), None)
        conditions = [f"m.state {'=' if state == 'closed' else '<>'} 'closed'"]
        if rated is not None:
            conditions.append(f"m.rating IS {'NOT ' if rated else ''}NULL")
        return self._find(
            f"""
            SELECT m.id FROM matter m WHERE m.id IN ({", ".join("?" * len(own))}) AND {" AND ".join(conditions)}
            ORDER BY (SELECT COUNT(*) FROM matter_step s WHERE s.matter_id = m.id) DESC, m.id
            """,
            *map(uuid.UUID, own))[0]

    def number(self, case):
        """What people call a case."""
        return self._find("SELECT number FROM matter WHERE id = ?", uuid.UUID(case))[0]

    def journal(self, kind, case):
        """How many entries of this kind the journal has about the case."""
        question = "SELECT COUNT(*) FROM journal_entry WHERE kind = ? AND subject = ?"
        return self._find(question, kind, uuid.UUID(case))[0]

    def _find(self, question, *values):
        found = self.rows.all(question, *values)
        assert found, f"the demo city has nothing like {values}"
        return found[0]

    def one_time_password(self, login, later=0):
        """The six digits that the authenticator app of `login` shows now (RFC 6238), or so many half minutes later: a code
        counts once, and the server takes that of the next half minute too."""
        secret = self.account(login)["totpSecret"]
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30 + later), "sha1")
        start = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Server:
    """`nuanxin serve` on a free port of this machine. Only this process is ever ended."""

    def __init__(self, city, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.city = city
        self.log = log
        self.process = None

    def start(self):
        call = [BINARY, "serve", "--data", self.city.folder, "--port", str(self.port), "--root", ROOT]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(call, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while not self._is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server doesn't answer:\n{self.log.read_text()}")
            time.sleep(0.1)

    def _is_ready(self):
        try:
            return urllib.request.urlopen(f"{self.url}/readyz", timeout=5).status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def bad_lines(self):
        """What a log must never hold: an error, or somebody's number."""
        bad = re.compile(r"\b(error|critical)\b.*:|(?<!\d)1[3-9]\d{9}(?!\d)")
        return [line for line in self.log.read_text().splitlines() if bad.search(line)]
