"""Two nodes on one database, and `kill -9` of either again and again: each entry of the journal is handled once by each
consumer, as if there were one node that lives for ever.

Reports and an officer's steps come in at both. So that there are 10,000 entries, sessions of our own write more of them,
in the shape of remarks on those reports, most of them in short transactions and some in such that stay open for a while:
entries are then kept in another order than that of their numbers.
"""

import contextlib
import json
import random
import threading
import time
import uuid

import psycopg

from server import new_key, percentile
from writers import Writer, at_work

wanted = 10_000
longest_wait = 10
consumers = ("notices", "looks", "case-clocks", "seal", "public-requests", "deliveries")

# What is handled is written down in the same transaction, once more than the product needs.
witness = """
    CREATE TABLE drill_told (notice_id UUID NOT NULL);
    CREATE FUNCTION drill_tell() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO drill_told VALUES (NEW.id); RETURN NEW; END';
    CREATE TRIGGER drill_tell BEFORE INSERT ON notice FOR EACH ROW EXECUTE FUNCTION drill_tell();

    CREATE TABLE drill_move (
        consumer TEXT, xact BIGINT, sequence BIGINT, from_xact BIGINT, from_sequence BIGINT,
        moved_at BIGINT DEFAULT extract(epoch FROM clock_timestamp()) * 1000);
    CREATE FUNCTION drill_note_move() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO drill_move (consumer, xact, sequence, from_xact, from_sequence)
            VALUES (NEW.consumer, NEW.xact, NEW.sequence, OLD.xact, OLD.sequence); RETURN NEW; END';
    CREATE TRIGGER drill_note_move AFTER INSERT OR UPDATE ON journal_cursor FOR EACH ROW EXECUTE FUNCTION drill_note_move();
"""


def drill(server, check, seed, postgres, database, rounds):
    chance = random.Random(seed)

    def ask(question, *values):
        return postgres.ask(question, *values, database=database)

    ask(witness)
    nodes = [server, server.beside(server.log.parent)]
    # No photos: a node that starts clears the folder of uploads on their way, also those of the other.
    crowd = [Writer(nodes[number % 2], server.rider(f"1390000060{number}"), seed + number, photos=0) for number in range(4)]
    takeovers = []
    token = server.officer()
    officers = [Officer(node, token) for node in nodes]
    going = threading.Event()
    going.set()
    others = [threading.Thread(target=write_entries, args=(postgres.url(database), seed + number, going)) for number in range(2)]
    others += [threading.Thread(target=officer.accept_while, args=(going,)) for officer in officers]
    with contextlib.ExitStack() as afterwards:
        afterwards.callback(lambda: nodes[1].process and nodes[1].is_running() and nodes[1].stop())
        afterwards.callback(lambda: [thread.join(30) for thread in others if thread.ident])
        afterwards.callback(going.clear)
        nodes[1].start()
        for thread in others:
            thread.start()
        with at_work(crowd):
            for _ in range(rounds):
                time.sleep(chance.uniform(0.1, 1.2))
                node = chance.choice(nodes)
                node.kill()
                killed = time.time()
                time.sleep(chance.uniform(0, 1))
                node.start()
                takeovers.append(wait_until_moved(ask, killed, limit=longest_wait + 1))
        enough, began = wanted * min(1, rounds / 30), time.monotonic()
        while ask("SELECT count(*) FROM journal_entry")[0][0] < enough and time.monotonic() < began + 60:
            time.sleep(0.5)
        going.clear()
        for thread in others:
            thread.join(30)
        for writer in crowd:
            writer.send_rest()
        rest = wait_until_handled(ask, time.time(), limit=120)
        entries = ask("SELECT count(*) FROM journal_entry")[0][0]
        kept = ask(
            "SELECT count(*) FROM journal_entry a JOIN journal_entry b ON b.sequence = a.sequence + 1 WHERE b.xact < a.xact")
        reports = sum(len(writer.acknowledged) for writer in crowd)
        steps = sum(officer.accepted for officer in officers)
        print(
            f"    {rounds} kills, {entries} entries ({reports} reports, {steps} steps of officers, the rest directly; "
            f"{kept[0][0]} kept in another order than numbered); the journal went on "
            f"p50 {percentile(takeovers, 0.5):.1f}, at most {max(takeovers):.1f} s after a kill, and was handled "
            f"{rest:.1f} s after the last entry"
        )
        problems = [problem for person in crowd + officers for problem in person.problems]
        check("nothing but good answers, or 503, or a cut connection", not problems, problems[:5])
        check("enough was going on", entries >= enough and reports > rounds and steps > rounds // 2,
              (entries, reports, steps))  # fmt: skip
        check(f"another node, or the same one anew, goes on within {longest_wait} s", max(takeovers) <= longest_wait, takeovers)
        check_handling(check, ask)
        missing = [problem for writer in crowd for key in writer.acknowledged for problem in writer.missing(key)]
        check("each acknowledged report is there", not missing, missing[:5])


