"""Every page that matters, empty, full and with something wrong: barrier-free, and whole on every screen.

With NUANXIN_LOOKS=DIR the pages are kept as pictures, 360 and 1280 px wide, for somebody to look at.
"""

import os
import pathlib

import pytest
from axe_playwright_python.sync_playwright import Axe

from people import DESK, PHONE, People
from scenes import SCENES, keep_signed_in, play, who
from watch import Watch

LOOKS = os.environ.get("NUANXIN_LOOKS")
#: Which database a page comes from can change what stands in it, never how wide it is: once on every screen, on SQLite, is enough.
ON_EVERY_SCREEN = "NUANXIN_DATABASE_URL" not in os.environ


class Seats:
    """A browser for each of those who look. A page that follows another costs a fifth of the first one of a browser;
    what the one before has left behind is cleared away."""

    def __init__(self, chromium, doors):
        self.watch = Watch()
        self.people = People(chromium, doors, self.watch)
        self._pages = {}

    def page(self, name):
        state = self.people.doors.known(name)
        if name not in self._pages:
            self._pages[name] = self.people.visitor(DESK, state)
        page = self._pages[name]
        # Whatever is kept when a page is left is kept before it is cleared away.
        page.goto("/readyz")
        page.evaluate("sessionStorage.clear()")
        browser = page.context.new_cdp_session(page)
        browser.send("Storage.clearDataForOrigin", {"origin": self.people.doors.server.url, "storageTypes": "all"})
        browser.detach()
        page.context.clear_cookies()
        page.context.add_cookies(state["cookies"] if state else [])
        page.set_viewport_size(DESK["viewport"])
        self.watch.forget()
        return page


@pytest.fixture(scope="module")
def all_seats(chromium, doors):
    seats = Seats(chromium, doors)
    yield seats
    seats.people.close()


@pytest.fixture
def seats(all_seats):
    yield all_seats
    faults = all_seats.watch.unexpected()
    assert not faults, "in the browser:\n" + "\n".join(faults)


def barriers(page):
    """What axe finds serious or critical."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    # Without selectors: what is found is told by its HTML.
    options = "{ resultTypes: ['violations'], selectors: false }"
    found = page.evaluate(f"axe.run({options}).then((results) => results.violations)")
    return [
        f"{page.viewport_size['width']} px, {one['id']}: {one['help']}\n    {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def settle(page):
    """Two frames, so that the watch has looked at the new width."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_page_is_barrier_free_and_whole_on_every_screen(scene, seats, city):
    page = play(scene, seats.page(who(scene, city)), seats.watch, city)
    keep_signed_in(scene, page, seats.people, city)

    faults = barriers(page) if ON_EVERY_SCREEN else []
    if LOOKS:
        keep(page, f"{scene.name}-1280")
    page.set_viewport_size({"width": 360, "height": 780})
    settle(page)
    faults += barriers(page)
    if LOOKS:
        keep(page, f"{scene.name}-360")
    if ON_EVERY_SCREEN:
        narrower_and_larger(page, scene)
    assert not faults, "\n".join(faults)


def narrower_and_larger(page, scene):
    """A small phone, and twice the size of type on a phone and at a desk."""
    page.set_viewport_size({"width": 320, "height": 640})
    settle(page)
    if LOOKS:
        keep(page, f"{scene.name}-320")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (PHONE["viewport"]["width"], DESK["viewport"]["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        if LOOKS:
            keep(page, f"{scene.name}-large-{width}")


def keep(page, name):
    folder = pathlib.Path(LOOKS)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=page.locator("dialog[open]").count() == 0)
