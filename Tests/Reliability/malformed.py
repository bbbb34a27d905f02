"""Requests that aren't, over raw sockets: whatever comes, no 5xx, no exit, no connection that hangs.

Half of them are good requests with bytes changed, half are written to hurt a certain part of the server.
"""

import collections
import concurrent.futures
import json
import random
import re
import socket
import time

from server import draft, multipart, new_key

patience = 5
status_line = re.compile(rb"HTTP/1\.[01] (\d{3})")


def drill(server, check, seed, count, **_):
    chance = random.Random(seed)
    tokens = {"rider": server.rider("13900000300"), "officer": server.officer()}
    good = [request(*parts) for parts in good_requests(tokens)]
    check_good(server, check, good)
    before = server.memory()
    jobs = []
    for number in range(count):
        if number % 2:
            jobs.append(mutated(chance, chance.choice(good)))
        else:
            jobs.append(written(chance, tokens))
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda job: send(server, job), jobs))
    took = time.monotonic() - began
    seen = collections.Counter(status for statuses, _ in answers for status in statuses or ["closed"])
    slowest = max(seconds for _, seconds in answers)
    grown = (server.memory() - before) / 2**20
    print(f"    {count} requests in {took:.0f} s, the slowest {slowest:.1f} s, memory {grown:+.0f} MiB; "
          + ", ".join(f"{status}: {number}" for status, number in sorted(seen.items(), key=str)))  # fmt: skip
    faults = [(statuses, job[:300]) for (statuses, _), job in zip(answers, jobs) if any(s >= 500 for s in statuses)]
    check("no answer is a 5xx", not faults, faults[:3])
    hung = [(seconds, job[:300]) for (_, seconds), job in zip(answers, jobs) if seconds > patience]
    check(f"no connection hangs longer than {patience} s", not hung, hung[:3])
    check("the server still runs", server.is_running() and server.ask("GET", "/readyz").status == 200, server.last_words())
    check("memory grows by 64 MiB at most", grown <= 64, f"{grown:.0f} MiB")


def check_good(server, check, good):
    answers = [send(server, job)[0] for job in good]
    wrong = [(answer, job[:80]) for answer, job in zip(answers, good) if not answer or answer[0] >= 400]
    check("the requests that will be spoiled are good ones", not wrong, wrong)


def send(server, data):
    """The statuses that came back, and how long it took until the server hung up."""
    began = time.monotonic()
    received = b""
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=patience) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # It hung up before it had read all: that is an answer too.
            connection.settimeout(patience + 1)
            while piece := connection.recv(65536):
                received += piece
    except OSError:
        pass
    return [int(status) for status in status_line.findall(received)], time.monotonic() - began


def request(method, target, headers=(), body=b""):
    lines = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    lines.append("Connection: close")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def good_requests(tokens):
    rider = f"Authorization: Bearer {tokens['rider']}"
    officer = f"Authorization: Bearer {tokens['officer']}"
    html = "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"
    form, kind = "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json"
    for target in ["/", "/sign-in?to=/reports", "/figures", "/app.css?v=1", "/language/en?to=/figures", "/problems/busy"]:
        yield "GET", target, [html, "Cookie: language=en; nuanxin=" + "a" * 43]
    for target in [
        "/api/v1/categories", "/api/v1/public/figures", "/api/v1/clocks", "/healthz", "/metrics",
        "/api/v1/deadlines?clock=report-decision&start=2026-09-30T08:00:00%2B08:00&pauseDays=3&extended=true",
        "/api/v1/territories/at?lat=41.8&lng=123.45", "/api/v1/territories?limit=3",
        "/map/outlines?bbox=123,41,124,42&level=county",
    ]:  # fmt: skip
        yield "GET", target, ["Accept-Language: en;q=0.8, zh"]
    yield "GET", "/api/v1/reports?limit=5", [rider]
    yield "GET", "/api/v1/cases?view=open&state=received&category=01&q=%E8%80%81%E9%BC%A0&limit=7", [officer]
    yield "POST", "/sign-in", [html, form], b"phone=13900000399&to=%2Freports"
    yield "POST", "/api/v1/notices/reading", [rider, kind], b'{"upTo": "2026-09-30T08:00:00Z"}'
    body, kind = multipart(draft(new_key(), "好的"))
    yield "POST", "/api/v1/reports", [rider, f"Content-Type: {kind}"], body


