"""Photos with mistakes in them: each is taken in or refused, and the server goes on."""

import collections
import concurrent.futures
import io
import pathlib
import random
import shutil
import subprocess
import tempfile

from PIL import Image

from server import multipart

allowed = {201, 422, 503}


def drill(server, check, seed, count):
    chance = random.Random(seed)
    whole = originals(chance)
    tokens = [server.rider(f"1390000010{number}") for number in range(4)]
    for name, photo in whole.items():
        answer = send(server, tokens[0], photo)
        check(f"a good {name} is taken in", answer.status == 201, (answer.status, answer.body[:200]))
    jobs = []
    for number in range(count):
        name = sorted(whole)[number % len(whole)]
        jobs.append((name, spoiled(chance, whole[name]), tokens[number % len(tokens)]))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda job: (job[0], attempt(server, job[2], job[1])), jobs))
    seen = collections.Counter((name, status) for name, status in answers)
    print("    " + ", ".join(f"{name} {status}: {number}" for (name, status), number in sorted(seen.items(), key=str)))
    wrong = [answer for answer in answers if answer[1] not in allowed]
    check(f"{count} malformed photos: only 201, 422 or 503", not wrong, wrong[:5])
    check("most of them are refused", sum(status == 422 for _, status in answers) > count // 2, seen)
    check("the server still runs", server.is_running() and server.ask("GET", "/readyz").status == 200, server.last_words())


def attempt(server, token, photo):
    try:
        return send(server, token, photo).status
    except OSError as error:
        return f"{error}"


def send(server, token, photo):
    body, kind = multipart(photos=[photo])
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    return server.ask("POST", "/api/v1/photos", body, headers, timeout=70)


def originals(chance):
    image = Image.effect_noise((160, 120), 60).convert("RGB")
    image.paste((200, 30, 30), (10, 10, 60, 60))
    photos = {}
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Drill"
    for name, options in [
        ("JPEG", {"exif": exif}), ("PNG", {}), ("WEBP", {"quality": 80}),
    ]:  # fmt: skip
        file = io.BytesIO()
        image.save(file, name, **options)
        photos[name] = file.getvalue()
    if shutil.which("heif-enc"):
        with tempfile.TemporaryDirectory() as folder:
            source, target = pathlib.Path(folder, "a.png"), pathlib.Path(folder, "a.heic")
            source.write_bytes(photos["PNG"])
            subprocess.run(["heif-enc", source, "-o", target], check=True, capture_output=True)
            photos["HEIC"] = target.read_bytes()
    return photos


def spoiled(chance, photo):
    """The photo with one to four mistakes: bytes changed, cut, doubled, lengths blown up, another file glued on."""
    data = bytearray(photo)
    for _ in range(chance.randint(1, 4)):
        if len(data) < 16:
            break
        at = chance.randrange(len(data))
        match chance.randrange(8):
            case 0:
                for _ in range(chance.randint(1, 30)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
            case 1:
                data[chance.randrange(min(64, len(data)))] ^= 1 << chance.randrange(8)
            case 2:
                del data[at:]
            case 3:
                del data[at : at + chance.randint(1, 400)]
            case 4:
                data[at:at] = data[at : at + chance.randint(1, 2000)]
            case 5:
                data[at : at + 4] = b"\xff\xff\xff\xff"
            case 6:
                data[at : at + 200] = chance.randbytes(min(200, len(data) - at))
            case 7:
                data += chance.choice([b"\x00" * 5000, b"GIF89a", photo, b"<svg onload='x'/>"])
    return bytes(data)
