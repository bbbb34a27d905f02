"""A streaming standby as the copy that the public figures are read from: they come from there while it isn't older than
`replica.lag`, from the primary when it is older, away or frozen, and again from there once it has caught up.
"""

import contextlib
import pathlib
import tempfile
import time

from postgres import Postgres
from server import Server
from writers import Writer

lag = 3
#: What is between two looks, and what a busy machine adds.
slack = 1.5


def drill(check, seed):
    with contextlib.ExitStack() as afterwards:
        folder = pathlib.Path(afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-")))
        primary = afterwards.enter_context(Postgres.founded())
        primary.add("city")
        standby = afterwards.enter_context(Postgres.copied(primary))
        server = Server(folder, primary.url("city"))
        server.environment |= {"NUANXIN_REPLICA_URL": standby.url("city"), "NUANXIN_REPLICA_LAG": str(lag)}
        server.start()
        afterwards.callback(lambda: server.is_running() and server.stop())
        writer = Writer(server, server.rider("13900000800"), seed, photos=0)
        watch = Watch(server, writer)

        watch.write()
        fresh = watch.seconds_until_counted(limit=lag)
        check("what is written shows at once, by the copy", fresh < 1 + slack, fresh)
        time.sleep(2.5)  # the heart beats every 2 s

        standby.ask("SELECT pg_wal_replay_pause()")
        watch.write()
        late = watch.seconds_until_counted(limit=lag + slack)
        check(f"a copy that stands still is asked for {lag} s at the most", 0.5 < late <= lag + slack, late)
        standby.ask("SELECT pg_wal_replay_resume()")
        watch.wait_for_copy(standby)

        standby.kill()
        watch.write()
        away = watch.seconds_until_counted(limit=lag)
        check("a copy that died is no trouble", away < 1 + slack, away)
        standby.start()
        watch.wait_for_copy(standby)

        standby.freeze()
        watch.write()
        frozen = watch.seconds_until_counted(limit=15)
        check("a copy that hangs isn't waited for", frozen < 4 + slack, frozen)
        standby.thaw()
        watch.wait_for_copy(standby)

        primary.kill()
        held = watch.seconds_until_refused(limit=lag + 5)
        check("without the primary the copy answers until it is too old", 0.5 < held <= lag + slack, held)
        primary.start()
        back = watch.seconds_until_counted(limit=10)
        check("with the primary the figures are back", back < 3, back)

        slowest = max(watch.times)
        check("nobody waits long for figures", slowest < 4 + slack, slowest)
        check("only good answers, or 503 with the time to wait", not watch.others, watch.others)
        print(
            f"    new figures after {fresh:.1f} s; after {late:.1f} s when the copy stands still, "
            f"{away:.1f} s when it died, {frozen:.1f} s when it hung; "
            f"{held:.1f} s of figures without the primary; the slowest answer {slowest:.1f} s"
        )


class Watch:
    """Somebody who reports and looks at the figures."""

    def __init__(self, server, writer):
        self.server, self.writer = server, writer
        self.times, self.others = [], []

    def write(self):
        self.writer.next()
        self.writer.send()
        self.writer.send_rest()

    def received(self):
        """How many reports the figures count, and `None` when they are refused."""
        began = time.monotonic()
        try:
            answer = self.server.ask("GET", "/api/v1/public/figures")
        except OSError as error:
            self.others.append(str(error))
            return None
        finally:
            self.times.append(time.monotonic() - began)
        if answer.status == 200:
            return answer.json()["received"]
        if answer.status != 503 or not answer.says_when:
            self.others.append(answer.status)
        return None

    def seconds_until_counted(self, limit):
        """Until the figures count all that was acknowledged."""
        return self.seconds_until(lambda count: count == len(self.writer.acknowledged), limit)

    def seconds_until_refused(self, limit):
        """Until the last look before the first that is refused, which itself takes as long as anybody waits."""
        return self.seconds_until(lambda count: count is None, limit) - self.times[-1]

    def seconds_until(self, holds, limit):
        began = time.monotonic()
        while not holds(self.received()):
            if time.monotonic() - began > limit:
                return float("inf")
            time.sleep(0.05)
        return time.monotonic() - began

    def wait_for_copy(self, standby):
        """Until the figures are read at the standby again, which is seen by its sessions."""
        began = time.monotonic()
        while not standby.sessions("city"):
            if time.monotonic() - began > 10:
                raise SystemExit("nobody reads at the copy")
            self.received()
            time.sleep(0.1)
