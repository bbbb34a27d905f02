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

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("NUANXIN_BINARY", ROOT / ".build/debug/nuanxin"))


class City:
    """A data folder with people, places and 90 days of their life."""

    def __init__(self, folder):
        self.folder = folder
        self.accounts = json.loads((folder / "demo-accounts.json").read_text())

    @classmethod
    def make(cls, folder):
        """Makes the city; with NUANXIN_CITY=DIR it is a copy of one that was made before, which saves a minute."""
        if not BINARY.exists():
            raise RuntimeError(f"There is no {BINARY}. Build it first: swift build --product nuanxin")
        if ready_made := os.environ.get("NUANXIN_CITY"):
            shutil.copytree(ready_made, folder)
        else:
            call = [BINARY, "demo", "--data", folder, "--seed", "7", "--root", ROOT]
            made = subprocess.run(call, capture_output=True, text=True, timeout=300)
            if made.returncode != 0:
                raise RuntimeError(f"nuanxin demo failed ({made.returncode}):\n{made.stdout}{made.stderr}")
        return cls(folder)

    def account(self, login):
        return next(account for account in self.accounts if account.get("login") == login)

    def one_time_password(self, login):
        """The six digits that the authenticator app of `login` shows now (RFC 6238)."""
        secret = self.account(login)["totpSecret"]
        key = base64.b32decode(secret + "=" * (-len(secret) % 8))
        digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
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
