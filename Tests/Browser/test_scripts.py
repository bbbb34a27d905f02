"""The parts of our scripts that need no browser, by themselves (Tests/Scripts)."""

import os
import subprocess

import pytest

from city import ROOT


@pytest.mark.skipif("NUANXIN_DATABASE_URL" in os.environ, reason="they know no database")
def test_the_scripts_keep_their_rules():
    tests = sorted((ROOT / "Tests/Scripts").glob("*.test.mjs"))
    run = subprocess.run(["node", "--test", *tests], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