def check_handling(check, ask):
    # What the journal says: everything that tells something, except what reporters did themselves. Which step a message is
    # about lies sealed; its identity follows from the step's.
    due = """
        SELECT count(DISTINCT e.data::json ->> 'entry') FROM journal_entry e JOIN reporter r ON r.matter_id = e.subject
        WHERE e.kind = 'case.step' AND e.data::json ->> 'tells' IS NOT NULL
            AND e.data::json ->> 'step' NOT IN ('rate', 'requestReopen')
    """
    owed = ask(due)[0][0]
    there = ask("SELECT count(*) FROM notice")[0][0]
    check("each step that tells something gave one message, and nothing else did", there == owed, (there, owed))
    again = ask("SELECT notice_id, count(*) FROM drill_told GROUP BY 1 HAVING count(*) > 1")
    check("no step was handled twice", not again and len(ask("SELECT 1 FROM drill_told")) == owed, again[:5])
    last = ask("SELECT xact, sequence FROM journal_entry ORDER BY xact DESC, sequence DESC LIMIT 1")
    for consumer in consumers:
        moves = ask(
            "SELECT from_xact, from_sequence, xact, sequence FROM drill_move WHERE consumer = %s ORDER BY 3, 4", consumer)
        chained = all(one[2:] == two[:2] and one[2:] < two[2:] for one, two in zip(moves, moves[1:]))
        check(f"{consumer}: each look begins where the one before ended", chained and moves, len(moves))
        check(f"{consumer}: all were handed over", moves and moves[-1][2:] == last[0], (moves[-1:], last))


class Officer:
    """Accepts what has come in, at one node."""

    def __init__(self, server, token):
        self.server, self.token = server, token
        self.accepted = 0
        self.problems = []

    def accept_while(self, going):
        mine = {"Authorization": f"Bearer {self.token}"}
        while going.is_set():
            try:
                listed = self.server.ask("GET", "/api/v1/cases?view=all&state=received&limit=20", headers=mine)
                if listed.status != 200:
                    self.note(listed)
                    continue
                for case in listed.json()["items"]:
                    answer = self.server.post(f"/api/v1/cases/{case['id']}/steps", {"step": "accept"}, self.token)
                    self.accepted += answer.status == 200
                    self.note(answer)
            except OSError:
                pass
            time.sleep(0.1)

    def note(self, answer):
        # 409: the other officer was faster.
        if answer.status not in (200, 409, 503):
            self.problems.append((answer.status, answer.body[:300]))


def write_entries(url, seed, going):
    chance = random.Random(seed)
    with psycopg.connect(url, application_name="drill") as connection:
        while going.is_set():
            with connection.transaction():
                found = connection.execute("SELECT id FROM matter ORDER BY received_at DESC LIMIT 20").fetchall()
                for _ in range(chance.randint(1, 20) if found else 0):
                    write_entry(connection, chance.choice(found)[0])
                    if chance.random() < 0.02:
                        time.sleep(chance.uniform(0, 0.5))
            time.sleep(0.15)


def write_entry(connection, matter):
    """A line that tells something, at a place in the timeline that no line of the product's ever has."""
    step, now = uuid.UUID(new_key()), int(time.time() * 1000)
    connection.execute(
        "INSERT INTO matter_step (id, matter_id, position, at, step, to_state, detail, tells)"
        " VALUES (%s, %s, 1000000 + floor(random() * 1e12)::bigint, %s, 'check', 'checking', '{}', 'checking')",
        (step, matter, now))  # fmt: skip
    data = {"entry": str(step).upper(), "step": "check", "to": "checking", "tells": "checking"}
    connection.execute(
        "INSERT INTO journal_entry (at, kind, subject, data, xact)"
        " VALUES (%s, 'case.step', %s, %s, pg_current_xact_id()::text::bigint)",
        (now, matter, json.dumps(data)))  # fmt: skip


waiting = f"""
    SELECT count(*)
    FROM unnest(array{list(consumers)}) AS name LEFT JOIN journal_cursor c ON c.consumer = name
    JOIN journal_entry e ON (e.xact, e.sequence) > (coalesce(c.xact, 0), coalesce(c.sequence, 0))
    WHERE e.at < %s
"""


def wait_until_moved(ask, moment, limit):
    """Seconds from `moment` until all consumers have gone on; there is always something to go on with."""
    question = "SELECT min(moved_at) FROM drill_move WHERE moved_at > %s GROUP BY consumer"
    while len(moves := ask(question, int(moment * 1000))) < len(consumers) and time.time() < moment + limit:
        time.sleep(0.05)
    return max(at for (at,) in moves) / 1000 - moment if len(moves) == len(consumers) else float("inf")


def wait_until_handled(ask, moment, limit):
    """Seconds from `moment` until all consumers have handled what was there then."""
    while ask(waiting, int(moment * 1000))[0][0] and time.time() < moment + limit:
        time.sleep(0.05)
    return time.time() - moment
