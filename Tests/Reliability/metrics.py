"""What `/metrics` says after requests of every kind, also such whose sender has gone: it can be read by Prometheus' own
rules, counts what was asked, and forgets what is over.
"""

import random
import re
import socket
import struct
import time

from prometheus_client.parser import text_string_to_metric_families

asked = 20


def drill(server, check, seed, **_):
    chance = random.Random(seed)
    server.rider("13900000900")
    for _ in range(asked):
        for method in ("GET", "HEAD"):
            server.ask(method, "/healthz")
        server.ask("INVENTED", f"/nowhere/{chance.random()}")
        hang_up(server, chance)
    time.sleep(1)
    families = read(server, check)

    running = families["http_server_active_requests"].samples
    over = {sample.labels["http_request_method"]: sample.value for sample in running}
    check("nothing is under way but this question", over.pop("GET", 0) == 1 and not any(over.values()), running)
    counted = {tuple(sorted(sample.labels.items())): sample.value for sample in families["hb_requests"].samples
               if sample.labels["http_route"] == "/healthz"}  # fmt: skip
    check("each question is counted once, also by HEAD", sorted(counted.values()) == [asked, asked], counted)
    methods = {sample.labels["http_request_method"] for sample in families["hb_requests"].samples}
    check("nobody can invent labels", methods <= {"GET", "HEAD", "POST", "OTHER"}, methods)
    sessions = {name for name in families if name.startswith("database_")}
    check("PostgreSQL's sessions are there when there are any", len(sessions) == (3 if server.rows.url else 0), sessions)
    lines = sum(len(family.samples) for family in families.values())
    print(f"    {lines} lines of {len(families)} kinds")


def hang_up(server, chance):
    """Asks for something large and is gone before all of it has come."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * chance.randint(1, 9))
        time.sleep(chance.uniform(0, 0.01))


def read(server, check):
    """All families by name, each looked at by the rules of `promtool check metrics`."""
    answer = server.ask("GET", "/metrics")
    kind = answer.headers.get("Content-Type", "")
    check("it says its format", kind.startswith("text/plain; version=0.0.4"), kind)
    families = {family.name: family for family in text_string_to_metric_families(answer.body.decode())}
    for name, family in families.items():
        told = family.documentation and family.type != "unknown" and re.fullmatch("[a-z][a-z0-9_]*[a-z0-9]", name)
        check(f"{name}: has words, a kind and a plain name", told, family)
        if family.type == "counter":
            check(f"{name}: ends as a counter", all(sample.name == f"{name}_total" for sample in family.samples), family)
        if family.type == "histogram":
            check_histogram(check, family)
    return families


def check_histogram(check, family):
    rows = {}
    for sample in family.samples:
        labels = tuple(sorted((name, value) for name, value in sample.labels.items() if name != "le"))
        rows.setdefault(labels, {}).setdefault(sample.name.removeprefix(family.name), []).append(sample)
    for labels, row in rows.items():
        buckets = [(float(sample.labels["le"]), sample.value) for sample in row["_bucket"]]
        rises = buckets == sorted(buckets) and [count for _, count in buckets] == sorted(count for _, count in buckets)
        whole = buckets[-1] == (float("inf"), row["_count"][0].value) and len(row["_sum"]) == 1
        check(f"{family.name}: its buckets rise to the whole", rises and whole, (labels, buckets))
