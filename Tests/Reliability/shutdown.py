"""SIGTERM while people work: it ends soon, every answer that was begun is whole, everything acknowledged is kept."""

import collections
import random
import socket
import threading
import time

from server import draft, jpeg, multipart, new_key


def drill(server, check, seed, rounds, **_):
    chance = random.Random(seed)
    tokens = [server.rider(f"1390000020{index}") for index in range(4)]
    times = []
    total = collections.Counter()
    for number in range(rounds):
        clients = [Client(server, tokens[index % 4], seed + 8 * number + index) for index in range(8)]
        going = threading.Event()
        going.set()
        threads = [threading.Thread(target=client.work_while, args=(going,)) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.3, 1.2))
        code, took = server.stop()
        going.clear()
        for thread in threads:
            thread.join(30)
        outcomes = collections.Counter(outcome for client in clients for outcome in client.outcomes)
        times.append(took)
        total += outcomes
        check("it ends within 10 s, by itself and well", code == 0 and took <= 10, (code, took, server.last_words()))
        check("no answer was broken off", outcomes["broken"] == 0, outcomes)
        check("nothing but good answers", not [name for name in outcomes if name.startswith("status")], outcomes)
        stored = set(server.rows.column("SELECT id FROM matter"))
        lost = [key for client in clients for key in client.acknowledged if key not in stored]
        check("what was acknowledged is kept", not lost and any(client.acknowledged for client in clients), lost[:5])
        server.start()
    print(f"    {rounds} times ended after {min(times):.1f} to {max(times):.1f} s; "
          + ", ".join(f"{name}: {n}" for name, n in sorted(total.items())))  # fmt: skip


class Client:
    """Opens a connection for each request, and looks whether the answer came whole."""

    def __init__(self, server, token, seed):
        self.server, self.token = server, token
        self.random = random.Random(seed)
        self.outcomes = []
        self.acknowledged = []

    def work_while(self, going):
        while going.is_set():
            match self.random.randrange(3):
                case 0:
                    self.ask(b"GET", "/api/v1/categories", b"", "application/json")
                case 1:
                    self.ask(b"GET", "/api/v1/reports", b"", "application/json")
                case _:
                    key = new_key()
                    photos = [jpeg(self.random)] if self.random.random() < 0.3 else []
                    if self.ask(b"POST", "/api/v1/reports", *multipart(draft(key, "x"), photos)) == 201:
                        self.acknowledged.append(key)

    def ask(self, method, path, body, kind):
        try:
            connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        except OSError:
            self.outcomes.append("refused")
            time.sleep(0.05)
            return None
        received = b""
        with connection:
            head = (
                f"{method.decode()} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n"
                f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            )
            try:
                connection.sendall(head.encode() + body)
                while piece := connection.recv(65536):
                    received += piece
            except OSError:
                pass
        if not received:
            # Never begun: it had already stopped taking requests. A phone sends it again under the same key.
            self.outcomes.append("not begun")
            return None
        status = self.whole(received)
        self.outcomes.append("broken" if status is None else "good" if status in (200, 201) else f"status {status}")
        return status

    @staticmethod
    def whole(received):
        head, separator, body = received.partition(b"\r\n\r\n")
        if not separator:
            return None
        lines = head.decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        if "content-length" in fields:
            complete = len(body) == int(fields["content-length"])
        else:
            complete = body.endswith(b"0\r\n\r\n")
        return int(lines[0].split(" ")[1]) if complete else None
