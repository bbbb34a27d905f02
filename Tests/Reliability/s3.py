"""Photos in a real S3: rclone's, which refuses wrong signatures; killed, frozen, and moved to and from."""

import concurrent.futures
import io
import os
import random
import re
import signal
import socket
import sqlite3
import subprocess
import time

from PIL import Image

from server import binary, jpeg, multipart, root

rclone = str(root / ".setup/venv/bin/rclone")
access, secret = "drill-access", "drill/secret+key="


class Bucket:
    """`rclone serve s3` on a folder. After `kill`, `start` serves the same folder at the same port."""

    def __init__(self, folder):
        self.folder, self.log = folder / "s3", folder / "rclone.log"
        for bucket in ["photos", "second"]:
            (self.folder / bucket).mkdir(parents=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = None

    @property
    def address(self):
        return f"s3://127.0.0.1:{self.port}/photos/city?tls=false"

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RCLONE_"))}
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [rclone, "serve", "s3", str(self.folder), "--addr", f"127.0.0.1:{self.port}", "--config", "/dev/null",
                 "--auth-key", f"{access},{secret}"],
                env=environment, stdout=output, stderr=output,
            )  # fmt: skip
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise SystemExit(f"rclone doesn't serve: {self.log.read_text()[-2000:]}")

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def files(self, ending="", bucket="photos"):
        # What rclone was writing when it was killed begins with a dot, and is no object.
        return sorted(path for path in (self.folder / bucket).rglob("[!.]*") if path.is_file() and path.name.endswith(ending))


def drill(server, check, seed):
    chance = random.Random(seed)
    bucket = Bucket(server.data.parent)
    bucket.start()
    try:
        wrong_secret(server, check, bucket)
        set_bucket(server, bucket, secret)
        server.start()
        photos = large_photos(server, check, bucket, chance)
        killed_in_uploads(server, check, bucket, chance)
        frozen(server, check, bucket, chance, photos[0])
        orphans(server, check, bucket)
        code, took = server.stop()
        check("the server ends well, with its connections to the store", code == 0 and took < 10, (code, took))
        moved(server, check, bucket)
    finally:
        bucket.signal(signal.SIGCONT)
        bucket.kill()


def set_bucket(server, bucket, key):
    server.environment |= {
        "NUANXIN_PHOTOS_URL": bucket.address, "NUANXIN_PHOTOS_ACCESS_KEY": access, "NUANXIN_PHOTOS_SECRET_KEY": key,
    }  # fmt: skip


def command(server, *arguments):
    return subprocess.run(
        [binary, *arguments, "--data", server.data], cwd=root, env=server.environment, text=True, capture_output=True,
        check=False,
    )  # fmt: skip


def wrong_secret(server, check, bucket):
    set_bucket(server, bucket, "not-the-secret")
    said = command(server, "photos", "check")
    words = said.stdout + said.stderr
    check("a wrong secret is refused", said.returncode == 1 and "SignatureDoesNotMatch" in words, words)
    check("and not said", "not-the-secret" not in words and access not in words, words)
    server.start()
    answer = send(server, server.rider("13900000300"), jpeg(random.Random(1)))
    check("a server with a wrong secret says 503", answer.status == 503, (answer.status, answer.body[:300]))
    check("it logs no key", "not-the-secret" not in server.last_words() and access not in server.last_words())
    check("nothing was stored", not bucket.files(), bucket.files())
    server.stop()


def send(server, token, photo):
    body, kind = multipart(photos=[photo])
    return server.ask("POST", "/api/v1/photos", body, {"Authorization": f"Bearer {token}", "Content-Type": kind}, 60)


def timed(server, token, photo):
    began = time.monotonic()
    try:
        answer = send(server, token, photo)
        return answer.status, time.monotonic() - began, answer
    except OSError as error:
        return str(error), time.monotonic() - began, None


