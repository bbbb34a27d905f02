"""Photos as phones take them, made for the tests; their places and times are invented."""

import base64
import functools
import io
import pathlib
import re
import subprocess

from PIL import Image, ImageDraw

ROOT = pathlib.Path(__file__).resolve().parents[2]

#: A crossing in Shenhe, and one in Hunnan, in the demo city's schematic outlines.
SHENHE = (41.7901, 123.4502)
HUNNAN = (41.7250, 123.4650)


def jpeg(position=SHENHE, taken="2026:11:20 11:42:05", picture=None, orientation=1):
    """A JPEG with a camera's metadata: place, time, make. `picture` is another picture's bytes; else one is drawn."""
    image = Image.open(io.BytesIO(picture)).convert("RGB") if picture else _drawing()
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Demo", "Phone", orientation
    exif.get_ifd(0x8769)[0x9003] = taken
    place = exif.get_ifd(0x8825)
    (place[2], place[4]), place[1], place[3] = map(_sexagesimal, position), "N", "E"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=82, exif=exif)
    return _file("IMG_20261120_114205.jpg", "image/jpeg", out.getvalue())


@functools.cache
def scene(name, position=SHENHE):
    """One of the drawings of the demo city as a camera's JPEG; plainly no real place."""
    drawn = subprocess.run(
        ["vips", "copy", ROOT / f"Data/demo/photos/{name}.svg", ".png"], capture_output=True, check=True)
    return jpeg(position, picture=drawn.stdout)


def rotated_heic():
    """The tiny HEIC of the Swift tests: stored lying, to be shown standing, red at the top right."""
    source = (ROOT / "Tests/MediaTests/RotatedHEIC.swift").read_text()
    text = re.search(r'base64 = """(.*?)"""', source, re.S).group(1)
    return _file("IMG_0042.HEIC", "image/heic", base64.b64decode("".join(text.split())))


def torn_jpeg():
    """A photo of which only the first part arrived."""
    whole = jpeg()["buffer"]
    return _file("torn.jpg", "image/jpeg", whole[: len(whole) // 2])


def pdf():
    content = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return _file("notice.pdf", "application/pdf", content)


def pdf_called_jpeg():
    return _file("notice.jpg", "image/jpeg", pdf()["buffer"])


def _drawing():
    image = Image.new("RGB", (1600, 1200), "#cfc6b6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 780, 1600, 1200), fill="#9c9284")
    draw.rectangle((240, 300, 900, 780), fill="#b9ad9a", outline="#5f584e", width=8)
    draw.ellipse((1050, 700, 1350, 1000), fill="#4f7f6b")
    return image


def _sexagesimal(degrees):
    minutes = (degrees % 1) * 60
    return (float(int(degrees)), float(int(minutes)), round((minutes % 1) * 60, 2))


def _file(name, kind, data):
    return {"name": name, "mimeType": kind, "buffer": data}
