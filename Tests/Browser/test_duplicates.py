"""Two people report the same: the second is asked, an officer merges, both are told, and nobody learns of the other."""

import re

from playwright.sync_api import expect

import camera

# Somewhere else than the reports of the other tests.
PLACE = (camera.SHENHE[0] + 0.003, camera.SHENHE[1])
HOLE = "井盖、路面、路灯"


def fill(page):
    page.goto("/reports/new")
    with page.expect_file_chooser() as chooser:
        page.locator(".shutter.act").tap()
    chooser.value.set_files([camera.jpeg()])
    page.locator("summary", has_text="其他部门的事").tap()
    page.get_by_text(HOLE).tap()
    expect(page.locator("[data-place-state]")).to_contain_text("误差约 12 米")


def send(page):
    page.get_by_role("button", name="发送").tap()
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}"), timeout=30_000)
    return page.url.split("?")[0].rsplit("/", 1)[1]


def test_who_reports_the_same_is_asked_and_goes_on_with_the_first(people, doors, city, watch):
    watch.expect("422")
    first = people.visitor(state=doors.rider(doors.new_phone(), "示例甲"), position=PLACE)
    fill(first)
    expect(first.locator("#joins")).to_have_count(0)
    case = send(first)

    second = people.visitor(state=doors.rider(doors.new_phone(), "示例乙"), position=PLACE)
    fill(second)
    question = second.locator("#joins")
    expect(question).to_contain_text("附近已有类似的上报")
    # Whoever sends without an answer is asked again, and loses nothing.
    second.get_by_role("button", name="发送").tap()
    expect(second.locator("#joins-error")).to_contain_text("请选择是不是同一件")
    expect(second.locator(".tile.done")).to_have_count(1)
    second.locator("#joins").get_by_text("是同一件：").first.tap()
    joined = send(second)
    expect(second.locator("main")).to_contain_text("已合并办理")
    expect(second.locator("main")).not_to_contain_text(city.number(case))

    desk = people.staff("sh-intake")
    desk.goto(f"/work/cases/{case}")
    expect(desk.locator("main")).to_contain_text("并入这件的上报")
    desk.get_by_role("link", name=city.number(joined)).click()
    expect(desk.locator("main")).to_contain_text("已并入")
    desk.locator("#step-separate summary").click()
    desk.locator("#step-separate [name=note]").fill("是隔壁的井盖。")
    desk.locator("#step-separate button.act").click()
    expect(desk.locator(".toast")).to_contain_text("已记录")
    second.goto(f"/reports/{joined}")
    expect(second.locator("main")).to_contain_text("查明不是同一件")

    # The officer is shown why they may be the same after all, and merges them.
    expect(desk.locator("main")).to_contain_text("照片几乎一样")
    desk.locator("#step-merge summary").click()
    desk.locator("#step-merge").get_by_text(city.number(case)).click()
    desk.locator("#step-merge [name=result]").fill("和更早的上报是同一个井盖，合在一起办。")
    desk.locator("#step-merge button.act").click()
    expect(desk.locator(".toast")).to_contain_text("已记录")
    second.reload()
    expect(second.locator("main")).to_contain_text("已合并办理")
