"""The README's pictures: what a newcomer sees there is what the product does today.

NUANXIN_PICTURES=1 .setup/venv/bin/pytest Tests/Browser/test_pictures.py    makes them anew; by itself, so that the
figures are those of the demo city and not of other tests.
"""

import io
import os

import pytest
from PIL import Image

from city import ROOT
from people import DESK, PHONE
from scenes import SCENES, enter

FOLDER = ROOT / "docs/pictures"
LARGEST = 120 * 1024

PICTURES = {
    "rider-home": ("home", PHONE),
    "rider-report": ("report-filled-in", PHONE),
    "rider-progress": ("report-going-on", PHONE),
    "rider-inbox": ("inbox", PHONE),
    "work-list": ("work", DESK),
    "work-case": ("case-checking", DESK),
    "work-why": ("case-why", DESK),
    "work-calendar": ("calendar", DESK),
    "figures": ("figures", DESK),
}


@pytest.mark.skipif(os.environ.get("NUANXIN_PICTURES") != "1", reason="only when asked for: NUANXIN_PICTURES=1")
@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_for_the_readme(name, people, city):
    scene_name, device = PICTURES[name]
    scene = next(scene for scene in SCENES if scene.name == scene_name)
    page = enter(scene, people, city, device | {"device_scale_factor": 2 if device is PHONE else 1})
    page.evaluate("document.activeElement?.blur()")
    page.mouse.move(0, 0)
    if page.locator(".map.leaflet-container").count():
        page.locator(".map path").first.wait_for(state="attached")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (192, 128, 96, 64, 48, 32):
        small = picture.quantize(colours, dither=Image.Dither.NONE)
        out = io.BytesIO()
        small.save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            break
    assert out.tell() <= LARGEST, f"{name} is {out.tell() // 1024} KiB"
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.png").write_bytes(out.getvalue())


def test_the_readmes_pictures_are_there_and_small():
    for name in PICTURES:
        file = FOLDER / f"{name}.png"
        assert file.exists() and file.stat().st_size <= LARGEST, name
