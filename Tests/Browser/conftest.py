"""What the browser tests share. They build nothing: `swift build --product nuanxin` first, or `make test`.

NUANXIN_BINARY    another binary than .build/debug/nuanxin
NUANXIN_CITY      a demo city made before, which is copied instead of making one
NUANXIN_PICTURES  1: makes the pictures of the README anew (docs/pictures)
"""

import pytest
from playwright.sync_api import sync_playwright

from city import City, Server
from crawl import walk
from people import Clerk, Doors, People
from watch import Watch


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    return City.make(tmp_path_factory.mktemp("city") / "data")


@pytest.fixture(scope="session")
def server(city, tmp_path_factory):
    server = Server(city, tmp_path_factory.mktemp("log") / "server.log")
    server.start()
    yield server
    server.stop()
    bad = server.bad_lines()
    assert not bad, "the server's log holds an error or somebody's number:\n" + "\n".join(bad)


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright):
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def doors(playwright, server):
    return Doors(playwright, server)


@pytest.fixture(scope="session")
def clerk(doors):
    return Clerk(doors)


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def people(chromium, doors, watch):
    people = People(chromium, doors, watch)
    yield people
    people.close()
    faults = watch.unexpected()
    assert not faults, "in the browser:\n" + "\n".join(faults)


@pytest.fixture(scope="session")
def walks(doors):
    """What somebody reaches by links, in a language; walked once."""
    walked = {}

    def pages(who, language):
        if (who, language) not in walked:
            walked[who, language] = walk(doors, who, language)
        return walked[who, language]

    return pages