def mutated(chance, data):
    """A good request with one to five mistakes anywhere in it."""
    data = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        data = data or bytearray(b"\r\n")
        at = chance.randrange(len(data))
        match chance.randrange(7):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                data[at] ^= 1 << chance.randrange(8)
            case 2:
                data[at:at] = chance.randbytes(chance.randint(1, 20))
            case 3:
                del data[at : at + chance.randint(1, 30)]
            case 4:
                data[at:at] = data[at : at + chance.randint(1, 200)] * chance.randint(1, 5)
            case 5:
                data[at:at] = chance.choice([b"\r\n", b"\0", b"%", b"%zz", b"\xff\xfe", b"\r\n\r\n", b": ", "骑手".encode(), b"../"])
            case 6:
                data = data[: max(1, at)]
    return bytes(data)


def written(chance, tokens):
    return chance.choice([
        bad_line, bad_line, many_headers, long_cookie, bad_header, bad_chunks, two_lengths, bad_percent, huge_target,
        deep_json, wrong_json, wrong_json, wrong_json, bad_multipart, bad_multipart, bad_form, bad_query, bad_path,
    ])(chance, tokens)  # fmt: skip


def bad_line(chance, tokens):
    return chance.choice([
        b"\r\n\r\n", b"\0" * chance.randint(1, 5000), b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT evil:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: x\r\n\r\n", b"get / http/1.1\r\nhost: x\r\n\r\n", b"G\xc3\x84T / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + chance.randbytes(200),
        b"A" * chance.randint(1, 100_000), b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAAA\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * chance.randint(2, 200), b"GET #x HTTP/1.1\r\nHost: x\r\n\r\n", b"GET ?a HTTP/1.1\r\nHost: x\r\n\r\n",
    ])  # fmt: skip


def many_headers(chance, tokens):
    count, size = chance.choice([(100, 10), (101, 10), (1000, 5), (5000, 2), (50, 1000), (1, 100_000), (20_000, 1)])
    return request("GET", "/healthz", [f"X-{number}: {'a' * size}" for number in range(count)])


def long_cookie(chance, tokens):
    cookie = chance.choice(["a=" + "b" * 20_000, "; ".join(f"c{n}={n}" for n in range(900)), "nuanxin=" + "\x01" * 43,
        "nuanxin=" + "a" * 43, "nuanxin", "=;=;=", "language=" + "e" * 9000, "nuanxin-code=" + "Z" * 43])  # fmt: skip
    return request("GET", chance.choice(["/", "/me", "/sign-in"]), ["Accept: text/html", f"Cookie: {cookie}"])


def bad_header(chance, tokens):
    header = chance.choice([
        "No colon", ": empty", "A\0B: c", "A: b\0c", "A: b\x7fc", " Folded: x\r\n more", "Content-Length: -1", "Content-Length: 99999999999999999999",
        "Content-Length: 1e3", "Content-Length: 0x10", "Transfer-Encoding: gzip", "Transfer-Encoding: chunked, chunked", "Accept-Language: " + "a," * 2000,
        "Accept-Language: en;q=" + "9" * 300, "Accept: " + "*/*," * 1000, "Authorization: Bearer " + "x" * 9000, "Authorization: Bearer", "Authorization: bearer \0",
        "If-None-Match: \"" + "x" * 500, "If-Modified-Since: tomorrow", "Range: bytes=5-1,0-99999999999,-0", "Range: bytes=" + "0-1," * 500, "Range: lines=1",
        "Origin: \0", "Sec-Fetch-Site: cross-site", "Cookie: a=\"b", "Content-Type: " + ";" * 500, "Host: [::1", "Host: a b", "Forwarded: for=\"",
    ])  # fmt: skip
    target = chance.choice(["/", "/healthz", "/api/v1/me", "/app.css", "/figures", "/vendor/icons.svg", "/api/v1/photos/x/small"])
    return request(chance.choice(["GET", "HEAD", "POST", "DELETE"]), target, [header])


def bad_chunks(chance, tokens):
    body = chance.choice([
        b"zz\r\nabc\r\n0\r\n\r\n", b"5\r\nabc", b"ffffffffffffffff\r\nabc\r\n0\r\n\r\n", b"-1\r\nabc\r\n0\r\n\r\n", b"3\r\nabcdef\r\n0\r\n\r\n",
        b"3;" + b"x" * 20_000 + b"\r\nabc\r\n0\r\n\r\n", b"1\r\n{\r\n" * 3000 + b"0\r\n\r\n", b"0\r\nX: y\r\n" * 500 + b"\r\n", b"3\nabc\n0\n\n", b"\r\n\r\n", b"",
    ])  # fmt: skip
    target = chance.choice(["/api/v1/session", "/sign-in", "/nowhere", "/api/v1/session/code"])
    return f"POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + body


