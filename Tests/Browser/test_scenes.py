"""Every page that matters, empty, full and with something wrong: barrier-free, and whole on every screen.

With NUANXIN_LOOKS=DIR the pages are kept as pictures, 360 and 1280 px wide, for somebody to look at.
"""

import os
import pathlib

import pytest
from axe_playwright_python.sync_playwright import Axe

from people import DESK, PHONE
from scenes import SCENES, enter

LOOKS = os.environ.get("NUANXIN_LOOKS")


def barriers(page):
    """What axe finds serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
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
def test_a_page_is_barrier_free_and_whole_on_every_screen(scene, people, city):
    page = enter(scene, people, city, DESK)

    faults = barriers(page)
    if LOOKS:
        keep(page, f"{scene.name}-1280")
    page.set_viewport_size({"width": 360, "height": 780})
    settle(page)
    faults += barriers(page)
    if LOOKS:
        keep(page, f"{scene.name}-360")
    page.set_viewport_size({"width": 320, "height": 640})
    settle(page)
    if LOOKS:
        keep(page, f"{scene.name}-320")
    # Twice the size of type, on a phone and at a desk.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (PHONE["viewport"]["width"], DESK["viewport"]["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        if LOOKS:
            keep(page, f"{scene.name}-large-{width}")
    assert not faults, "\n".join(faults)


def keep(page, name):
    folder = pathlib.Path(LOOKS)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png", full_page=page.locator("dialog[open]").count() == 0)
