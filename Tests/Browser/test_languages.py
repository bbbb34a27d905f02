"""The switch works on every page: in English nothing of the product's own words stays Chinese, in Chinese nothing English."""

import itertools
import functools
import json
import re

import pytest
from playwright.sync_api import expect

from city import ROOT
from crawl import NEWCOMER, RIDER, WALKERS, Seen
from people import PHONE
from reading import Reading

SMALL = PHONE | {"viewport": {"width": 320, "height": 640}}

CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
LATIN = re.compile(r"[A-Za-z][A-Za-z'-]{2,}")

#: Latin words that Chinese pages have of right: names of formats, codes, what the language switch says.
ALLOWED = {
    "English", "JPEG", "PNG", "WebP", "HEIC", "JSON", "CSV", "GeoJSON", "TOTP", "iPhone", "iPad", "Windows", "Mac", "Linux",
    "date", "kind", "off", "makeUp", "nuanxin", "import", "offices", "territories", "problems", "no-such-page", "dry-run",
    "Data", "calendar", "json",
}


class Written:
    """What people wrote and what places and people are called: the texts in the database. Pages say the same words over
    and over, and the texts are long: each word is looked for once."""

    def __init__(self, texts):
        self._text = "\n".join(texts)
        self._known = {}

    def __contains__(self, word):
        if word not in self._known:
            self._known[word] = word in self._text
        return self._known[word]


@pytest.fixture(scope="module")
def written(city):
    # Names of people lie sealed in the tables; those who can be met are in the list of accounts.
    # Those who are new, suspended or gone can be met on pages only.
    others = ("示例·尤科员", "示例·许科员", "示例·秦科员")
    # What riders ask about their own data lies sealed as well.
    asked = re.findall(r'"([^"\n]+)"', (ROOT / "Sources/App/Demo/DemoPersonalData.swift").read_text())
    return Written(itertools.chain(city.rows.texts(), (account["name"] for account in city.accounts), others, asked))


@pytest.fixture(scope="module")
def interface():
    """The product's own words, by language; from the tables of words and the facts."""
    words = {"en": set(), "zh-Hans": set()}
    for file in ROOT.glob("Sources/*/Strings/*.json"):
        words[file.stem] |= set(json.loads(file.read_text()).values())

    def gather(value):
        if isinstance(value, dict):
            if {"en", "zh-Hans"} <= value.keys():
                words["en"].add(value["en"])
                words["zh-Hans"].add(value["zh-Hans"])
            value = list(value.values())
        for part in value if isinstance(value, list) else []:
            gather(part)

    for name in ("categories", "workflow", "clocks", "bodies"):
        gather(json.loads((ROOT / f"Data/{name}.json").read_text()))
    said = {language: {text.strip() for text in texts} for language, texts in words.items()}
    return said | {"only en": said["en"] - said["zh-Hans"]}


@functools.cache
def a_raw_key():
    roots = {path.split(".")[0] for file in ROOT.glob("Sources/*/Strings/en.json") for path in json.loads(file.read_text())}
    return re.compile(rf"(?<![/.\w])({'|'.join(sorted(roots))})(\.[a-zA-Z][\w-]*)+\b|\{{[a-zA-Z]+\}}")


def raw_keys(page):
    """Words that are really keys or placeholders that nobody filled."""
    key = a_raw_key()
    # The scripts fill the placeholders of their own words; what stands in `code` is a code on purpose.
    return [
        text for text, where in page.reading.words
        if not where.endswith("]") and where != "code" and key.search(text)
    ]


def chinese_in(page, written, interface):
    for text, where in page.reading.words:
        if where == "a" and text == "中文":
            continue
        if where.endswith("[data-points]") or where.endswith("[data-owner]"):
            continue
        for run in CJK.findall(text):
            if run not in written or text.strip() in interface["zh-Hans"]:
                yield f"{page.address} <{where}>: {text[:100]}"
                break


def english_in(page, written, interface):
    for text, where in page.reading.words:
        if where in ("code", "a") and text in ALLOWED or where.startswith(("option", "code")) or "[data-" in where:
            continue
        if text in interface["only en"] and text not in ALLOWED:
            yield f"{page.address} <{where}>: {text[:100]}"
            continue
        # Codes (SYS-SH-FOOD, NX-93SZ-DQAZ) and logins are data.
        stray = [word for word in LATIN.findall(text) if word not in ALLOWED and word not in written]
        if stray:
            yield f"{page.address} <{where}>: {text[:100]}"