def noise(chance, width, height, quality, grain=4):
    file = io.BytesIO()
    size = (width // grain, height // grain)
    small = Image.frombytes("RGB", size, chance.randbytes(3 * size[0] * size[1]))
    small.resize((width, height), Image.Resampling.NEAREST).save(file, "JPEG", quality=quality)
    return file.getvalue()


def large_photos(server, check, bucket, chance):
    """A photo of 12 megapixels, and one that goes in parts; both come back as what was shown."""
    taken = []
    token = server.rider("13900000301")
    photos = {"12 megapixels": noise(chance, 4000, 3000, 60), "in parts": noise(chance, 2800, 2100, 99, grain=1)}
    for words, photo in photos.items():
        status, seconds, answer = timed(server, token, photo)
        print(f"    {words}: {len(photo) / 1e6:.1f} MB in {seconds:.1f} s")
        check(f"a photo ({words}) is taken in", status == 201, (status, answer and answer.body[:300]))
        if status == 201:
            identity = answer.json()["id"]
            taken.append((token, identity))
            shown = picture(server, token, identity)
            check("and shown", shown.status == 200 and shown.body[:3] == b"\xff\xd8\xff", shown.status)
    check("the second one was above 8 MiB", len(photo) > 8 << 20, len(photo))
    originals = bucket.files(".original")
    check("both originals are there", len(originals) == 2, originals)
    check("and sealed", all(path.read_bytes()[:4] == b"NXS1" for path in originals), originals)
    marks = [path for path in originals if b"\xff\xd8\xff" in path.read_bytes()[:64] or b"JFIF" in path.read_bytes()[:4096]]
    check("nothing in them is a JPEG", not marks, marks)
    return taken


def picture(server, token, identity, size="large"):
    return server.ask("GET", f"/api/v1/photos/{identity}/{size}", headers={"Authorization": f"Bearer {token}"})


def killed_in_uploads(server, check, bucket, chance):
    """The store is killed again and again while photos come in."""
    tokens = [server.rider(f"1390000031{number}") for number in range(4)]
    photos = [noise(chance, 800, 600, 97) for _ in range(4)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        undisturbed = list(pool.map(lambda sent: timed(server, *sent), zip(tokens, photos)))
    check("undisturbed all four are taken in", [status for status, _, _ in undisturbed] == [201] * 4, undisturbed)
    # Five seconds on a machine that makes these copies within half of one; a busy machine says nothing about the store.
    usual = max(seconds for _, seconds, _ in undisturbed)
    limit = 4 + max(1, 2 * usual)
    outcomes = []
    until = time.monotonic() + 10

    def keep_sending(token, photo):
        while time.monotonic() < until:
            outcomes.append(timed(server, token, photo))
            time.sleep(0.1)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(keep_sending, token, photo) for token, photo in zip(tokens, photos)]
        kills = 0
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.5, 2.5))
            bucket.kill()
            kills += 1
            time.sleep(chance.uniform(0, 0.5))
            bucket.start()
        for job in jobs:
            job.result()
    told = sorted({status for status, _, _ in outcomes}, key=str)
    refusals = [seconds for status, seconds, _ in outcomes if status != 201]
    slowest = max(refusals, default=0)
    print(f"    {len(outcomes)} uploads over {kills} kills, {len(refusals)} refused, the slowest of these {slowest:.1f} s "
          f"(undisturbed {usual:.1f} s)")  # fmt: skip
    check("uploads are taken in or told 503, both", set(told) == {201, 503}, told)
    check("none waited longer for a refusal", slowest < limit, (slowest, limit))
    for status, _, answer in outcomes:
        if status == 201:
            whole(server, check, tokens, answer.json()["id"])

    # While it is down, pages and readiness don't care, and an upload is told soon.
    bucket.kill()
    status, seconds, answer = timed(server, tokens[0], jpeg(chance))
    check("without the store an upload is told 503 within 5 s", status == 503 and seconds < 5, (status, seconds))
    check("and when to come again", answer and answer.headers.get("Retry-After"), answer and answer.headers)
    began = time.monotonic()
    ready, front = server.ask("GET", "/readyz"), server.ask("GET", "/")
    check("all else answers", ready.status == front.status == 200, (ready.status, front.status))
    check("and soon", time.monotonic() - began < 3, time.monotonic() - began)
    bucket.start()
    time.sleep(1.1)  # what is known of the store holds for a second
    status, _, answer = timed(server, tokens[0], jpeg(chance))
    check("with the store an upload works without a restart", status == 201, (status, answer and answer.body[:300]))


def whole(server, check, tokens, identity):
    seen = [picture(server, token, identity) for token in tokens]
    mine = [answer for answer in seen if answer.status == 200]
    check("what was acknowledged is there and whole", len(mine) == 1 and mine[0].body[-2:] == b"\xff\xd9", seen)


def frozen(server, check, bucket, chance, photo):
    """The store takes connections and says nothing."""
    token = server.rider("13900000320")
    # Half a second on a quiet machine, and a busy one says nothing about the store.
    limit = 4 + max(1, 2 * timed(server, token, jpeg(chance))[1])
    bucket.signal(signal.SIGSTOP)
    # The server believes for five seconds that all is well, so that this upload is prepared and sent.
    status, seconds, _ = timed(server, token, jpeg(chance))
    again, soon, _ = timed(server, token, jpeg(chance))
    print(f"    a frozen store: {status} after {seconds:.1f} s, the next upload {again} after {soon:.1f} s")
    check("the next one is told sooner", again == 503 and soon < 2.5, (again, soon))
    in_time = status == 503 and seconds < limit
    check("with a frozen store an upload is told 503 within 5 s", in_time, (status, seconds, limit))
    began = time.monotonic()
    shown = picture(server, *photo)
    check("a photo is told 503 within 5 s", shown.status == 503 and time.monotonic() - began < 5, shown.status)
    ready = server.ask("GET", "/readyz")
    check("readiness tells it", ready.status == 200 and ready.json()["photos"] == "unreachable", ready.body)
    times = []
    for path in ["/", "/sign-in", "/api/v1/categories", "/figures"] * 5:
        began = time.monotonic()
        check(f"{path} answers", server.ask("GET", path, headers={"Authorization": f"Bearer {token}"}).status == 200)
        times.append(time.monotonic() - began)
    check("and soon", max(times) < 1, max(times))
    bucket.signal(signal.SIGCONT)
    time.sleep(1.1)
    status, _, answer = timed(server, token, jpeg(chance))
    check("afterwards an upload works", status == 201, (status, answer and answer.body[:300]))
    check("and the photo is shown", picture(server, *photo).status == 200)


