"""Clients that drip, wait or don't read: all are closed in time, and others don't notice."""

import socket
import threading
import time

from server import percentile

crowd = {"body drip": 60, "body drip to no address": 20, "body stall": 30, "header drip": 60, "header stall": 20, "idle": 100, "no reading": 10}
limit = 30


def drill(server, check, seed):
    alone = [seconds_for_health(server) or 0 for _ in range(40)]
    connections = []
    for kind, count in crowd.items():
        for number in range(count):
            connections.append(Connection(server, kind, number))
    began = time.monotonic()
    stop = threading.Event()
    health = []
    watcher = threading.Thread(target=watch, args=(server, health, stop))
    watcher.start()
    while time.monotonic() - began < limit and any(connection.is_open for connection in connections):
        for connection in connections:
            connection.advance()
        time.sleep(0.5)
    lasted = time.monotonic() - began
    stop.set()
    watcher.join()
    for kind in crowd:
        times = [connection.closed_after or float("inf") for connection in connections if connection.kind == kind]
        open_still = sum(time == float("inf") for time in times)
        print(f"    {kind}: {len(times)}, closed after {min(times):.1f} to {max(times):.1f} s")
        check(f"{kind}: closed within {limit} s", not open_still, f"{open_still} of {len(times)} are open still")
    slowest = [time for time in health if time is not None]
    print(
        f"    health meanwhile: {len(slowest)} answers in {lasted:.0f} s, p50 {percentile(slowest, 0.5) * 1000:.0f}, "
        f"p95 {percentile(slowest, 0.95) * 1000:.0f}, "
        f"p99 {percentile(slowest, 0.99) * 1000:.0f}, max {max(slowest) * 1000:.0f} ms"
    )
    # A machine on which it takes long without any crowd isn't slow because of one.
    goal = 0.2 + 5 * percentile(alone, 0.95)
    check(f"health answers within {goal * 1000:.0f} ms meanwhile (p95)", percentile(slowest, 0.95) <= goal, percentile(slowest, 0.95))
    check("health always answers", None not in health, health.count(None))
    check("the server still runs", server.is_running(), server.last_words())


def watch(server, health, stop):
    while not stop.is_set():
        health.append(seconds_for_health(server))
        time.sleep(0.1)


def seconds_for_health(server):
    began = time.monotonic()
    try:
        ok = server.ask("GET", "/healthz", timeout=5).status == 200
        return time.monotonic() - began if ok else None
    except OSError:
        return None


class Connection:
    """One bad client. `advance` sends its next byte and looks whether the server has hung up."""

    def __init__(self, server, kind, number):
        self.kind = kind
        self.servers = f":{server.port:04X}"
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        self.began = time.monotonic()
        self.closed_after = None
        self.was_held = False
        if kind == "no reading":
            # Asks for much and takes nothing: the answers pile up in the server's buffers.
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self.socket.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 80)
        elif kind == "header drip":
            self.socket.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        elif kind == "header stall":
            self.socket.sendall(b"GET /healthz HT")
        elif kind != "idle":
            path = b"/nowhere" if kind == "body drip to no address" else b"/api/v1/session"
            head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            length = b"Transfer-Encoding: chunked\r\n\r\n" if number % 2 else b"Content-Length: 60000\r\n\r\n"
            self.socket.sendall(head + length)
        self.is_chunked = number % 2 == 1
        self.socket.setblocking(False)

    @property
    def is_open(self):
        return self.closed_after is None

    def advance(self):
        if not self.is_open:
            return
        try:
            if self.kind == "header drip":
                self.socket.send(b"a")
            elif self.kind.startswith("body drip"):
                self.socket.send(b"1\r\n \r\n" if self.is_chunked else b" ")
            if self.kind == "no reading":
                # Nothing is read, so this side doesn't see the end: the kernel knows whether the server still holds it.
                if self.is_dropped():
                    self.close()
            elif self.socket.recv(65536) == b"":
                self.close()
        except BlockingIOError:
            pass
        except OSError:
            self.close()

    def is_dropped(self):
        mine = f":{self.socket.getsockname()[1]:04X}"
        for line in open("/proc/net/tcp").readlines()[1:]:
            _, local, remote, *_, inode = line.split()[:10]
            if local.endswith(self.servers) and remote.endswith(mine):
                self.was_held = self.was_held or inode != "0"
                return self.was_held and inode == "0"
        return self.was_held

    def close(self):
        self.closed_after = time.monotonic() - self.began
        self.socket.close()
