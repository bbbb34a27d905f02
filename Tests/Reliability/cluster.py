"""Three machines with etcd, Patroni and PostgreSQL, and HAProxy before them, on addresses of this machine alone
(127.x.y.1 to .3), set up by the files of docs/patroni: only addresses, folders and passwords are other ones.
"""

import contextlib
import json
import pathlib
import random
import secrets
import shutil
import socket
import string
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

import psycopg

from postgres import Postgres
from server import root

password = secrets.token_hex(16)
patient = 120


class Cluster:
    def __init__(self):
        self.network = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}"
        self.machines = [Machine(number, self.network) for number in (1, 2, 3)]

    @classmethod
    @contextlib.contextmanager
    def founded(cls):
        """Three machines of which one can be written to, with an empty database. Removed afterwards."""
        cluster = cls()
        try:
            cluster.mend()
            with cluster.primary().session("postgres", user="postgres") as session:
                session.execute("CREATE TABLE witness (name TEXT)")
                session.execute(f"CREATE ROLE nuanxin LOGIN PASSWORD '{password}'")
                session.execute("CREATE DATABASE nuanxin OWNER nuanxin")
            yield cluster
        finally:
            for machine in cluster.machines:
                machine.remove()

    @contextlib.contextmanager
    def proxy(self):
        with tempfile.TemporaryDirectory(prefix="nuanxin-drill-haproxy-") as folder:
            file = pathlib.Path(folder) / "haproxy.cfg"
            file.write_text(self.filled("haproxy.cfg"))
            with (pathlib.Path(folder) / "log").open("ab") as log:
                process = subprocess.Popen(["haproxy", "-db", "-f", file], stdout=log, stderr=log)
            try:
                yield
            finally:
                process.terminate()
                process.wait()

    def filled(self, name):
        """The file of docs/patroni for the machines that run `nuanxin`."""
        return filled(name, self.network).replace("127.0.0.1", f"{self.network}.10")

    def settings(self, name):
        """What stands in the file of docs/patroni that a node of `nuanxin` gets its settings from."""
        lines = [line for line in self.filled(name).splitlines() if not line.startswith("#")]
        return dict(line.split("=", 1) for line in lines)

    # Who is what

    def members(self):
        """What Patroni says of each machine, by its name."""
        for machine in self.machines:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(machine.patroni_url("/cluster"), timeout=2) as answer,
            ):
                return {member["name"]: member for member in json.load(answer)["members"]}
        return {}

    def with_role(self, role):
        roles = {name: member["role"] for name, member in self.members().items()}
        return next(machine for machine in self.machines if roles.get(machine.name) == role)

    def primary(self):
        return self.with_role("leader")

    def is_whole(self):
        """By what Patroni says, which may be old, and by what PostgreSQL does."""
        if sorted(member["role"] for member in self.members().values()) != ["leader", "replica", "sync_standby"]:
            return False
        try:
            with self.primary().session("postgres", user="postgres") as session:
                standbys = session.execute(
                    "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'"
                ).fetchall()
            return sorted(standbys) == [("async",), ("sync",)]
        except psycopg.OperationalError:
            return False

    def mend(self):
        """Starts what isn't running, and waits until there is a primary and both of the others follow it."""
        for machine in self.machines:
            machine.start()
        began = time.monotonic()
        while not self.is_whole():
            if time.monotonic() - began > patient:
                words = "\n".join(machine.last_words() for machine in self.machines)
                raise SystemExit(f"The cluster is not whole after {patient} s: {self.members()}\n{words}")
            time.sleep(0.2)

    def wait_for_primary(self, *others):
        """The moments when a machine, and none of `others`, has become the primary, and when it has confirmed what a
        plain client wrote there, for which it needs a standby.
        """
        began = time.monotonic()
        while time.monotonic() - began < patient:
            for machine in self.machines:
                if machine not in others and machine.can_be_written_to():
                    return time.monotonic(), machine.time_of_write()
            time.sleep(0.05)
        raise SystemExit(f"Nobody was promoted within {patient} s: {self.members()}")

    # What is done to it

    def switch_over(self):
        """As it is done before work on the primary's machine."""
        old, new = self.primary(), self.with_role("sync_standby")
        self.control("switchover", "--leader", old.name, "--candidate", new.name, "--force")
        return old, new

    def set(self, name, is_on):
        """A setting of Patroni's."""
        self.control("edit-config", "--force", "--set", f"{name}={json.dumps(is_on)}")
        time.sleep(3)  # each machine looks every second

    def control(self, *arguments):
        file = self.machines[0].folder / "patroni.yml"
        done = subprocess.run(
            ["patronictl", "-c", file, arguments[0], "nuanxin", *arguments[1:]],
            capture_output=True, text=True, check=False, env=plain_environment,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"patronictl {' '.join(arguments)}: {done.stdout}{done.stderr}")


