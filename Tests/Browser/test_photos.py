"""A photo that can't be used is named and replaced; everything else stays as it was."""

import re

import pytest
from playwright.sync_api import expect

import camera

SENT = re.compile(r"/reports/[0-9a-f-]{36}")
WORDS = "后厨地面很脏，看到老鼠。"


def fill_in(page, has_script=True):
    if has_script:
        page.locator("[data-picker-search]").fill("后厨")
    else:
        page.locator("summary", has_text="食品安全").tap()
    page.locator("label[for=c-0104]").tap()
    page.locator("#address").fill("示例路 28 号二楼后厨")
    page.locator("#description").fill(WORDS)
    page.locator("label[for=i-confidential]").tap()


def is_as_filled_in(page):
    expect(page.locator("#c-0104")).to_be_checked()
    expect(page.locator("#address")).to_have_value("示例路 28 号二楼后厨")
    expect(page.locator("#description")).to_have_value(WORDS)
    expect(page.locator("#i-confidential")).to_be_checked()


def test_a_bad_photo_among_good_ones_is_named_and_replaced(people, watch):
    watch.expect(r"422 POST .*/reports/photos|Failed to load resource.*422|blob:")
    rider = people.rider()
    rider.goto("/reports/new")
    album = rider.locator("input[type=file]").last
    album.set_input_files([camera.jpeg(), camera.torn_jpeg(), camera.pdf(), camera.pdf_called_jpeg(), camera.rotated_heic()])
    fill_in(rider)
    bad = rider.locator(".tile.bad")
    expect(bad).to_have_count(3, timeout=30_000)
    expect(rider.locator(".tile.done")).to_have_count(2, timeout=30_000)
    expect(bad.nth(0)).to_contain_text("损坏")
    expect(bad.nth(1)).to_contain_text("不是照片")
    expect(bad.nth(2)).to_contain_text(re.compile("不是照片|不能当照片"))

    rider.get_by_role("button", name="发送").tap()
    expect(rider.locator("[data-send-problem]")).to_contain_text("有照片没有传上去")
    is_as_filled_in(rider)
    for _ in range(3):
        bad.first.get_by_role("button", name="移除").tap()
    album.set_input_files([camera.jpeg(taken="2026:11:20 11:43:00")])
    expect(rider.locator(".tile.done")).to_have_count(3, timeout=30_000)
    is_as_filled_in(rider)
    rider.get_by_role("button", name="发送").tap()
    rider.wait_for_url(SENT, timeout=30_000)
    expect(rider.locator(".photos img")).to_have_count(3)


def test_without_scripts_the_same_is_one_plain_form(people, watch):
    watch.expect(r"422 POST .*/reports$|Failed to load resource.*422|/js/.* csp$")
    rider = people.rider(java_script_enabled=False)
    rider.goto("/reports/new")
    rider.locator("input[type=file]").last.set_input_files([camera.jpeg(), camera.torn_jpeg()])
    fill_in(rider, has_script=False)
    rider.get_by_role("button", name="发送").tap()
    expect(rider.locator("#errors")).to_contain_text("第 2 张（torn.jpg）损坏了")
    is_as_filled_in(rider)
    kept = rider.locator("input[name=photoId]")
    expect(kept).to_have_count(1)
    expect(kept).to_be_checked()
    rider.locator("input[type=file]").last.set_input_files([camera.rotated_heic()])
    rider.get_by_role("button", name="发送").tap()
    rider.wait_for_url(SENT, timeout=30_000)
    expect(rider.locator(".photos img")).to_have_count(2)


def test_without_scripts_a_step_names_its_bad_photo_and_keeps_the_words(people, clerk, doors, watch):
    watch.expect(r"422 POST .*/steps$|Failed to load resource.*422")
    case = clerk.report(doors.new_phone())
    clerk.advance(case, until="rectify")
    officer = people.staff("sh-food-1", java_script_enabled=False)
    officer.goto(f"/work/cases/{case}")
    step = officer.locator("#step-recheck")
    step.locator("summary").click()
    step.locator("[name=note]").fill("已清洗，鼠洞已封。")
    step.locator("input[type=file]").last.set_input_files([camera.torn_jpeg()])
    step.locator("button.act").click()
    expect(step).to_have_attribute("open", "")
    expect(step.locator(".error")).to_contain_text("torn.jpg")
    expect(step.locator("[name=note]")).to_have_value("已清洗，鼠洞已封。")
    step.locator("input[type=file]").last.set_input_files([camera.jpeg()])
    step.locator("button.act").click()
    expect(officer.locator(".steps .now")).to_have_text("复查")


@pytest.mark.parametrize("photo", [camera.jpeg(orientation=6), camera.rotated_heic()], ids=["jpeg", "heic"])
def test_a_turned_photo_stands_upright_and_its_place_is_offered(people, photo):
    rider = people.rider(position=None)
    rider.goto("/reports/new")
    rider.locator("input[type=file]").last.set_input_files([photo])
    tile = rider.locator(".tile.done img")
    expect(tile).to_be_visible(timeout=20_000)
    expect(tile).to_have_attribute("src", re.compile("^/photos/"))
    expect(tile).to_have_js_property("complete", True)
    width, height = tile.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert height > width
    rider.get_by_role("button", name="用照片里的位置").tap()
    expect(rider.locator("[data-place-state]")).to_contain_text("照片里的位置")
    assert rider.locator("input[name=positionSource]").input_value() == "photo"
