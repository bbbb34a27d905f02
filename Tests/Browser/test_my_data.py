"""One walk through one's own data: registering, who can see me, withdrawing, taking it along, leaving."""

import json
import re

from playwright.sync_api import expect

from people import DESK, PHONE
from test_keyboard import Keyboard, has_focus


def type_the_code(page):
    page.locator("#code").fill(page.locator("[data-demo-code] .code").inner_text())


def test_a_rider_registers_sees_who_can_see_them_withdraws_and_takes_their_data_along(people, doors):
    page = people.visitor(PHONE)
    number = doors.new_phone()
    page.goto("/sign-in")
    page.locator("#phone").fill(number)
    page.locator("main form button").click()
    type_the_code(page)
    page.locator("main form button").first.click()
    page.wait_for_url("**/welcome?**")
    assert page.locator("input:checked").count() == 0, "nothing is ticked beforehand"
    page.locator("label[for=adult-yes]").click()
    page.locator("#name").fill("示例安师傅")
    page.locator("#territory").select_option(label="沈河区")
    page.locator("label[for=consent-named]").click()
    page.get_by_role("button", name="开始使用").click()
    page.wait_for_url("**/?done=welcomed")

    page.goto("/me")
    page.get_by_role("link", name="我的数据").click()
    page.get_by_role("link", name="谁能看到我").click()
    expect(page.locator("main")).to_contain_text("商家、小区、站点、平台、其他骑手")
    expect(page.locator("main")).to_contain_text("可以看你的称呼、手机号和平台")
    page.goto("/reports/new")
    expect(page.locator("#i-named")).to_be_checked()

    page.goto("/me/data/consents")
    page.get_by_role("button", name="撤回: 上报时默认让承办人看到我").click()
    expect(page.locator("main")).to_contain_text("改了以后")
    page.get_by_role("button", name="撤回").click()
    expect(page.locator(".toast")).to_contain_text("马上生效")
    page.goto("/me/data/visibility")
    expect(page.locator("main")).to_contain_text("没有人看到你的名字和号码")
    page.goto("/reports/new")
    expect(page.locator("#i-confidential")).to_be_checked()

    page.goto("/me/data/export")
    page.get_by_role("button", name="看一页").click()
    page.wait_for_url("**/me/proof?**")
    page.locator("main form button").first.click()
    type_the_code(page)
    page.get_by_role("button", name="确认").click()
    page.wait_for_url("**/me/data/export")
    page.get_by_role("button", name="看一页").click()
    expect(page.locator("main")).to_contain_text(number)
    page.goto("/me/data/export")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载文件").click()
    document = json.loads(download.value.path().read_text())
    assert document["format"] == "nuanxin-personal-data/1" and document["account"]["phone"] == number
    assert [entry["given"] for entry in document["consents"] if entry["purpose"] == "named"] == [True, False]

    page.goto("/me/data/deletion")
    page.get_by_role("button", name="请求注销").click()
    page.wait_for_url("**/me/data?done=deletion-asked")
    page.locator("#requests form button").first.click()
    page.wait_for_url(re.compile("taken-back"))
    expect(page.locator("#requests")).to_contain_text("已撤回")


def test_a_rider_asks_the_custodian_answers_and_the_rider_reads_it(people, server):
    rider = people.rider()
    rider.goto("/me/data/correction")
    asking = rider.locator("form[action='/me/data/requests']")
    asking.locator("textarea").fill("示例：我的称呼少了一个字，请改正。")
    asking.locator("button").click()
    rider.wait_for_url("**/me/data?done=data-request-asked")

    desk = people.staff("hn-custodian")
    desk.goto("/work")
    desk.wait_for_url("**/work/data-requests")
    expect(desk.locator("main")).not_to_contain_text("少了一个字")
    desk.locator("#waiting a").filter(has_text="更正").last.click()
    if "/me/proof" in desk.url:
        desk.locator("#totp").fill(server.city.one_time_password("hn-custodian", later=1))
        desk.get_by_role("button", name="确认").click()
    expect(desk.locator("#written")).to_contain_text("少了一个字")
    desk.locator("label[for=outcome-done]").click()
    desk.locator("#words").fill("示例：已经改好，请看一下。")
    code = desk.locator("#totp")
    if code.count():
        people.watch.expect("422")
        code.fill("000000")
        desk.get_by_role("button", name="发出答复").click()
        expect(desk.locator("#totp-error")).to_be_visible()
        expect(desk.locator("#words")).to_have_value("示例：已经改好，请看一下。")
        code.fill(server.city.one_time_password("hn-custodian", later=1))
    desk.get_by_role("button", name="发出答复").click()
    expect(desk.locator(".toast")).to_contain_text("已答复")
    expect(desk.locator("#answered li").first).to_contain_text("小戚保管员")

    rider.goto("/me/data")
    expect(rider.locator("#requests")).to_contain_text("已经改好，请看一下")
    expect(rider.locator("#requests")).to_contain_text("办好了")


def test_somebody_under_18_is_sent_away_kindly(people, doors):
    page = people.visitor(PHONE)
    page.goto("/sign-in")
    page.locator("#phone").fill(doors.new_phone())
    page.locator("main form button").click()
    type_the_code(page)
    page.locator("main form button").first.click()
    page.locator("label[for=adult-no]").click()
    page.get_by_role("button", name="开始使用").click()
    expect(page.locator("h1")).to_contain_text("满 18 岁再来")
    page.goto("/me")
    page.wait_for_url("**/sign-in?**")


def test_a_consent_is_withdrawn_with_the_keyboard_alone(people):
    page = people.rider(device=DESK)
    keys = Keyboard(page)
    page.goto("/me/data/consents")
    keys.tab_to(page.get_by_role("button", name="同意: 发短信告诉我进展"), limit=40)
    keys.press("Enter")
    expect(page.locator("main")).to_contain_text("没有变化")
    keys.tab_to(page.get_by_role("button", name="同意"), limit=20)
    keys.press("Enter")
    page.wait_for_url("**/me/data/consents?done=consent-given")
    keys.press("Tab")
    has_focus(page.get_by_role("link", name="跳到正文"))
