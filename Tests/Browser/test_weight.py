"""Pages are light enough for a weak network, and show their first words soon on one."""

import gzip
import urllib.request

from city import ROOT

KIB = 1024


def transferred(page):
    """What the browser loaded: (path, bytes as sent, bytes if they were compressed)."""
    loaded = []

    def note(response):
        if response.status == 200 and not response.url.startswith("blob:"):
            body = response.body()
            loaded.append((response.url.split("/", 3)[3].split("?")[0], len(body), len(gzip.compress(body))))

    page.on("response", note)
    return loaded


def test_the_riders_pages_are_light(people, capsys):
    for address, limit in (("/", 80 * KIB), ("/reports/new", 140 * KIB)):
        rider = people.rider()
        loaded = transferred(rider)
        rider.goto(address, wait_until="networkidle")
        total, packed = sum(size for _, size, _ in loaded), sum(size for _, _, size in loaded)
        scripts = sum(size for path, _, size in loaded if path.endswith(".js"))
        with capsys.disabled():
            sizes = f"{total / KIB:.0f} KiB, compressed {packed / KIB:.0f}, of it scripts {scripts / KIB:.1f}"
            print(f"\n  {address}: {sizes}")
        assert scripts <= 40 * KIB
        assert total <= limit, loaded
        assert not any("leaflet" in path or "htmx" in path for path, _, _ in loaded), "a map is loaded when one is opened"


def test_styles_scripts_and_icons_are_sent_packed(server):
    for path, file in (("/app.css", "Public/app.css"), ("/vendor/icons.svg", ".setup/public/vendor/icons.svg")):
        request = urllib.request.Request(server.url + path, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"
            assert gzip.decompress(answer.read()) == (ROOT / file).read_bytes()


def test_our_own_scripts_and_styles_stay_small():
    files = [*(ROOT / "Public").rglob("*.js"), *(ROOT / "Public").rglob("*.css")]
    sizes = {file.name: len(gzip.compress(file.read_bytes())) for file in files}
    assert sum(sizes.values()) <= 40 * KIB, sizes


def test_on_a_3g_network_the_report_form_is_there_within_three_seconds(people):
    rider = people.rider()
    network = rider.context.new_cdp_session(rider)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
    network.send("Network.emulateNetworkConditions", slow)
    rider.goto("/reports/new", wait_until="domcontentloaded")
    rider.locator("[data-picker-search]").wait_for()  # the scripts have taken hold
    took = rider.evaluate("performance.now()")
    print(f"the report form on 1.6 Mbit/s with 150 ms: {took / 1000:.1f} s")
    assert took < 3000
