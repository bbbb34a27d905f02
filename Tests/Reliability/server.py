"""A small city, its server as a real process, and the few requests that the drills make of it."""

import base64
import copy
import hmac
import http.client
import io
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import time

from PIL import Image

from rows import Rows

root = pathlib.Path(__file__).resolve().parent.parent.parent
binary = os.environ.get("BINARY", str(root / ".build/debug/nuanxin"))
password = "correct horse battery"


class LeftOut(Exception):
    """Why a drill can't be done on this machine."""


class Server:
    """The executable on a folder of its own, and on the database at `url` when there is one.

    `start` after `kill` goes on with the same data.
    """

    def __init__(self, folder, url=None):
        self.data = folder / "data"
        self.sinks = folder / "sinks"
        self.log = folder / "server.log"
        self.sinks.mkdir()
        self.environment = os.environ | {"NUANXIN_SINKS": str(self.sinks), "NUANXIN_LOG_LEVEL": "warning"}
        self.environment.pop("NUANXIN_DATABASE_URL", None)
        if url:
            self.environment["NUANXIN_DATABASE_URL"] = url
        self.rows = Rows(self.data, url)
        self.port = free_port()
        self.process = None
        self.secret = found(self, folder)

    def beside(self, folder):
        """Another node of the same city: the same database, keys and photos. Signs in where the first does."""
        node = copy.copy(self)
        node.data, node.log, node.port, node.process = folder / "data-of-another", folder / "another.log", free_port(), None
        node.data.mkdir()
        shutil.copytree(self.data / "keys", node.data / "keys")
        (node.data / "photos").symlink_to(self.data / "photos")
        return node

    def run(self, *arguments, text=None):
        done = subprocess.run(
            [binary, *arguments, "--data", self.data], cwd=root, env=self.environment, input=text, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"nuanxin {' '.join(map(str, arguments))}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self, limit=30):
        """Starts it and gives the seconds until it was ready."""
        began = time.monotonic()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [binary, "serve", "--data", self.data, "--host", "127.0.0.1", "--port", str(self.port)],
                cwd=root, env=self.environment, stdout=output, stderr=output,
            )  # fmt: skip
        while time.monotonic() - began < limit:
            if not self.is_running():
                raise SystemExit(f"The server ended with {self.process.returncode}.\n{self.last_words()}")
            try:
                if self.ask("GET", "/readyz", timeout=2).status == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.01)
        raise SystemExit(f"The server is not ready after {limit} s.\n{self.last_words()}")

    def is_running(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, limit=20):
        """Tells it to end, and gives the exit code and how long that took."""
        began = time.monotonic()
        self.process.terminate()
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.kill()
            code = None
        return code, time.monotonic() - began

    def last_words(self):
        return self.log.read_text(errors="replace")[-4000:]

    def memory(self):
        """Resident bytes."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    def ask(self, method, path, body=None, headers=None, timeout=20):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()

    def post(self, path, document, token=None):
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.ask("POST", path, json.dumps(document), headers)

    # Signing in

    def rider(self, phone):
        asked = self.post("/api/v1/session/code", {"phone": phone})
        if asked.status != 202:
            raise SystemExit(f"no code for {phone}: {asked.status} {asked.body!r}")
        newest = max(self.sinks.glob("sms-*.json"), key=lambda path: path.stat().st_mtime_ns)
        code = json.loads(newest.read_text())["code"]
        entered = self.post("/api/v1/session", {"phone": phone, "code": code, "challenge": asked.json()["challenge"]})
        return entered.json()["token"]

    def officer(self):
        sign_in = {"login": "li.na", "password": password, "totp": one_time_code(self.secret)}
        return self.post("/api/v1/session", sign_in).json()["token"]


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    @property
    def says_when(self):
        """Whether it tells how long to wait."""
        return "retry-after" in {name.lower() for name in self.headers}


def found(server, folder):
    """Founds the city: one district with an intake desk and an officer. Gives the secret of her authenticator."""
    square = [[[123.4, 41.7], [123.5, 41.7], [123.5, 41.9], [123.4, 41.9], [123.4, 41.7]]]
    outline = {"type": "Polygon", "coordinates": square}
    files = {
        "territories": {
            "metadata": {"data_as_of": "2025-12-31"},
            "divisions": [
                [1, "210000", "", "辽宁省"], [2, "210100", "210000", "沈阳市"], [3, "210103", "210100", "沈河区"],
            ],
        },
        "outlines": {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {"code": "210103"}, "geometry": outline}],
        },
        "offices": {
            "offices": [
                {"code": "SH", "kind": "bureau", "name": "沈河局", "nameEn": "Bureau", "territory": "210103"},
                {"code": "SH-DESK", "kind": "section", "name": "接收岗", "nameEn": "Intake", "territory": "210103",
                 "parent": "SH", "dutyDesk": True},
            ],
        },
    }  # fmt: skip
    for name, content in files.items():
        file = folder / f"{name}.json"
        file.write_text(json.dumps(content))
        server.run("import", "offices" if name == "offices" else "territories", str(file))
    made = server.run("account", "create", "li.na", "--name", "李娜", "--password-from-input", text=password + "\n")
    server.run("account", "grant", "li.na", "intake", "--territory", "210103", "--office", "SH-DESK",
               "--reason", "drill")  # fmt: skip
    return re.search(r"\b([A-Z2-7]{32})\b", made)[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def one_time_code(secret):
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


# What is sent


def new_key():
    """A UUID of version 7."""
    bits = int(time.time() * 1000) << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{bits:032x}"
    return "-".join([text[:8], text[8:12], text[12:16], text[16:20], text[20:]])


def draft(key, words):
    return {
        "id": key, "category": "0104", "position": {"lat": 41.8, "lng": 123.45}, "description": words,
        "identity": "named",
    }  # fmt: skip


def multipart(report=None, photos=()):
    """The body and its type."""
    boundary = "drill" + secrets.token_hex(8)
    body = b""
    if report is not None:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="report"\r\nContent-Type: application/json\r\n\r\n'
        body += head.encode() + json.dumps(report).encode() + b"\r\n"
    for photo in photos:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
        body += head.encode() + photo + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def jpeg(random, side=24):
    """A small photo of noise."""
    file = io.BytesIO()
    Image.frombytes("RGB", (side, side), random.randbytes(3 * side * side)).save(file, "JPEG", quality=80)
    return file.getvalue()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
