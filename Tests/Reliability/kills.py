"""`kill -9` again and again while four people send reports: nothing that was acknowledged may be lost, nothing doubled.

What was cut off is sent again under its key after the restart, as a phone would; it must arrive once.
"""

import random
import time

from server import percentile
from writers import Writer, at_work

writers = 4


def drill(server, check, seed, rounds, **_):
    chance = random.Random(seed)
    server.start()
    tokens = [server.rider(f"1390000000{number}") for number in range(writers)]
    crowd = [Writer(server, token, seed + number) for number, token in enumerate(tokens)]
    ready = []
    for _ in range(rounds):
        with at_work(crowd):
            time.sleep(chance.uniform(0.2, 1.8))
            server.kill()
        ready.append(server.start())
    for writer in crowd:
        writer.send_rest()

    acknowledged = {key: writer for writer in crowd for key in writer.acknowledged}
    cut = sum(writer.cut for writer in crowd)
    print(
        f"    {rounds} kills, {len(acknowledged)} reports acknowledged, {cut} cut off and sent again; ready again after "
        f"p50 {percentile(ready, 0.5) * 1000:.0f}, p99 {percentile(ready, 0.99) * 1000:.0f} ms"
    )
    problems = [problem for writer in crowd for problem in writer.problems]
    check("no answer but 200, 201 or a cut connection", not problems, problems[:5])
    check("enough was going on", len(acknowledged) > rounds and cut > rounds // 3, (len(acknowledged), cut))
    check("ready again within 10 s", max(ready) < 10, max(ready))
    missing = [problem for key, writer in acknowledged.items() for problem in writer.missing(key)]
    check("each acknowledged report is there, with its photo", not missing, missing[:5])
    server.stop()
    look_inside(server, check, crowd)


def look_inside(server, check, crowd):
    """What no client can see: that the database is whole, and that what belongs together came together."""
    rows = server.rows
    if not rows.url:  # PostgreSQL was not hurt, and keeps watch over what its rows point at itself
        whole = rows.column("PRAGMA integrity_check")
        check("integrity_check says ok", whole == ["ok"], whole)
        broken = rows.all("PRAGMA foreign_key_check")
        check("no row points nowhere", not broken, broken[:5])
    stored = rows.column("SELECT id FROM matter")
    sent = {key for writer in crowd for key in writer.acknowledged}
    rest = {writer.waiting[0]["id"] for writer in crowd if writer.waiting}
    check("nothing is there twice, and nothing that nobody sent", set(stored) - rest == sent and len(stored) == len(set(stored)),
          (len(stored), len(sent)))  # fmt: skip
    for table, column in [("reporter", "matter_id"), ("matter_step", "matter_id"), ("journal_entry", "subject")]:
        condition = "WHERE kind = 'case.step'" if table == "journal_entry" else ""
        owners = rows.column(f"SELECT {column} FROM {table} {condition}")
        check(f"each report has one row in {table}", sorted(owners) == sorted(stored), (len(owners), len(stored)))
    # Its sealer was killed with the server each time.
    said = server.run("verify-journal")
    check("the chain of the journal is whole", said.startswith("the journal is whole"), said)
    words = rows.column("SELECT description FROM matter")
    check("no report was stored under two keys", len(words) == len(set(words)), len(words) - len(set(words)))
