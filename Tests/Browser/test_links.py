"""No link leads nowhere, and no page asks for what the content policy refuses."""

import json
import re

import pytest

from city import ROOT
from crawl import WALKERS


@pytest.fixture(params=WALKERS)
def pages(request, walks):
    return walks(request.param, "zh-Hans")


def test_no_link_leads_to_an_error(pages):
    broken = [page for page in pages if page.came_from and page.status != 200]
    assert not broken, "\n".join(f"{page.address} from {page.came_from}: {page.status}" for page in broken)


def test_no_page_has_a_script_or_style_of_its_own(pages):
    inline = [f"{page.address}: {page.reading.inline}" for page in pages if page.reading.inline]
    assert not inline, "\n".join(inline)


def test_every_form_that_changes_something_carries_the_token(pages):
    bare = [
        f"{page.address}: {form.action}"
        for page in pages
        for form in page.reading.forms
        if form.method == "post" and "formToken" not in form.fields
    ]
    assert not bare, "\n".join(bare)


def test_no_name_of_an_element_is_used_twice(pages):
    twice = []
    for page in pages:
        names = re.findall(r'\sid="([^"]*)"', page.html)
        twice += [f"{page.address}: {name}" for name in {name for name in names if names.count(name) > 1}]
    assert not twice, "\n".join(sorted(set(twice))[:40])


def test_labels_and_hints_belong_to_something(pages):
    lost = set()
    for page in pages:
        # words.js names its note itself.
        names = {*re.findall(r'\sid="([^"]*)"', page.html), "description-note"}
        aims = " ".join(re.findall(r'\s(?:for|aria-describedby|aria-controls)="([^"]+)"', page.html)).split()
        lost |= {f"{page.address}: nothing is called {aim}" for aim in aims if aim not in names}
    assert not lost, "\n".join(sorted(lost)[:40])


def test_no_message_has_a_gap_where_a_name_belongs(pages):
    gap = re.compile(r"(派给|交给|转到|归|编号) ?[。，]")
    gaps = [f"{page.address}: {text}" for page in pages for text, _ in page.reading.words if gap.search(text)]
    assert not gaps, "\n".join(gaps[:20])


def test_every_word_that_a_template_asks_for_exists():
    words = {}
    for file in ROOT.glob("Sources/*/Strings/*.json"):
        words.setdefault(file.stem, {}).update(json.loads(file.read_text()))
    # Chinese has no words of its own for one of a thing.
    lacking = words["en"].keys() - words["zh-Hans"].keys()
    assert words["zh-Hans"].keys() <= words["en"].keys()
    assert all(key.endswith(".one") and f"{key[:-4]}.other" in words["zh-Hans"] for key in lacking), lacking
    missing = [
        f"{template.relative_to(ROOT)}: {key}"
        for template in ROOT.glob("Sources/*/Templates/**/*.mustache")
        for key in re.findall(r"\{\{\{?[#^]?\s*t\.([\w.-]+)", template.read_text())
        if key not in words["en"] and not any(other.startswith(f"{key}.") for other in words["en"])
    ]
    assert not missing, "\n".join(missing)
