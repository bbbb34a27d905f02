"""The primary PostgreSQL is killed under writers and its synchronous standby promoted, again and again, while one and
the same server goes on: nothing that was acknowledged may be lost.
"""

import contextlib
import pathlib
import random
import shutil
import tempfile
import time

from kills import look_inside
from postgres import Postgres
from server import Server, percentile
from writers import Writer, at_work, time_until_written

soon = 5


def drill(check, seed, rounds):
    chance = random.Random(seed)
    with contextlib.ExitStack() as afterwards:
        folder = afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-"))
        primary = afterwards.enter_context(Postgres.founded())
        primary.add("city")
        standby = afterwards.enter_context(following(primary))
        server = Server(pathlib.Path(folder), primary.url("city", standby))
        server.start()
        afterwards.callback(lambda: server.is_running() and server.stop())
        crowd = [Writer(server, server.rider(f"1390000050{number}"), seed + number) for number in range(4)]

        waits, before = [], server.process.pid
        for number in range(rounds):
            with at_work(crowd):
                time.sleep(chance.uniform(0.5, 2.5))
                primary.kill()
                time.sleep(chance.uniform(0, 1.5))
                standby.promote()
                promoted = time.monotonic()
                waits.append(time_until_written(crowd, promoted) - promoted)
            shutil.rmtree(primary.data)
            if number + 1 < rounds:
                primary, standby = standby, afterwards.enter_context(following(standby, at=primary.port))
        for writer in crowd:
            writer.send_rest()
        lost = [problem for writer in crowd for key in writer.acknowledged for problem in writer.missing(key)]
        acknowledged = sum(len(writer.acknowledged) for writer in crowd)
        refused = [answer for writer in crowd for answer in writer.answers if not answer.is_good]
        print(
            f"    {rounds} fail-overs, {acknowledged} reports acknowledged, {len(refused)} tries refused or cut; written "
            f"again p50 {percentile(waits, 0.5):.1f}, at most {max(waits):.1f} s after the promotion"
        )
        check("nothing that was acknowledged is lost", not lost, lost[:5])
        check("enough was going on", acknowledged > 5 * rounds, acknowledged)
        check(f"reports are taken in within {soon} s after the promotion", max(waits) <= soon, waits)
        bad = [answer for answer in refused if not (answer.status == 503 and answer.says_when)]
        check("meanwhile only 503 with the time to wait", not bad, bad[:5])
        check("all with one and the same process", server.is_running() and server.process.pid == before)
        server.stop()
        server.rows.url = standby.url("city")
        look_inside(server, check, crowd)


@contextlib.contextmanager
def following(primary, at=None):
    """A standby without which `primary` confirms nothing any more."""
    with Postgres.copied(primary, at) as standby:
        primary.set("synchronous_standby_names", "standby")
        while primary.ask("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            time.sleep(0.02)
        yield standby
