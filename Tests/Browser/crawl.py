"""Follows every link that somebody can reach, without a browser, so that many pages can be looked at."""

import re
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from reading import Reading

RIDER, NEWCOMER = "13800000001", "13800000004"

#: Who walks: the demo city's people, one of each kind.
WALKERS = ["visitor", RIDER, NEWCOMER, "sh-intake", "sh-food-1", "sh-lead", "city-lead", "admin-1", "audit-1", "security-1", "sh-custodian"]

#: How many pages of one kind are looked at; a case differs by its state, so there are more of those.
MOST = {"/work/cases/*": 70, "/work": 16, "/reports/*": 40}


@dataclass
class Seen:
    address: str
    came_from: str
    status: int
    html: str
    reading: Reading


def walk(doors, who, language, most=8):
    """All pages that `who` reaches by links, each kind of address at most a few times."""
    state = None if who == "visitor" else doors.state(who)
    client = doors.request(state)
    start = "/"
    client.get(f"/language/{language}?to={start}")
    waiting, known, kinds, pages = deque([(start, "")]), {start}, Counter(), []
    for extra in ("/sign-in", "/sign-in/staff", "/problems/no-such-page", "/no-such-page", "/me", "/welcome"):
        waiting.append((extra, ""))
    while waiting:
        address, came_from = waiting.popleft()
        answer = client.get(address)
        if "text/html" not in answer.headers.get("content-type", ""):
            pages.append(Seen(address, came_from, answer.status, "", Reading("")))
            continue
        html = answer.text()
        page = Seen(address, came_from, answer.status, html, Reading(html))
        pages.append(page)
        for link in page.reading.links:
            if link.startswith("#"):
                continue
            target = urldefrag(urljoin(answer.url, link)).url
            parts = urlsplit(target)
            if parts.netloc != urlsplit(doors.server.url).netloc or parts.path.startswith("/language/"):
                continue
            local = parts.path + (f"?{parts.query}" if parts.query else "")
            kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", parts.path)
            if kind.startswith("/photos/"):
                kind = "/photos/*"
            if local not in known and kinds[kind] < MOST.get(kind, most):
                known.add(local)
                kinds[kind] += 1
                waiting.append((local, address))
    client.dispose()
    return pages
