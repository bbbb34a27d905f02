"""What can happen to a PostgreSQL cluster under Patroni while two nodes of `nuanxin` work on it, one that finds the primary
by libpq and one that goes by HAProxy, and four people report at them: nothing that was acknowledged may be lost, and the
same two processes serve again soon after somebody can be written to.
"""

import collections
import contextlib
import itertools
import pathlib
import random
import tempfile
import time

from cluster import Cluster
from failover import soon
from kills import look_inside
from server import Server, percentile
from writers import Writer, at_work

etcd_is_away = 40


def drill(check, seed, wanted, rounds):
    chance = random.Random(seed)
    with contextlib.ExitStack() as afterwards:
        folder = pathlib.Path(afterwards.enter_context(tempfile.TemporaryDirectory(prefix="nuanxin-drill-")))
        cluster = afterwards.enter_context(Cluster.founded())
        afterwards.enter_context(cluster.proxy())
        ways = {"libpq": cluster.settings("nuanxin-libpq.env"), "HAProxy": cluster.settings("nuanxin-haproxy.env")}
        first = Server(folder, ways["libpq"]["NUANXIN_DATABASE_URL"])
        nodes = dict(zip(ways, [first, first.beside(folder)]))
        for name, node in nodes.items():
            node.environment = node.environment | ways[name]
            node.start()
            afterwards.callback(lambda node=node: node.is_running() and node.stop())
        before = [node.process.pid for node in nodes.values()]
        crowds = {name: people_at(node, seed, number) for number, (name, node) in enumerate(nodes.items())}
        everybody = [writer for crowd in crowds.values() for writer in crowd]

        for name in wanted or events:
            words, event = events[name]
            times = rounds if name in often else 1
            courses = []
            for number in range(times):
                courses.append(Course(event, cluster, crowds, chance, number))
                print(f"      {name} {number + 1}: {courses[-1]}", flush=True)
            tell(words, courses, check)
        for writer in everybody:
            writer.send_rest()
        lost = [problem for writer in everybody for key in writer.acknowledged for problem in writer.missing(key)]
        acknowledged = sum(len(writer.acknowledged) for writer in everybody)
        print(f"    {acknowledged} reports acknowledged in all, {len(lost)} lost")
        check("nothing that was acknowledged is lost", not lost, lost[:5])
        counted = [node.ask("GET", "/api/v1/public/figures").json()["received"] for node in nodes.values()]
        check("the figures of both nodes count each report once", counted == [acknowledged] * 2, counted)
        check(
            "all with the same two processes",
            [node.is_running() and node.process.pid for node in nodes.values()] == before,
        )
        ended = [node.stop()[0] for node in nodes.values()]
        check("both end well", ended == [0, 0], ended)
        first.rows.url = cluster.primary().url("nuanxin")
        look_inside(first, check, everybody)


def people_at(node, seed, number):
    return [Writer(node, node.rider(f"1390000{number}70{person}"), seed + 10 * number + person) for person in range(2)]


class Course:
    """How people at each node fared while `event` took its course, from two seconds before until two seconds after."""

    def __init__(self, event, cluster, crowds, chance, number):
        seen = {writer: len(writer.answers) for crowd in crowds.values() for writer in crowd}

        def answers():
            return {name: [answer for writer in crowd for answer in writer.answers[seen[writer] :]]
                    for name, crowd in crowds.items()}  # fmt: skip

        with at_work(list(seen)):
            time.sleep(chance.uniform(1.5, 3))
            began = time.monotonic()
            promoted, whole = event(cluster, number)
            #: Seconds until there was a primary, and from then on until it confirmed what a plain client wrote there.
            self.away, self.alone = promoted - began, whole - promoted
            while time.monotonic() < whole + 30 and float("inf") in first_written(answers(), whole).values():
                time.sleep(0.1)
            for machine in cluster.machines:
                machine.thaw()
            time.sleep(2)
        self.answers = answers()
        #: Seconds from then on until a report was taken in that was sent after the promotion.
        self.waits = {name: max(moment - whole, 0) for name, moment in first_written(self.answers, promoted).items()}
        self.pauses = {name: longest_pause(answers) for name, answers in self.answers.items()}
        self.refused = [answer for answers in self.answers.values() for answer in answers if not answer.is_good]
        began = time.monotonic()
        cluster.mend()
        self.mended = time.monotonic() - began

    def __repr__(self):
        good = sum(answer.is_good for answers in self.answers.values() for answer in answers)
        slowest = max(answer.took for answers in self.answers.values() for answer in answers)
        said = collections.Counter(f"{answer.status or 'cut'} {answer.name or ''}".strip() for answer in self.refused)
        return (
            f"a primary after {self.away:.1f} s, confirming {self.alone:.1f} s later, then {in_words(self.waits)}; "
            f"longest pause {in_words(self.pauses)}; {good} good answers, {dict(said)}; slowest {slowest:.1f} s; "
            f"mended in {self.mended:.0f} s"
        )


