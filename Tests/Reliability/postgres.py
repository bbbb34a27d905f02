"""PostgreSQL servers of the drills' own, which can be hurt: stopped in every way, killed, made a standby, promoted.

Each lies in a new folder under /tmp and listens on a port of this machine alone. It doesn't wait for the disk, which is
no part of what is drilled: the machine stays up, and what the kernel has, a killed server finds again.
"""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

import psycopg

from server import free_port

programs = pathlib.Path("/usr/lib/postgresql/15/bin")
settings = {
    "listen_addresses": "127.0.0.1", "fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB",
    "max_connections": "100", "max_pred_locks_per_transaction": "256", "log_min_messages": "fatal",
    "dynamic_shared_memory_type": "mmap",  # lies in the folder, and goes with it when the server was killed
    # A standby is to follow at once and to be noticed soon when it is gone.
    "wal_sender_timeout": "5s", "wal_receiver_status_interval": "1s", "wal_retrieve_retry_interval": "200ms",
}  # fmt: skip


class Postgres:
    def __init__(self, port=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="nuanxin-drill-postgres-", dir="/tmp"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.port = port or free_port()
        self.settings = dict(settings)
        self.process = None
        self.frozen = []
        # PostgreSQL refuses to run as root.
        self.owner = {"cwd": "/"}
        if os.getuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
            self.owner |= {"user": "postgres", "group": "postgres", "extra_groups": []}

    @classmethod
    @contextlib.contextmanager
    def founded(cls):
        """A new server with nothing in it. Removed afterwards with all that is in it."""
        with cls.removed_afterwards() as postgres:
            postgres.found()
            postgres.start()
            yield postgres

    @classmethod
    @contextlib.contextmanager
    def copied(cls, primary, port=None):
        """A standby that follows `primary`, on this port or any. Removed afterwards."""
        with cls.removed_afterwards(port) as postgres:
            source = f"host=127.0.0.1 port={primary.port} user=nuanxin application_name=standby"
            postgres._run("pg_basebackup", "-D", postgres.data, "-d", source, "-c", "fast", "-R", "-N")
            # What the primary waits for, its copy must not wait for once it is promoted.
            (postgres.data / "postgresql.auto.conf").write_text(f"primary_conninfo = '{source}'\n")
            postgres.start()
            yield postgres

    @classmethod
    @contextlib.contextmanager
    def removed_afterwards(cls, port=None):
        postgres = cls(port)
        try:
            yield postgres
        finally:
            if postgres.is_running():
                postgres.thaw()
                postgres.stop("immediate")
            shutil.rmtree(postgres.folder)

    def found(self, *options):
        # Pinyin order for names, as in production; C for everything else about letters.
        self._run("initdb", "-D", self.data, "-U", "nuanxin", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                  "--locale-provider=icu", "--icu-locale=zh-Hans-CN", "-N", *options)  # fmt: skip

    def _run(self, program, *arguments):
        done = subprocess.run([programs / program, *arguments], capture_output=True, text=True, check=False, **self.owner)
        if done.returncode:
            raise SystemExit(f"{program}: {done.stdout}{done.stderr}")

    # Its life

    def start(self, limit=30):
        """Starts it and gives the seconds until it could be asked something."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        call = [programs / "postgres", "-D", self.data, "-p", str(self.port), "-k", self.folder, *options]
        began = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(call, stdout=log, stderr=log, **self.owner)
        while True:
            try:
                self.ask("SELECT 1", database="postgres")
                return time.monotonic() - began
            except psycopg.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() - began > limit:
                    raise SystemExit(f"PostgreSQL doesn't start: {error}\n{self.last_words()}") from error
                time.sleep(0.01)

    def revive(self):
        """Starts it if it is down, or goes down before it can be asked something."""
        while True:
            if not self.is_running():
                return self.start()
            with contextlib.suppress(psycopg.OperationalError):
                return self.ask("SELECT 1")
            time.sleep(0.02)

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, mode):
        """`fast` undoes what is open and says goodbye; `immediate` is a crash with a word of warning."""
        self.process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode])
        self.process.wait(30)

    def kill(self):
        """`kill -9` of the server and of all its processes, before any of them can do anything about it."""
        shared_memory = self._lock_file()[6].split()[1]
        send(signal.SIGKILL, Postgres.processes(self))
        if self.process:
            self.process.wait()
        # Nobody was left to give it back.
        subprocess.run(["ipcrm", "-m", shared_memory], check=False, stderr=subprocess.DEVNULL)

    def freeze(self):
        """Stops everything where it stands, as when a disk hangs: connections stay, and nothing answers on them."""
        self.frozen = self.processes()
        send(signal.SIGSTOP, self.frozen)

    def thaw(self):
        """Goes on as if nothing had been."""
        send(signal.SIGCONT, self.frozen)
        self.frozen = []

    def processes(self):
        return [self.pid(), *self.children()]

    def _lock_file(self):
        return (self.data / "postmaster.pid").read_text().split("\n")

    def pid(self):
        return int(self._lock_file()[0])

    def children(self):
        text = pathlib.Path(f"/proc/{self.pid()}/task/{self.pid()}/children").read_text()
        return [int(word) for word in text.split()]

    def promote(self):
        self._run("pg_ctl", "-D", self.data, "-w", "-t", "30", "promote")

    def last_words(self):
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    # What is in it

    def url(self, database, *others):
        """The address of a database, on this server or whichever of the others can write."""
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in (self, *others))
        return f"postgres://nuanxin@{hosts}/{database}"

    def add(self, database):
        """Makes an empty database and gives its address."""
        self.ask(f'CREATE DATABASE "{database}"', database="postgres")
        return self.url(database)

    def ask(self, question, *values, database="postgres"):
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=2) as connection:
            answer = connection.execute(question, values)
            return answer.fetchall() if answer.description else []

    def set(self, name, value):
        """Changes a setting of the running server, and waits until it is so."""
        self.ask(f"ALTER SYSTEM SET {name} = '{value}'")
        self.ask("SELECT pg_reload_conf()")
        while self.ask(f"SHOW {name}")[0][0] != value:
            time.sleep(0.01)

    def sessions(self, database):
        """How many sessions `nuanxin` has in a database."""
        question = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name = 'nuanxin'"
        return self.ask(question, database)[0][0]


def send(number, processes):
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
