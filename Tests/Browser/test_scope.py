"""What isn't one's own isn't there: not its page, not its photos, not its name in a list."""

import re

from playwright.sync_api import expect

from camera import HUNNAN


def test_an_officer_of_hunnan_finds_no_page_where_shenhe_has_a_case(people, clerk, doors, watch):
    watch.expect("404")
    case = clerk.report(doors.new_phone(), description="只给沈河看的字句")
    desk = people.staff("sh-intake")
    desk.goto(f"/work/cases/{case}")
    photo = desk.locator(".photos a").first.get_attribute("href")

    for login in ("hn-food-1", "hn-lead", "admin-1"):
        stranger = people.staff(login)
        assert stranger.goto(f"/work/cases/{case}").status == 404
        expect(stranger.locator("h1")).to_have_text("没有找到这个页面")
        assert stranger.goto(photo).status == 404
        stranger.goto("/work?view=all&q=只给沈河看的字句")
        if login != "admin-1":  # whose door is the calendar
            expect(stranger.locator("main")).to_contain_text("这里没有事项")
        expect(stranger.locator(f"a[href*='{case}']")).to_have_count(0)


def test_the_reports_of_two_districts_come_to_their_own_desks(people, clerk, doors):
    phone = doors.new_phone()
    here, there = clerk.report(phone), clerk.report(phone, position=HUNNAN)
    for login, own, other in (("sh-intake", here, there), ("hn-intake", there, here)):
        desk = people.staff(login)
        desk.goto("/work")
        expect(desk.locator(f"a[href='/work/cases/{own}']")).to_have_count(1)
        expect(desk.locator(f"a[href='/work/cases/{other}']")).to_have_count(0)


def test_a_rider_finds_neither_the_workbench_nor_anothers_report(people, clerk, doors, watch):
    watch.expect("404")
    case = clerk.report(doors.new_phone())
    rider = people.rider()
    own = ("/work", f"/work/cases/{case}", f"/reports/{case}")
    for address in (*own, "/admin/calendar", "/admin/offices", "/admin/territories"):
        assert rider.goto(address).status == 404, address
        expect(rider.locator("h1")).to_have_text("没有找到这个页面")


def test_nobody_signed_in_is_led_to_the_right_door(people, clerk, doors):
    case = clerk.report(doors.new_phone())
    visitor = people.visitor()
    of_staff = "/sign-in/staff?to="
    for address, door in (("/reports", "/sign-in?to="), (f"/work/cases/{case}", of_staff), ("/admin/offices", "/sign-in")):
        visitor.goto(address)
        assert door in visitor.url, address


def test_a_protected_reporter_stays_a_number_for_everybody(people, clerk, doors, watch):
    watch.expect("409|404|403")
    phone = doors.new_phone()
    case = clerk.report(phone, identity="confidential")
    clerk.advance(case, until="check")
    for login in ("sh-intake", "sh-food-1", "sh-lead"):
        page = people.staff(login)
        page.goto(f"/work/cases/{case}")
        expect(page.locator("main")).to_contain_text(re.compile(r"#[0-9A-Z]{4,}（受保护）"))
        expect(page.get_by_role("button", name="查看上报人")).to_have_count(0)
        assert "徐师傅" not in page.content() and phone not in page.content()
        token = page.locator("input[name=formToken]").first.get_attribute("value")
        question = {"form": {"formToken": token}, "headers": {"Accept": "text/html"}}
        answer = page.request.post(f"/work/cases/{case}/reporter", **question)
        assert answer.status in (403, 404, 409) and phone not in answer.text()


def test_a_case_about_a_chain_disappears_for_the_officer_who_is_tied_to_it(people, clerk, doors, watch):
    watch.expect("404")
    case = clerk.report(doors.new_phone(), description="回避用的字句，后厨有老鼠")
    clerk.advance(case, until="dispatch")
    page = people.staff("sh-food-2")
    page.goto(f"/work/cases/{case}")
    expect(page.locator("h1")).to_be_visible()
    desk = people.staff("sh-intake")
    desk.goto(f"/work/cases/{case}")
    step = desk.locator("#step-nameBusiness")
    step.locator("summary").click()
    step.get_by_label("被举报主体").fill("示例麻辣烫")
    step.locator("button.act").click()
    expect(desk.locator("main")).to_contain_text("DEMO-MALATANG")
    assert page.goto(f"/work/cases/{case}").status == 404
    page.goto("/work?view=all&q=回避用的字句")
    expect(page.locator(f"a[href*='{case}']")).to_have_count(0)
    colleague = people.staff("sh-food-1")
    assert colleague.goto(f"/work/cases/{case}").status == 200


def test_a_rider_finds_filled_in_what_the_keeper_wrote_down(people, doors):
    number = doors.new_phone()
    keeper = people.staff("sh-keeper")
    keeper.goto("/work")
    keeper.wait_for_url("**/work/enrolments")
    keeper.locator("#phone").fill(number)
    keeper.locator("#name").fill("示例栾师傅")
    keeper.get_by_role("button", name="记下", exact=True).click()
    expect(keeper.locator(".toast")).to_contain_text("已记下")
    assert number not in keeper.content() and "栾师傅" not in keeper.content()

    rider = people.visitor()
    rider.goto("/sign-in")
    rider.locator("#phone").fill(number)
    rider.locator("main form button").click()
    rider.locator("#code").fill(rider.locator("[data-demo-code] .code").inner_text())
    rider.locator("main form button").first.click()
    rider.wait_for_url("**/welcome?**")
    expect(rider.locator("main")).to_contain_text("替你填了一些")
    expect(rider.locator("#name")).to_have_value("示例栾师傅")