def two_lengths(chance, tokens):
    lines = chance.choice([
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 6", "Transfer-Encoding: chunked\r\nContent-Length: 0",
        "Transfer-Encoding: identity\r\nContent-Length: 3", "Transfer-Encoding : chunked", "Transfer-Encoding: \tchunked\r\nTransfer-Encoding: x",
    ])  # fmt: skip
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    return f"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{lines}\r\n\r\n".encode() + smuggled


def bad_percent(chance, tokens):
    part = chance.choice(["%", "%2", "%zz", "%00", "%ff%fe", "%c0%ae%c0%ae", "%e2%82", "%u0041", "%25%32%65", "%0d%0aX:%20y", "%F0%9F%9A%B4", "%2f..%2f..%2fetc%2fpasswd"])
    target = chance.choice(["/{}", "/problems/{}", "/reports/{}", "/language/en?to={}", "/api/v1/cases/{}", "/api/v1/photos/{}/small",
        "/api/v1/categories?{}=1", "/sign-in?to=/{}", "/vendor/{}", "/{}/app.css", "/figures?done={}", "/map/outlines?bbox={}"])  # fmt: skip
    return request("GET", target.format(part * chance.randint(1, 30)), [f"Authorization: Bearer {tokens['rider']}", chance.choice(["Accept: text/html", "Accept: */*"])])


