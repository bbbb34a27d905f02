"""The product's one job, from a rider's phone to a closed case and back, as people see it."""

import datetime
import re
import time

from playwright.sync_api import expect

import camera
from reporter import ask


class Thumb:
    """Taps on a phone, and counts them."""

    def __init__(self, page):
        self.page, self.taps = page, 0

    def tap(self, target):
        target.tap()
        self.taps += 1

    def shoot(self, shutter, photo):
        with self.page.expect_file_chooser() as chooser:
            self.tap(shutter)
        self.taps += 2  # in the phone's own camera: the shutter, and "use it"
        chooser.value.set_files([photo])


def take_step(page, name, photo=None, **fields):
    """Opens the form of a step, fills it in and sends it."""
    step = page.locator(f"#step-{name}")
    step.locator("summary").click()
    for field, value in fields.items():
        control = step.locator(f"[name={field}]")
        control.select_option(label=value) if control.evaluate("e => e.localName") == "select" else control.fill(value)
    if photo:
        step.locator("input[type=file]").last.set_input_files([photo])
        expect(step.locator(".tile.done")).to_have_count(1, timeout=20_000)
    step.locator("button.act").click()
    expect(page.locator(".toast")).to_contain_text("已记录")


def in_days(count):
    shanghai = datetime.timezone(datetime.timedelta(hours=8))
    return (datetime.datetime.now(shanghai).date() + datetime.timedelta(days=count)).isoformat()


def test_a_report_goes_from_a_phone_to_a_closed_case_and_is_asked_about_again(people, doors, city):
    rider, case = a_rider_signs_in_and_reports(people, doors)
    the_intake_desk_dispatches(people, case)
    the_officer_handles_it(people, case, city)
    the_rider_was_told_each_step(rider, case)
    the_rider_asks_for_another_look(rider)
    the_closer_cannot_decide(people, case)
    a_second_person_reopens(people, case)
    rider.goto(f"/reports/{case}")
    expect(rider.locator("main")).to_contain_text("同意重办，重新核查")


def a_rider_signs_in_and_reports(people, doors):
    rider = people.visitor()
    rider.goto("/")
    rider.get_by_role("link", name="骑手、司机登录").tap()
    rider.get_by_label("手机号").fill(doors.new_phone())
    rider.locator("main form button").tap()
    code = re.search(r"\d{6}", rider.locator("[data-demo-code]").inner_text()).group()
    rider.locator("#code").fill(code)
    rider.locator("main form button").first.tap()
    rider.locator("label[for=adult-yes]").tap()
    rider.get_by_label("怎么称呼").fill("示例徐师傅")
    rider.locator("#platform").select_option(index=1)
    rider.locator("label[for=consent-named]").tap()
    rider.locator("main form button").tap()
    expect(rider.locator(".toast")).to_be_visible()

    start, thumb = time.monotonic(), Thumb(rider)
    thumb.tap(rider.get_by_role("link", name="随手拍").first)
    thumb.shoot(rider.locator(".shutter.act"), camera.jpeg())
    thumb.tap(rider.locator("summary", has_text="食品安全"))
    thumb.tap(rider.get_by_text("后厨脏乱、虫鼠害"))
    expect(rider.locator("[data-place-state]")).to_contain_text("误差约 12 米")
    thumb.tap(rider.get_by_role("button", name="发送"))
    rider.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}"), timeout=30_000)
    took = time.monotonic() - start
    print(f"a known hazard: {thumb.taps} taps, {took:.1f} s of the product's own time")
    assert thumb.taps <= 7
    assert took < 30
    expect(rider.locator("main")).to_contain_text("后厨脏乱、虫鼠害")
    expect(rider.locator(".steps-open")).to_have_count(0)
    return rider, re.search(r"/reports/([0-9a-f-]{36})", rider.url).group(1)


def the_intake_desk_dispatches(people, case):
    desk = people.staff("sh-intake")
    desk.goto("/work")
    link = desk.locator(f"a[href='/work/cases/{case}']")
    expect(desk.locator(f".pin[aria-label='后厨脏乱、虫鼠害']").first).to_be_visible()
    link.click()
    expect(desk.locator("main")).not_to_contain_text("徐师傅")
    expect(desk.locator("main")).not_to_contain_text("139000")
    expect(desk.get_by_role("button", name="查看上报人")).to_have_count(0)
    take_step(desk, "dispatch", office="沈河区局食品餐饮科", note="请今天到场。")
    expect(desk.locator(".steps .now")).to_have_text("已派单")