def first_written(answers, since):
    """When the first report was taken in at each node of those that were sent after `since`."""
    return {
        name: min(
            (told.began + told.took for told in answers if told.is_good and told.began >= since), default=float("inf")
        )
        for name, answers in answers.items()
    }


def in_words(seconds):
    return ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items())


def longest_pause(answers):
    done = sorted(answer.began + answer.took for answer in answers if answer.is_good)
    return max((later - earlier for earlier, later in itertools.pairwise(done)), default=float("inf"))


def tell(words, courses, check):
    def spread(values):
        return f"p50 {percentile(values, 0.5):.1f}, at most {max(values):.1f} s"

    print(f"    {words}, {len(courses)} times: a primary after {spread([course.away for course in courses])}; "
          f"it confirmed {spread([course.alone for course in courses])} later")  # fmt: skip
    for way in courses[0].waits:
        waits = [course.waits[way] for course in courses]
        both = [course.alone + course.waits[way] for course in courses]
        pauses = [course.pauses[way] for course in courses]
        print(
            f"        by {way}: written {spread(waits)} after that ({spread(both)} after the promotion); "
            f"pause {spread(pauses)}"
        )
        check(f"{words}, by {way}: reports are taken in within {soon} s", max(waits) <= soon, waits)
    refused = [answer for course in courses for answer in course.refused]
    said = dict(collections.Counter(answer.name or "cut" for answer in refused))
    print(f"        {len(refused)} tries refused: {said}", flush=True)
    bad = [answer for answer in refused if not (answer.status == 503 and answer.says_when)]
    check(f"{words}: meanwhile only 503 with the time to wait", not bad, bad[:5])


# What happens. Each gives the moments when there is a primary and when it confirms what is written.


def primary_dies(cluster, number):
    """Every other time nobody answers any more at its address."""
    primary = cluster.primary()
    primary.kill()
    if number % 2:
        primary.fall_silent()
    return cluster.wait_for_primary(primary)


def primary_dies_and_one_is_enough(cluster, number):
    """What is written right after the promotion is on one machine only for a moment."""
    cluster.set("synchronous_mode_strict", False)
    try:
        return primary_dies(cluster, number)
    finally:
        cluster.set("synchronous_mode_strict", True)


def switched_over(cluster, number):
    old, _ = cluster.switch_over()
    return cluster.wait_for_primary(old)


def postgres_crashes(cluster, number):
    """Patroni starts it again, or promotes another."""
    cluster.primary().crash()
    time.sleep(0.1)
    return cluster.wait_for_primary()


def standby_dies(cluster, number):
    """The one that confirms: commits wait until Patroni has chosen the other."""
    cluster.with_role("sync_standby").kill()
    return cluster.wait_for_primary()


def etcd_away(cluster, number):
    """The primary goes on, because it reaches both of the others."""
    with without_etcd(cluster):
        time.sleep(etcd_is_away)
    return cluster.wait_for_primary()


def etcd_away_without_failsafe(cluster, number):
    """The primary steps down, since another might have been promoted."""
    cluster.set("failsafe_mode", False)
    try:
        return etcd_away(cluster, number)
    finally:
        cluster.set("failsafe_mode", True)


def primary_freezes(cluster, number):
    """As when its disk hangs. It goes on when another has taken its place, and doesn't know that."""
    primary = cluster.primary()
    primary.freeze()
    return cluster.wait_for_primary(primary)


@contextlib.contextmanager
def without_etcd(cluster):
    for machine in cluster.machines:
        machine.kill_etcd()
    yield
    for machine in cluster.machines:
        machine.start_etcd()


#: What is said of it, and what it is.
events = {
    "death": ("the primary's machine dies", primary_dies),
    "switchover": ("a planned switchover", switched_over),
    "crash": ("the primary's PostgreSQL crashes", postgres_crashes),
    "death-lax": ("the same with synchronous_mode_strict off", primary_dies_and_one_is_enough),
    "standby": ("the confirming standby's machine dies", standby_dies),
    "etcd": ("etcd is away, failsafe_mode on", etcd_away),
    "etcd-strict": ("etcd is away, failsafe_mode off", etcd_away_without_failsafe),
    "freeze": ("the primary's machine freezes", primary_freezes),
}
often = ("death",)
