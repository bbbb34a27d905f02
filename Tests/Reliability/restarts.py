"""PostgreSQL is started again and again under writers: people are told to wait or don't notice, and all is well at once.

Half of the time it ends in good order (`fast`), half of the time it crashes (`immediate`); now and then it stays away for
longer than anybody is made to wait.
"""

import collections
import random
import time

from kills import look_inside
from server import percentile
from writers import Writer, at_work

longest = 6
soon = 2


def drill(server, check, seed, postgres, database, rounds):
    chance = random.Random(seed)
    crowd = [Writer(server, server.rider(f"1390000030{number}"), seed + number) for number in range(4)]
    absences = []
    with at_work(crowd):
        for number in range(rounds):
            time.sleep(chance.uniform(0.5, 1.2))
            gone = time.monotonic()
            postgres.stop(("fast", "immediate")[number % 2])
            time.sleep(5 if number % 8 == 3 else chance.uniform(0, 1))
            postgres.start()
            absences.append((gone, time.monotonic()))
        time.sleep(soon + 1)
    answers = [answer for writer in crowd for answer in writer.answers]
    seen = collections.Counter(str(answer.status or "cut") for answer in answers)
    # Working on a photo takes its own time, more of it when the machine is busy.
    slowest = max(answer.took for answer in answers if not answer.photos)
    whole = [time_until_whole(answers, back, following) for (_, back), following in
             zip(absences, [gone for gone, _ in absences[1:]] + [float("inf")])]  # fmt: skip
    print(
        f"    {rounds} restarts; " + ", ".join(f"{status}: {count}" for status, count in sorted(seen.items()))
        + f"; the slowest answer {slowest:.1f} s without a photo; the first good one p50 {percentile(whole, 0.5) * 1000:.0f}, "
        f"at most {max(whole) * 1000:.0f} ms after PostgreSQL was back"
    )
    bad = [answer for answer in answers if not answer.is_good and not (answer.status == 503 and answer.says_when)]
    check("only good answers, or 503 with the time to wait", not bad, bad[:5])
    check("many were served, and some told to wait", seen["201"] > rounds and (seen["503"] or rounds < 4), seen)
    check(f"nobody waits longer than {longest} s", slowest <= longest, slowest)
    check(f"a good answer within {soon} s after PostgreSQL is back", max(whole) <= soon, whole)
    late = refused_while_there(answers, absences)
    check(f"from {soon} s after PostgreSQL is back until it goes again, everybody is served", not late, late[:5])

    for writer in crowd:
        writer.send_rest()
    missing = [problem for writer in crowd for key in writer.acknowledged for problem in writer.missing(key)]
    check("each acknowledged report is there, with its photo", not missing, missing[:5])
    open_sessions = postgres.sessions(database)
    check("no more sessions than the pool has, and three", open_sessions <= 10 + 3, open_sessions)
    code, took = server.stop()
    check("it ends well afterwards", code == 0 and took <= 10, (code, took, server.last_words()))
    left = postgres.sessions(database)
    check("no session is left behind", left == 0, left)
    look_inside(server, check, crowd)


def time_until_whole(answers, back, following):
    """Seconds from `back` until the first good answer that was given after it."""
    times = [answer.began + answer.took for answer in answers if answer.is_good]
    return min((time - back for time in times if back <= time < following), default=float("inf"))


def refused_while_there(answers, absences):
    """What was refused or cut although PostgreSQL had been back for long enough and stayed."""
    following = [gone for gone, _ in absences[1:]] + [float("inf")]
    spans = [(back + soon, gone) for (_, back), gone in zip(absences, following)]
    return [answer for answer in answers if not answer.is_good
            and any(start <= answer.began and answer.began + answer.took < end for start, end in spans)]  # fmt: skip