@pytest.mark.parametrize("who", WALKERS)
def test_in_english_only_what_people_wrote_is_chinese(who, walks, written, interface):
    pages = [page for page in walks(who, "en") if page.html]
    assert [page.address for page in pages if page.reading.language != "en"] == []
    faults = [fault for page in pages for fault in chinese_in(page, written, interface)]
    faults += [f"{page.address}: {key}" for page in pages for key in raw_keys(page)]
    assert not faults, "\n".join(sorted(set(faults))[:60])


@pytest.mark.parametrize("who", WALKERS)
def test_in_chinese_no_english_strays_in(who, walks, written, interface):
    pages = [page for page in walks(who, "zh-Hans") if page.html]
    assert [page.address for page in pages if page.reading.language != "zh-Hans"] == []
    faults = [fault for page in pages for fault in english_in(page, written, interface)]
    faults += [f"{page.address}: {key}" for page in pages for key in raw_keys(page)]
    assert not faults, "\n".join(sorted(set(faults))[:60])


@pytest.mark.parametrize("who", WALKERS)
def test_every_page_has_the_switch_and_it_comes_back_to_the_page(who, walks):
    for page in walks(who, "zh-Hans"):
        if not page.html:
            continue
        switches = [link for link in page.reading.links if link.startswith("/language/en?to=")]
        assert switches, page.address


def test_the_switch_changes_the_words_and_stays(people):
    rider = people.rider(RIDER)
    rider.goto("/reports")
    html = rider.locator("html")
    rider.get_by_role("link", name="English").first.tap()
    expect(html).to_have_attribute("lang", "en")
    assert rider.url.endswith("/reports")
    rider.goto("/inbox")
    expect(html).to_have_attribute("lang", "en")
    rider.get_by_role("link", name="中文").first.tap()
    expect(html).to_have_attribute("lang", "zh-Hans")
    assert rider.url.endswith("/inbox")


def refusals(doors, language):
    """The pages that forms answer with when something is wrong."""
    def post(state, address, fields, page=None, multipart=False):
        client = doors.request(state)
        client.get(f"/language/{language}?to=/figures")
        if page:
            html = client.get(page).text()
            form = next(form for form in Reading(html).forms if "formToken" in form.fields)
            fields = {"formToken": form.fields["formToken"]} | fields
        answer = client.post(address, **({"multipart": fields} if multipart else {"form": fields}))
        html = answer.text()
        client.dispose()
        return Seen(address, page or "", answer.status, html, Reading(html))

    rider, administrator = doors.rider(NEWCOMER), doors.staff("admin-1")
    form, preview = {"page": "/reports/new", "multipart": True}, "/admin/calendar/preview"
    upload = {"page": "/admin/calendar", "multipart": True}
    return [
        post(None, "/sign-in", {"phone": "12"}),
        post(None, "/sign-in", {"code": "000000"}),
        post(None, "/sign-in/staff", {"login": "nobody", "password": "wrong-wrong-wrong", "totp": "000000"}),
        post(None, "/sign-in/staff", {"login": "nobody"}),
        post(rider, "/me", {"name": "x" * 41, "platform": "none"}, page="/me"),
        post(rider, "/reports", {"identity": "named"}, **form),
        post(rider, "/reports", {"category": "0000", "lat": "x", "description": "1" * 1001}, **form),
        post(rider, "/reports", {"formToken": "stale"}, multipart=True),
        post(administrator, preview, {"text": "date,kind\n2027-13-01,off"}, **upload),
        post(administrator, preview, {"text": ""}, **upload),
    ]


def test_the_switch_also_works_where_a_form_was_refused(doors):
    for page in refusals(doors, "zh-Hans"):
        switch = next(link for link in page.reading.links if link.startswith("/language/en"))
        answer = doors.request(doors.staff("admin-1")).get(switch)
        assert answer.status < 400, f"{page.address}: {switch} {answer.status}"


def test_english_fits_a_small_phone(people, walks, watch):
    watch.expect("404")
    for who in WALKERS:
        page = people.visitor(SMALL, None if who == "visitor" else people.doors.state(who), language="en")
        seen = set()
        for found in walks(who, "en"):
            kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[?].*", "*", found.address)
            if found.html and kind not in seen:
                seen.add(kind)
                page.goto(found.address)
        page.context.close()


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_refusals_are_said_in_the_readers_language(language, doors, written, interface):
    faults = []
    for page in refusals(doors, language):
        assert 400 <= page.status < 500, page.address
        assert page.reading.language == language
        faults += (chinese_in if language == "en" else english_in)(page, written, interface)
        faults += raw_keys(page)
    assert not faults, "\n".join(faults)
