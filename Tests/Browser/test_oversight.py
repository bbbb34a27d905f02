"""The auditor searches, takes entries along and notes what came out; the security administrator keeps an incident."""

import json
import re

from playwright.sync_api import expect

from people import PHONE


def test_the_auditor_goes_from_an_unusual_line_to_its_entries_and_notes_what_came_out(people):
    page = people.staff("audit-1")
    page.goto("/work")
    expect(page).to_have_url(re.compile("/admin/journal/unusual$"))
    line = page.locator("li.entry").filter(has_text="看得特别多").first
    count = int(re.search(r"看了 (\d+) 次举报人信息", line.inner_text()).group(1))
    assert count >= 4
    line.get_by_role("link", name="看记录").click()
    expect(page.locator("table.journal tbody tr")).to_have_count(count)
    expect(page.locator("main")).to_contain_text("看举报人是谁")
    page.locator("table.journal tbody a").first.click()
    expect(page.locator("main")).to_contain_text("封印对得上")
    page.goto("/admin/journal/unusual")
    line = page.locator("li.entry").filter(has_text="看得特别多").first
    line.locator("summary").click()
    line.locator("textarea").fill("示例：同一商圈六件一起核实，已请科长说明。")
    line.get_by_role("button").click()
    expect(page.locator(".toast")).to_contain_text("记下了")
    expect(page.locator("li.entry").filter(has_text="看得特别多").first).to_contain_text("已核查")


def test_entries_are_taken_along_after_a_fresh_code_only(people, server):
    page = people.staff("audit-2")
    page.goto("/admin/journal")
    page.locator("#login").fill("sh-food-1")
    page.locator("#kind").select_option("case.step")
    page.get_by_role("button", name="查找").click()
    expect(page).to_have_url(re.compile("actor="))
    assert "sh-food-1" not in page.url
    page.get_by_role("link", name="导出").click()
    page.locator("#purpose").select_option("review")
    page.locator("label[for=format-jsonl]").click()
    page.get_by_role("button", name="导出文件").click()
    page.wait_for_url("**/me/proof?**")
    page.locator("#totp").fill(server.city.one_time_password("audit-2", later=1))
    page.get_by_role("button", name="确认").click()
    page.wait_for_url("**/admin/journal/export?**")
    page.locator("#purpose").select_option("review")
    page.locator("label[for=format-jsonl]").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出文件").click()
    lines = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert lines and {line["kind"] for line in lines} == {"case.step"}
    assert {line["actorKind"] for line in lines} == {"staff"}


def test_the_security_administrator_opens_an_incident_on_a_phone_and_brings_it_to_its_end(people):
    page = people.staff("security-2", PHONE)
    page.goto("/work")
    page.goto("/admin/incidents")
    page.get_by_role("link", name="立案").click()
    page.locator("#kind").select_option("leak")
    page.locator("#words").fill("示例：一份名单被发到群里。")
    page.get_by_role("button", name="立案，开始计时").click()
    expect(page.locator("[data-clock]")).to_contain_text("还剩")
    page.locator("#line-closed summary").click()
    page.locator("#closed-words").fill("示例：完成")
    people.watch.expect("422")
    page.locator("#line-closed button").click()
    expect(page.locator("#closed-words-error")).to_contain_text("要先上报")
    page.locator("#line-assessed summary").click()
    page.locator("#assessed-level").select_option("general")
    page.locator("#assessed-words").fill("示例：只有店名，没有个人信息。")
    page.locator("#line-assessed button").click()
    expect(page.locator("[data-clock]")).to_contain_text("不用上报")
    page.locator("#line-closed summary").click()
    page.locator("#closed-words").fill("示例：已撤回，已培训。")
    page.locator("#line-closed button").click()
    expect(page.locator("ol .line")).to_have_count(3)
    expect(page.locator("details.step")).to_have_count(1)


def test_the_auditors_and_the_security_administrators_pages_are_nobody_elses(people, watch):
    watch.expect("404")
    pages = {"audit-1": "/admin/journal", "security-1": "/admin/incidents"}
    for login in ("sh-intake", "sh-lead", "admin-1", "audit-1", "security-1"):
        page = people.staff(login)
        for owner, address in pages.items():
            assert page.goto(address).status == (200 if owner == login else 404), (login, address)
