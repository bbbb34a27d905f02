"""A site invites its riders by the workbook in which it keeps them."""

import datetime

import openpyxl
from playwright.sync_api import expect


def test_a_site_sends_its_workbook_mends_what_is_wrong_and_its_rider_finds_it(people, doors, watch, tmp_path):
    phone, other = doors.new_phone(), doors.new_phone()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["示例站骑手花名册"])
    sheet.append(["序号", "姓名", "手机号码", "所属平台", "入职日期"])
    sheet.append([1, "徐师傅", int(phone), "美团", datetime.date(2026, 3, 1)])
    sheet.append([])
    sheet.append([2, "李师傅", f"{other[:3]}-{other[3:7]}", "=D3"])
    sheet["C3"].number_format = "0.00E+00"
    file = tmp_path / "骑手.xlsx"
    book.save(file)

    platform = people.staff("sh-platform")
    platform.goto("/work/enrolments")
    watch.expect("422")
    platform.locator("#file").set_input_files(file)
    platform.get_by_role("button", name="全部记下").click()
    expect(platform.locator("#sheet-error")).to_contain_text("一行都没有记下")
    expect(platform.locator(".card li.error")).to_contain_text("第 5 行，手机号")
    text = platform.locator("#sheet").input_value()
    assert f"徐师傅\t{phone}\t美团\t2026-03-01" in text
    platform.locator("#sheet").fill(text.replace(f"{other[:3]}-{other[3:7]}", other))
    platform.get_by_role("button", name="全部记下").click()
    expect(platform.locator(".toast")).to_be_visible()
    rider = people.rider(phone)
    rider.goto("/welcome")
    expect(rider.locator("#name")).to_have_value("徐师傅")

    old = {"name": "骑手.xls", "mimeType": "application/vnd.ms-excel", "buffer": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)}
    platform.goto("/work/enrolments")
    platform.locator("#file").set_input_files(old)
    platform.get_by_role("button", name="全部记下").click()
    expect(platform.locator("#file-error")).to_contain_text("另存为 .xlsx")