def the_officer_handles_it(people, case, city):
    officer = people.staff("sh-food-1")
    # The list goes by deadline: other tests' cases may fill the first page.
    officer.goto(f"/work/cases/{case}")
    take_step(officer, "check", note="下午两点到店。")

    assert city.journal("reporter.read", case) == 0
    ask(officer, "sh-food-1", city)
    expect(officer.locator("main")).to_contain_text("示例徐师傅")
    assert city.journal("reporter.read", case) == 1
    officer.get_by_role("link", name="回到事项").click()

    verify = officer.locator("#step-verify")
    verify.locator("summary").click()
    verify.locator("button.act").click()
    assert verify.locator("#verify-result").evaluate("field => field.validity.valueMissing"), "words are needed"
    verify.locator("#verify-result").fill("现场看到后厨地面有油污，情况属实。")
    verify.locator("button.act").click()
    expect(officer.locator(".toast")).to_be_visible()

    take_step(officer, "rectify", note="三天内清洗消毒，封堵鼠洞。", day=in_days(3))
    take_step(officer, "recheck", note="已清洗，鼠洞已封。", photo=camera.rotated_heic())
    take_step(officer, "close", result="店家已清洗消毒、封堵鼠洞，复查合格。")
    expect(officer.locator(".bar .tag")).to_have_text("已办结")


def the_rider_was_told_each_step(rider, case):
    rider.goto("/inbox")
    expect(rider.locator(".tabs .badge:not([data-unsent])")).to_contain_text(re.compile(r"\d"))
    inbox = rider.locator("main")
    for told in ("收到了", "已派给沈河区局食品餐饮科", "开始核查", "查实了", "整改", "正在复查", "办结了"):
        expect(inbox).to_contain_text(told)
    rider.locator(f"a.entry[href='/reports/{case}']").first.tap()
    expect(rider.locator("main")).to_contain_text("店家已清洗消毒、封堵鼠洞，复查合格。")
    expect(rider.locator("main")).not_to_contain_text("下午两点到店")  # a remark between colleagues
    photos = rider.locator(".photos img")
    expect(photos).to_have_count(2)  # before and after
    for photo in photos.all():
        photo.scroll_into_view_if_needed()
        expect(photo).to_have_js_property("complete", True)
    sizes = [photo.evaluate("image => [image.naturalWidth, image.naturalHeight]") for photo in photos.all()]
    assert any(height > width > 0 for width, height in sizes), f"the turned HEIC lies on its side: {sizes}"
    assert any(width > height > 0 for width, height in sizes), sizes


def the_rider_asks_for_another_look(rider):
    ask = rider.locator("#reopening")
    ask.locator("summary").tap()
    ask.locator("#note").fill("今天又看到老鼠了。")
    ask.get_by_role("button", name="请求重办").tap()
    expect(rider.locator(".toast")).to_contain_text("另一位负责人")
    expect(rider.locator("main")).to_contain_text("你说：没解决")
    expect(rider.locator("#reopening")).to_have_count(0)


def the_closer_cannot_decide(people, case):
    officer = people.staff("sh-food-1")
    officer.goto(f"/work/cases/{case}")
    expect(officer.locator("main")).to_contain_text("请求重办")
    expect(officer.locator("#step-reopen")).to_have_count(0)
    expect(officer.locator("#step-keepClosed")).to_have_count(0)
    token = officer.locator("input[name=formToken]").first.get_attribute("value")
    form = {"formToken": token, "step": "reopen", "note": "我自己来"}
    answer = officer.request.post(f"/work/cases/{case}/steps", multipart=form, headers={"Accept": "text/html"})
    assert answer.status == 403


def a_second_person_reopens(people, case):
    lead = people.staff("sh-lead")
    lead.goto("/work?view=decide")
    lead.locator(f"a[href='/work/cases/{case}']").click()
    take_step(lead, "reopen", note="再去看一次，拍清楚。")
    lines = lead.locator(".line")
    expect(lines.first).to_contain_text("同意重办")
    expect(lines.first).to_contain_text(re.compile(r"今天 \d+:\d\d · 示例·韩局长"))
    expect(lines.first).to_contain_text("再去看一次，拍清楚。")
    expect(lead.locator(".lines")).to_contain_text("示例·李科员")
    expect(lead.locator(".lines")).not_to_contain_text("徐师傅")
    clocks = lead.locator("section", has=lead.get_by_role("heading", name="期限", exact=True))
    clocks.locator("summary").first.click()
    expect(clocks.locator("details[open] li").first).to_be_visible()
