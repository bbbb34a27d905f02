"""Commits of which nobody can say whether they will last: they wait for a standby that isn't there, and the wait is
called off. PostgreSQL then keeps them and says "done" with a warning; we must not say so.
"""

import threading
import time

from kills import look_inside
from writers import Writer


def drill(server, check, seed, postgres, database, rounds):
    writer = Writer(server, server.rider("13900000400"), seed)
    writer.next()
    writer.send()
    check("a report is taken in while nothing has to wait", len(writer.acknowledged) == 1, writer.answers)
    told, again, times = [], [], []
    for _ in range(rounds):
        writer.next()
        postgres.set("synchronous_standby_names", "nobody")
        try:
            told.append(sent_and_called_off(writer, postgres, database, times))
            # The phone tries again at once. Who only looks finds the report; but it is no safer than before.
            again.append(sent_and_called_off(writer, postgres, database, times))
        finally:
            postgres.set("synchronous_standby_names", "")
        writer.send_rest()
    names = [name for _, name in told]
    print(f"    {rounds} commits called off after {min(times):.1f} to {max(times):.1f} s")
    check("never told that it is done, but that nobody knows", names == ["outcome-unknown"] * rounds, told[:5])
    early = [answer for answer in again if answer[0] in (200, 201)]
    check("nor when it is sent again before it is safe", not early, (len(early), early[:3]))
    check("sent again afterwards it is there", len(writer.acknowledged) == rounds + 1, len(writer.acknowledged))
    missing = [problem for key in writer.acknowledged for problem in writer.missing(key)]
    check("each acknowledged report is there", not missing, missing[:5])
    server.stop()
    look_inside(server, check, [writer])


def sent_and_called_off(writer, postgres, database, times):
    """Sends the report and calls off every wait for the standby until there is an answer. Its status and its name."""
    if writer.waiting is None:
        return (200, "acknowledged before")
    sending = threading.Thread(target=writer.send)
    began = time.monotonic()
    sending.start()
    while sending.is_alive():
        postgres.ask(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE datname = %s AND wait_event = 'SyncRep'", database)
        sending.join(0.02)
    times.append(time.monotonic() - began)
    last = writer.answers[-1]
    return (last.status, last.name)