class Machine(Postgres):
    def __init__(self, number, network):
        super().__init__(port=5432)
        self.name, self.host, self.network = f"db{number}", f"{network}.{number}", network
        self.data = self.folder / "15/nuanxin"
        self.etcd = self.patroni = None
        self.silence = []
        own = {"NAME": self.name, "ADDRESS": self.host}
        patroni = filled("patroni.yml", network, **own)
        for folder in ("/var/run/postgresql", "/var/lib/postgresql"):
            patroni = patroni.replace(folder, str(self.folder))
        (self.folder / "patroni.yml").write_text(patroni)
        lines = filled("etcd.env", network, **own).replace("/var/lib", str(self.folder)).splitlines()
        self.etcd_settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))

    # Its life

    def start(self):
        """Starts what isn't running of etcd and of Patroni, which starts PostgreSQL."""
        for listener in self.silence:
            listener.close()
        self.silence = []
        self.start_etcd()
        if not is_running(self.patroni):
            self.patroni = self._started("patroni", str(self.folder / "patroni.yml"))

    def start_etcd(self):
        if not is_running(self.etcd):
            self.etcd = self._started("etcd", "--logger", "zap", "--log-level", "error", environment=self.etcd_settings)

    def _started(self, program, *arguments, environment=None):
        with (self.folder / f"{program}.log").open("ab") as log:
            whole = plain_environment | (environment or {})
            return subprocess.Popen([program, *arguments], stdout=log, stderr=log, env=whole, **self.owner)

    def kill(self):
        """`kill -9` of everything on it, Patroni first: it would start PostgreSQL again."""
        end(self.patroni)
        self.crash()
        self.kill_etcd()

    def kill_etcd(self):
        end(self.etcd)

    def crash(self):
        """`kill -9` of PostgreSQL alone."""
        super().kill()

    def processes(self):
        return [self.patroni.pid, self.etcd.pid, *super().processes()]

    def fall_silent(self):
        """A killed machine refuses who wants to connect; from now on it says nothing at all, as one without power."""
        for port in (2379, 2380, 5432, 8008):
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            while not bound(listener, (self.host, port)):
                time.sleep(0.005)  # who was killed takes a moment to go
            listener.listen(0)
            self.silence.append(listener)
            # Nobody accepts these, and for others there is no room.
            for _ in range(3):
                waiting = socket.socket()
                waiting.setblocking(False)
                waiting.connect_ex((self.host, port))
                self.silence.append(waiting)

    def remove(self):
        self.thaw()
        if is_running(self.patroni):
            self.patroni.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.patroni.wait(20)
        end(self.patroni)
        with contextlib.suppress(OSError):
            self.crash()
        end(self.etcd)
        for listener in self.silence:
            listener.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def last_words(self):
        logs = [self.folder / "patroni.log", self.folder / "etcd.log"]
        return "\n".join(f"{self.name}: {log.read_text(errors='replace')[-2000:]}" for log in logs if log.exists())

    # What is in it

    def patroni_url(self, path):
        return f"http://{self.host}:8008{path}"

    def url(self, database, *_):
        return f"postgres://nuanxin:{password}@{self.host}/{database}"

    def session(self, database, user="nuanxin"):
        return psycopg.connect(
            host=self.host, user=user, password=password, dbname=database, autocommit=True, connect_timeout=1)  # fmt: skip

    def can_be_written_to(self):
        try:
            with self.session("postgres") as session:
                return session.execute("SHOW transaction_read_only").fetchone() == ("off",)
        except psycopg.OperationalError:
            return False

    def time_of_write(self):
        with self.session("postgres", user="postgres") as session:
            session.execute("INSERT INTO witness VALUES ('here')")
            return time.monotonic()


def filled(name, network, **own):
    """A file of docs/patroni with its gaps filled."""
    everybody = {f"DB{number}": f"{network}.{number}" for number in (1, 2, 3)} | {"NETWORK": "127.0.0.0/8"}
    words = {f"{user}_PASSWORD": password for user in ("PATRONI", "POSTGRES", "REPLICATOR", "NUANXIN")}
    return string.Template((root / "docs/patroni" / name).read_text()).substitute(everybody | words | own)


# Patroni and etcd are Debian's, and know nothing of the Python and the settings that the drills run with.
plain_environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/tmp"}


def bound(listener, address):
    try:
        listener.bind(address)
        return True
    except OSError:
        return False


def is_running(process):
    return process is not None and process.poll() is None


def end(process):
    if is_running(process):
        process.kill()
        process.wait()
