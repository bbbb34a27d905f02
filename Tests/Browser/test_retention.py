"""How long what is kept: the administrator's page, and a supervisor who holds a case."""

import os
import pathlib

from playwright.sync_api import expect

from people import DESK
from test_scenes import barriers, settle
from test_story import in_days

LOOKS = os.environ.get("NUANXIN_LOOKS")


def look_at(page, name):
    """At a desk and on a phone: barrier-free and whole."""
    faults = []
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        settle(page)
        faults += barriers(page)
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{name} is wider than {width} px"
        if LOOKS:
            pathlib.Path(LOOKS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=pathlib.Path(LOOKS) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size(DESK["viewport"])
    assert not faults, "\n".join(faults)


def test_the_administrator_sees_the_spans_and_nobody_else_does(people):
    page = people.staff("admin-1")
    page.goto("/admin/calendar")
    page.get_by_role("link", name="保存期限").click()
    expect(page.locator("main h1")).to_have_text("保存期限")
    expect(page.locator("main")).to_contain_text("照片原件、拍摄时间和位置")
    expect(page.locator("main")).to_contain_text("法定不少于 6 个月")
    expect(page.get_by_role("link", name="保存期限")).to_have_attribute("aria-current", "page")
    look_at(page, "retention")
    english = people.staff("admin-1", language="en")
    english.goto("/admin/retention")
    expect(english.locator("main")).to_contain_text("Originals of photos")
    officer = people.staff("sh-food-1")
    people.watch.expect("404")
    assert officer.goto("/admin/retention").status == 404


def test_a_supervisor_holds_a_case_and_lifts_the_hold(people, city):
    case = city.case("closed")
    page = people.staff("sh-lead")
    page.goto(f"/work/cases/{case}")
    hold = page.locator("#hold")
    expect(hold).to_contain_text("留存")
    hold.locator("summary").click()
    look_at(page, "hold-form")
    hold.get_by_label("留存到哪一天").fill(in_days(60))
    hold.get_by_label("理由").fill("  ")
    people.watch.expect("422")
    hold.get_by_role("button", name="确认留存").click()
    expect(page.locator("#hold-reason-error")).to_be_visible()
    expect(page.locator("#hold-until")).to_have_value(in_days(60))
    look_at(page, "hold-refused")
    page.get_by_label("理由").fill("行政复议 2026-18 号")
    page.get_by_role("button", name="确认留存").click()
    expect(page.locator(".toast")).to_contain_text("已留存")
    expect(page.locator("#hold")).to_contain_text("行政复议 2026-18 号")
    look_at(page, "hold-held")

    officer = people.staff(city.handler("closed"))
    officer.goto(f"/work/cases/{case}")
    expect(officer.locator("#hold")).to_contain_text("行政复议 2026-18 号")
    expect(officer.locator("#hold button")).to_have_count(0)

    page.get_by_role("button", name="解除留存").click()
    expect(page.locator(".toast")).to_contain_text("已解除留存")
    expect(page.locator("#hold")).not_to_contain_text("行政复议 2026-18 号")
