"""People who send reports all the time, also while things go badly, and know what they were told."""

import contextlib
import random
import re
import threading
import time

from server import draft, jpeg, multipart, new_key


@contextlib.contextmanager
def at_work(crowd):
    """Everybody sends as fast as they are answered, until the block ends and the last answer has come."""
    going = threading.Event()
    going.set()
    threads = [threading.Thread(target=writer.write_while, args=(going,)) for writer in crowd]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        going.clear()
        for thread in threads:
            thread.join(30)


def time_until_written(crowd, since):
    """When the first report was taken in that was sent after `since`."""
    while time.monotonic() < since + 30:
        done = [answer.began + answer.took for writer in crowd for answer in writer.answers[-50:]
                if answer.status == 201 and answer.began >= since]  # fmt: skip
        if done:
            return min(done)
        time.sleep(0.02)
    return float("inf")


class Told:
    """When somebody sent how many photos, how long that took and what came of it: a status, or `None` when cut off."""

    def __init__(self, began, photos, answer=None):
        self.began, self.photos = began, photos
        self.took = time.monotonic() - began
        self.status = answer and answer.status
        self.name = problem_name(answer)
        self.says_when = answer is not None and answer.says_when

    @property
    def is_good(self):
        return self.status in (200, 201)

    @property
    def is_refusal(self):
        """Told to come again, or that there is no room: nobody's fault but ours, and said so."""
        return self.status == 503 and self.says_when or self.status == 507

    def __repr__(self):
        return f"{self.name or self.status or 'cut'} with {self.photos} photos after {self.took:.1f} s"


def problem_name(answer):
    """What stands at the end of a problem's `type`, such as `outcome-unknown`."""
    if answer is None or "problem" not in answer.headers.get("Content-Type", ""):
        return None
    return re.split("[/#:]", answer.json()["type"])[-1]


class Writer:
    """One rider's phone, which sends one report after another and keeps a list of what was acknowledged.

    `photos` is the share of reports that have one. What is answered with a status in `waits_at` is sent once more.
    """

    def __init__(self, server, token, seed, photos=0.33, waits_at=(503,)):
        self.server, self.token, self.photos, self.waits_at = server, token, photos, waits_at
        self.random = random.Random(seed)
        self.answers = []
        self.acknowledged = {}
        self.waiting = None
        self.cut = 0
        self.problems = []

    def write_while(self, going):
        while going.is_set():
            if self.waiting is None:
                self.next()
            self.send()

    def next(self):
        """Writes the next report."""
        photos = [jpeg(self.random)] if self.random.random() < self.photos else []
        report = draft(new_key(), f"第{self.random.randrange(10**9)}号")
        self.waiting = (report, *multipart(report, photos), len(photos))

    def send(self):
        report, body, kind, photos = self.waiting
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        began = time.monotonic()
        try:
            answer = self.server.ask("POST", "/api/v1/reports", body, headers)
            self.answers.append(Told(began, photos, answer))
        except OSError:
            self.answers.append(Told(began, photos))
            self.cut += 1
            time.sleep(0.02)
            return
        if answer.status in (200, 201):
            self.acknowledged[report["id"]] = (report["description"], photos)
            self.waiting = None
        elif answer.status in self.waits_at:
            time.sleep(0.1)
        else:
            self.problems.append((answer.status, answer.body[:300]))
            self.waiting = None

    def send_rest(self):
        for _ in range(50):
            if self.waiting is None:
                return
            self.send()

    def missing(self, key):
        """What isn't there of an acknowledged report, by the API."""
        words, photos = self.acknowledged[key]
        mine = {"Authorization": f"Bearer {self.token}"}
        answer = self.server.ask("GET", f"/api/v1/reports/{key}", headers=mine)
        if answer.status != 200:
            return [f"{key}: {answer.status}"]
        report = answer.json()
        found = []
        if report["description"] != words or len(report["photos"]) != photos:
            found.append(f"{key}: other content")
        for photo in report["photos"]:
            picture = self.server.ask("GET", photo["small"], headers=mine)
            if picture.status != 200 or not picture.body.startswith(b"\xff\xd8"):
                found.append(f"{key}: photo {picture.status}")
        return found