def rows(server):
    kept = sqlite3.connect(f"file:{server.data}/nuanxin.sqlite?mode=ro", uri=True)
    names = [row[0] for row in kept.execute("SELECT lower(hex(id)) FROM photo")]
    kept.close()
    return [f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}" for name in names]


def orphans(server, check, bucket):
    """What the kills left behind is told and can be removed; nothing that the database knows is missing or damaged."""
    for path in bucket.files():
        os.utime(path, (time.time() - 7200, time.time() - 7200))
    bucket.kill()
    bucket.start()
    said = command(server, "photos", "check", "--remove-orphans")
    kinds = {line.split()[0] for line in said.stdout.splitlines() if re.match(r"(missing|damaged|orphaned) ", line)}
    print(f"    after the kills: {said.stdout.count('orphaned ')} orphaned files")
    check("nothing is missing or damaged", kinds <= {"orphaned"}, said.stdout + said.stderr)
    said = command(server, "photos", "check")
    check("then all is well", said.returncode == 0 and "all are there" in said.stdout, said.stdout + said.stderr)
    check("no file is left that nobody knows", len(bucket.files()) == 3 * len(rows(server)), len(bucket.files()))


def moved(server, check, bucket):
    """To the folder with interruptions, back into another bucket; faults are found by name."""
    before = {path.name: path.read_bytes() for path in bucket.files()}
    ended, runs = None, 0
    folder = server.data / "photos"
    while ended != 0 and runs < 60:
        runs += 1
        process = subprocess.Popen(
            [binary, "photos", "move", "--to", "folder", "--data", server.data], cwd=root, env=server.environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            said, _ = process.communicate(timeout=0.15 * runs)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        ended = process.returncode
    print(f"    moved after {runs - 1} kills: {said.strip().splitlines()[-2] if ended == 0 else said}")
    check("a move killed many times ends", ended == 0 and runs > 2 and "0 left" in said, (runs, said))
    after = {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "work" not in path.parts}
    check("every file is the same", before == after, sorted(set(before) ^ set(after))[:5])
    check("nothing was taken from the bucket", len(bucket.files()) == len(before))

    del server.environment["NUANXIN_PHOTOS_URL"]
    said = command(server, "photos", "check")
    check("in the folder all is well", said.returncode == 0, said.stdout + said.stderr)
    names = sorted(folder.rglob("*.large")), sorted(folder.rglob("*.original")), sorted(folder.rglob("*.small"))
    sealed = bytearray(names[1][0].read_bytes())
    sealed[len(sealed) // 2] ^= 1
    kept = names[1][0].read_bytes(), names[0][1].read_bytes(), names[2][2].read_bytes()
    names[1][0].write_bytes(sealed)
    names[0][1].write_bytes(kept[1][:-100])
    names[2][2].unlink()
    said = command(server, "photos", "check")
    faults = [line for line in said.stdout.splitlines() if re.match("(missing|damaged) ", line)]
    check("each fault is named", sorted(line.split("/")[-1] for line in faults) == sorted(
        path.name for path in (names[1][0], names[0][1], names[2][2])), said.stdout)  # fmt: skip
    check("with an exit code and the first of them", said.returncode == 1 and faults[0] in said.stderr, said.stderr)
    for path, content in zip((names[1][0], names[0][1], names[2][2]), kept):
        path.write_bytes(content)

    target = bucket.address.replace("/photos/city", "/second")
    said = command(server, "photos", "move", "--to", target, "--remove-source")
    check("with --remove-source all goes over", said.returncode == 0, said.stdout + said.stderr)
    left = [path for path in folder.rglob("*.*") if path.is_file() and "work" not in path.parts]
    check("and the folder is empty", not left, left[:5])
    there = {path.name: path.read_bytes() for path in bucket.files(bucket="second")}
    check("and every file is the same", there == before, sorted(set(before) ^ set(there))[:5])
    server.environment["NUANXIN_PHOTOS_URL"] = target
    said = command(server, "photos", "check")
    check("there all is well", said.returncode == 0, said.stdout + said.stderr)