def huge_target(chance, tokens):
    size = chance.choice([2000, 8000, 15_000, 20_000, 100_000])
    return request("GET", chance.choice(["/" + "a" * size, "/api/v1/categories?" + "a=b&" * (size // 4), "/" * size, "/" + "a/" * (size // 2), "/figures?done=" + "%41" * (size // 3)]))


def deep_json(chance, tokens):
    depth = chance.choice([63, 64, 65, 1000, 30_000])
    body = chance.choice([b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth, b"[" * depth, b'{"phone":' * depth, b'{"phone":' + b"[" * depth + b"]" * depth + b"}"])
    return request("POST", "/api/v1/session", ["Content-Type: application/json"], body)


def wrong_json(chance, tokens):
    values = [None, True, 0, -1, 1e308, 1.5, 10**30, "", "x", "\0", "\ud800", "a" * 60_000, [], [1], {}, {"a": 1}, "2026-02-30", "2026-13-45T99:99:99Z",
        "0000-00-00", "9999999-01-01T00:00:00Z", "-1", "' OR 1=1 --", "{{{", "\u202e", "骑" * 3000, new_key(), "13900000301", "123456", "check"]  # fmt: skip
    names = ["phone", "code", "challenge", "login", "password", "totp", "step", "note", "version", "office", "handler", "photos", "day", "category", "rating",
        "upTo", "name", "platform", "company", "site", "years", "x", "", "\0", "__proto__"]  # fmt: skip
    document = {chance.choice(names): chance.choice(values) for _ in range(chance.randint(0, 6))}
    if chance.random() < 0.5:
        document |= chance.choice([{"phone": "13900000302"}, {"step": "note"}, {"login": "li.na", "password": "x", "totp": "1"}, {"years": [{"year": chance.choice(values)}]}])
    text = json.dumps(document)
    if chance.random() < 0.3:
        text = chance.choice([text + "x", text[:-1], text.replace("null", "NaN"), text[:-1] + ',"x":1,"x":2}', "\ufeff" + text, text.replace('"', "'"), text * 2])
    body = text.encode("utf-8", "surrogatepass")
    key = new_key()
    method, target = chance.choice([("POST", "/api/v1/session"), ("POST", "/api/v1/session/code"), ("PUT", "/api/v1/me"), ("POST", f"/api/v1/cases/{key}/steps"),
        ("POST", f"/api/v1/reports/{key}/rating"), ("POST", f"/api/v1/reports/{key}/reopening"), ("POST", "/api/v1/notices/reading"), ("POST", "/api/v1/calendar?dryRun=true")])  # fmt: skip
    return request(method, target, ["Content-Type: application/json", f"Authorization: Bearer {tokens[chance.choice(['rider', 'officer'])]}"], body)


def bad_multipart(chance, tokens):
    boundary = chance.choice(["x", "x" * 70, "x" * 71, "", "\"quoted\"", "a b", "--", "x\0"])
    head = chance.choice(['form-data; name="report"', "form-data; name=report", "form-data", 'form-data; name=""', 'form-data; name="' + "n" * 200 + '"', 'form-data; name="photo"; filename="../../etc/passwd"',
        'form-data; name="photo"; filename="' + "f" * 10_000 + '"', 'form-data; name="photo"; filename=', "attachment", 'form-data; name="report"; name="photo"', "\0", "form-data; name=\"rep\xfcort\""])  # fmt: skip
    content = chance.choice([b"", b"{}", b"{", json.dumps(draft(new_key(), "x")).encode(), b"\xff\xd8\xff\xe0" + chance.randbytes(300), b"\0" * 5000, b"\r\n--x" * 50, chance.randbytes(2000), b"a" * 70_000])
    part = f"--{boundary}\r\nContent-Disposition: {head}\r\n\r\n".encode("latin-1") + content + b"\r\n"
    body = part * chance.choice([0, 1, 1, 2, 12, 100]) + chance.choice([f"--{boundary}--\r\n".encode(), f"--{boundary}--".encode(), b"", b"--\r\n", f"--{boundary}".encode()])
    target = chance.choice(["/api/v1/reports", "/api/v1/photos", "/reports", "/reports/photos"])
    return request("POST", target, [f"Content-Type: multipart/form-data; boundary={boundary}", f"Authorization: Bearer {tokens['rider']}"], body)


def bad_form(chance, tokens):
    body = chance.choice([b"%", b"phone=%zz", b"phone=%ff%fe", b"phone=%00", b"=&=&==", b"&" * 20_000, b"a=b&" * 2000, b"phone=" + b"1" * 250_000, b"phone=1&phone=2", b"code=1&to=%0d%0aX: y",
        b"phone=139\xc3\xa9", b"login=a&password=b&totp=c", b"formToken=x", b"to=//evil&phone=x", b"\0\0\0"])  # fmt: skip
    target = chance.choice(["/sign-in", "/sign-in/staff", "/sign-out", "/reports", "/welcome", "/me", "/inbox/reading", "/work/photos", "/admin/calendar"])
    return request("POST", target, ["Content-Type: application/x-www-form-urlencoded", "Accept: text/html", "Sec-Fetch-Site: same-origin"], body)


def bad_query(chance, tokens):
    value = chance.choice(["", "x", "-1", "1e999", "nan", "inf", "9" * 400, "0x10", "%00", "1.5", "true", "[]", "2026-09-30", "2026-09-30T08:00:00+08:00", "+", "%2B", "AAAA", "LTkyMjMzNzIwMzY4NTQ3NzU4MDgfeA", "A" * 511, "' OR 1", "*", "%25%25", "_"])
    target = chance.choice(["/api/v1/deadlines?clock={}&start={}", "/api/v1/deadlines?clock=penalty&start=2026-09-30T08:00:00Z&pauseDays={}", "/api/v1/territories/at?lat={}&lng={}",
        "/api/v1/territories?parent={}&limit={}", "/api/v1/cases?view={}", "/api/v1/cases?q={}", "/api/v1/cases?cursor={}", "/api/v1/cases?category={}", "/api/v1/reports?limit={}", "/api/v1/notices?cursor={}",
        "/map/outlines?bbox={}&level={}", "/map/outlines?bbox={},{},{},{}&level=county", "/work?view={}&q={}&cursor={}", "/reports?cursor={}", "/inbox?cursor={}", "/api/v1/offices?q={}&cursor={}"])  # fmt: skip
    holes = target.count("{}")
    return request("GET", target.format(*[value] * holes), [f"Authorization: Bearer {tokens[chance.choice(['rider', 'officer'])]}"])


def bad_path(chance, tokens):
    target = chance.choice(["/../../etc/passwd", "/vendor/../../Package.swift", "/vendor/..%2f..%2fPackage.swift", "/.setup/venv", "/vendor/", "/vendor", "//evil.example/", "/\\evil", "/;a=b", "/api/v1", "/api/v1/",
        "/API/V1/PING", "/api//v1//ping", "/api/v1/ping/", "/.", "/..", "/~root", "/index.php", "/.git/config", "/nuanxin.sqlite", "/reports/" + "0" * 36, "/work/cases/" + new_key(), "/problems/unexpected.title", "/images/"])  # fmt: skip
    method = chance.choice(["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "A" * 300])
    return request(method, target, ["Accept: text/html"])
