"""When something goes wrong, it is said plainly, nothing typed is lost and nothing happens twice."""

import re

import pytest
from playwright.sync_api import expect

import camera
from people import DESK, PHONE

SENT = re.compile(r"/reports/[0-9a-f-]{36}")


def fill_in(page, words):
    page.goto("/reports/new")
    page.locator("input[type=file]").last.set_input_files([camera.jpeg()])
    expect(page.locator(".tile.done")).to_have_count(1, timeout=20_000)
    page.locator("[data-picker-search]").fill("后厨")
    page.locator("label[for=c-0104]").tap()
    page.locator("#description").fill(words)
    expect(page.locator("[data-place-state]")).to_contain_text("误差约")


def reports_with(page, words):
    """How many of the rider's reports hold these words."""
    html = page.request.get("/reports", headers={"Accept": "text/html"}).text()
    addresses = set(re.findall(r"/reports/[0-9a-f-]{36}", html))
    return sum(words in page.request.get(address, headers={"Accept": "text/html"}).text() for address in addresses)


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_that_does_not_exist_says_so_and_leads_home(people, watch, device):
    watch.expect("404")
    page = people.visitor(device)
    assert page.goto("/no-such-page").status == 404
    expect(page.locator("h1")).to_have_text("没有找到这个页面")
    page.get_by_role("link", name="回到首页").click()
    expect(page.locator("h1")).to_contain_text("暖新")


def test_a_page_that_is_not_for_one_says_so(people, watch):
    watch.expect("40[34]")
    officer = people.staff("sh-food-1")
    assert officer.goto("/reports/new").status == 403
    expect(officer.locator("h1")).to_contain_text("不能")
    assert officer.goto("/admin/calendar").status in (403, 404)


def test_a_form_left_open_too_long_says_so_and_keeps_the_words(people, watch):
    watch.expect("403")
    rider = people.rider()
    fill_in(rider, "表单放了很久")
    rider.locator("#report input[name=formToken]").evaluate("field => { field.value = 'x'.repeat(43); }")
    rider.get_by_role("button", name="发送").tap()
    expect(rider.locator("[data-send-problem]")).to_contain_text("放得太久")
    expect(rider.locator("#description")).to_have_value("表单放了很久")
    rider.reload()  # what the words advise
    expect(rider.locator("#description")).to_have_value("表单放了很久")
    expect(rider.locator(".tile.done")).to_have_count(1)
    rider.get_by_role("button", name="发送").tap()
    rider.wait_for_url(SENT)
    assert reports_with(rider, "表单放了很久") == 1


def test_signed_out_meanwhile_leads_to_the_door_and_back_to_the_same_words(people, watch):
    rider = people.rider()
    fill_in(rider, "登录过期了")
    rider.context.clear_cookies()
    rider.get_by_role("button", name="发送").tap()
    rider.wait_for_url("**/sign-in**")
    assert "to=%2Freports%2Fnew" in rider.url or "to=/reports/new" in rider.url


def test_a_case_that_a_colleague_changed_meanwhile_shows_the_news_and_keeps_the_words(people, clerk, doors, watch):
    watch.expect("422")
    case = clerk.report(doors.new_phone())
    clerk.advance(case, until="check")
    officer = people.staff("sh-food-1")
    officer.goto(f"/work/cases/{case}")
    officer.locator("#step-verify summary").click()
    officer.locator("#verify-result").fill("现场看到后厨地面有油污，情况属实。")
    clerk.step("sh-lead", case, "note", note="请注意保留进货单。")
    officer.locator("#step-verify button.act").click()
    expect(officer.locator("#errors")).to_contain_text("别人更新了这件事")
    expect(officer.locator("#step-verify")).to_have_attribute("open", "")
    expect(officer.locator("#verify-result")).to_have_value("现场看到后厨地面有油污，情况属实。")
    expect(officer.locator(".lines")).to_contain_text("请注意保留进货单。")
    officer.locator("#step-verify button.act").click()
    expect(officer.locator(".steps .now")).to_have_text("查实")


def test_a_photo_that_did_not_get_through_waits_on_the_phone_and_is_sent_again_by_a_tap(people, watch):
    watch.expect("ERR_")
    rider = people.rider()
    rider.goto("/reports/new")
    rider.route("**/reports/photos", lambda route: route.abort("connectionreset"), times=1)
    rider.locator("input[type=file]").last.set_input_files([camera.jpeg()])
    expect(rider.locator(".tile.kept")).to_contain_text("先存在手机里")
    rider.get_by_role("button", name="重试").tap()
    expect(rider.locator(".tile.done")).to_have_count(1, timeout=20_000)


def test_an_answer_that_got_lost_and_a_second_try_make_one_report(people, watch):
    watch.expect("ERR_")
    rider = people.rider()
    fill_in(rider, "回答丢了")
    arrived = []

    def lose_the_answer(route):
        arrived.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    rider.route("**/reports", lose_the_answer, times=1)
    rider.get_by_role("button", name="发送").tap()
    rider.wait_for_url("**/reports/unsent")
    expect(rider.locator(".unsent")).to_contain_text("已收到")
    assert arrived == [303]
    assert reports_with(rider, "回答丢了") == 1


def test_a_double_tap_sends_one_report(people):
    rider = people.rider()
    fill_in(rider, "手快点了两下")
    rider.get_by_role("button", name="发送").dblclick()
    rider.wait_for_url(SENT)
    assert reports_with(rider, "手快点了两下") == 1


def test_a_double_click_takes_one_step(people, clerk, doors):
    case = clerk.report(doors.new_phone())
    desk = people.staff("sh-intake")
    desk.goto(f"/work/cases/{case}")
    desk.locator("#step-note summary").click()
    desk.locator("#note-note").fill("手快点了两下")
    desk.locator("#step-note button.act").dblclick()
    expect(desk.locator(".toast")).to_be_visible()
    expect(desk.locator(".line", has_text="手快点了两下")).to_have_count(1)


def test_a_draft_is_there_again_after_leaving_the_page_and_for_nobody_else(people):
    rider = people.rider()
    fill_in(rider, "写到一半来了单")
    rider.goto("/")
    rider.goto("/reports/new")
    expect(rider.locator("#description")).to_have_value("写到一半来了单")
    expect(rider.locator(".tile.done")).to_have_count(1)
    rider.get_by_role("button", name="清空重写").tap()
    expect(rider.locator("#description")).to_have_value("")
    expect(rider.locator(".tile")).to_have_count(0)
