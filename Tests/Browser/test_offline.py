"""A report written without a network is kept, seen, and sent once; and nobody else on the phone is shown it."""

import os
import re

import pytest
from playwright.sync_api import expect

import camera
from people import PHONE
from watch import OVERFLOW

# What happens on the phone knows nothing of the database behind the server.
pytestmark = pytest.mark.skipif("NUANXIN_DATABASE_URL" in os.environ, reason="which database it is makes no difference here")
SENT = re.compile(r"/reports/[0-9a-f-]{36}")


class Phone:
    """A browser that keeps what it has on a disk, so that it can be closed and opened again."""

    def __init__(self, playwright, doors, folder, workers="allow"):
        self.playwright, self.doors, self.folder, self.workers = playwright, doors, folder, workers
        self.number = doors.new_phone()
        self.context = None
        self.open(doors.rider(self.number, "示例徐师傅"))

    def open(self, state=None):
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path="/usr/bin/chromium", args=["--no-sandbox"], base_url=self.doors.server.url,
            locale="zh-CN", timezone_id="Asia/Shanghai", service_workers=self.workers, **PHONE)
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(OVERFLOW)
        if state:
            self.context.add_cookies(state["cookies"])
        self.page = self.context.pages[0]
        return self.page

    def install(self):
        """Goes to a page of the rider's and waits until the worker keeps what it keeps."""
        self.page.goto("/")
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def offline(self, is_offline=True):
        self.context.set_offline(is_offline)

    def close(self):
        if self.context:
            self.context.close()
            self.context = None


@pytest.fixture
def phone(playwright, doors, tmp_path):
    phone = Phone(playwright, doors, tmp_path / "phone")
    yield phone
    phone.close()


@pytest.fixture
def plain_phone(playwright, doors, tmp_path):
    """One whose browser has no workers: the pages do all by themselves, and a test can come between."""
    phone = Phone(playwright, doors, tmp_path / "phone", workers="block")
    yield phone
    phone.close()


def write(page, words, photos=2):
    page.goto("/reports/new")
    for number in range(photos):
        page.locator("input[type=file]").last.set_input_files([camera.jpeg(taken=f"2026:11:20 11:4{number}:05")])
    expect(page.locator(".tile.kept, .tile.done")).to_have_count(photos, timeout=20_000)
    page.locator("[data-picker-search]").fill("后厨")
    page.locator("label[for=c-0104]").tap()
    page.locator("#address").fill("示例路 28 号二楼后厨")
    page.locator("#description").fill(words)


def send(page):
    page.get_by_role("button", name="发送", exact=True).tap()


def reports_with(page, words):
    """How many of the rider's reports hold these words, and how many photos they have."""
    html = page.request.get("/reports", headers={"Accept": "text/html"}).text()
    found = []
    for address in sorted(set(re.findall(r"/reports/[0-9a-f-]{36}", html))):
        text = page.request.get(address, headers={"Accept": "text/html"}).text()
        if words in text:
            found.append(len(re.findall(r"data-photo>", text)))
    return found


def test_a_report_written_without_a_network_survives_the_phone_and_is_sent_once(phone):
    phone.install()
    # What an older version kept goes with the next worker.
    phone.page.evaluate(
        "caches.open('nuanxin older').then(() => navigator.serviceWorker.getRegistration()).then((old) => old.unregister())")
    phone.install()
    phone.page.wait_for_function("caches.keys().then((names) => names.length === 1 && names[0] !== 'nuanxin older')")
    phone.offline()
    page = phone.page
    write(page, "没有网络时写的")
    expect(page.locator("main")).to_contain_text("现在没有网络")
    expect(page.locator(".tile").first).to_contain_text("拍于 11月20日 11:40")
    expect(page.locator("[data-place-photo]")).to_be_visible()  # the position of the photo, read on the phone
    send(page)
    page.wait_for_url("**/reports/unsent")
    row = page.locator(".unsent")
    expect(row).to_contain_text("等待发送")
    expect(row.locator("img")).to_have_count(2)
    page.goto("/inbox")
    expect(page.locator("h1")).to_have_text("现在没有网络")
    kept = page.evaluate(
        "caches.keys().then(async (names) => (await Promise.all(names.map(async (name) => "
        "(await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat())")
    personal = [path for path in kept if not re.match(r"/(offline|js/|vendor/|app\.css|icon\.svg|map/outlines)", path)]
    assert "/offline/report" in kept and not personal
    phone.close()

    page = phone.open()
    page.goto("/")
    badge = page.locator("nav [data-unsent]")
    expect(badge).to_be_hidden(timeout=30_000)
    page.goto("/reports/unsent")
    expect(row := page.locator(".unsent")).to_contain_text("已收到")
    expect(row).to_contain_text(re.compile(r"编号 NX-"))
    assert reports_with(page, "没有网络时写的") == [2]
    row.get_by_role("link", name="看进展").tap()
    expect(page.locator("main")).to_contain_text("拍于 11月20日 11:40")


def test_what_the_server_has_is_not_sent_again_and_what_was_changed_since_is_told(plain_phone):
    """The answer is lost on the way; the person changes the report before anybody knows what became of it."""
    page = plain_phone.page
    write(page, "回答丢了", photos=1)
    arrived = []

    def lose_the_answer(route):
        arrived.append(route.fetch(max_redirects=0).status)
        route.abort("connectionreset")

    page.route("**/session", lambda route: route.abort("connectionreset"))
    page.route("**/reports", lose_the_answer, times=1)
    send(page)
    page.wait_for_url("**/reports/unsent")
    assert arrived == [303]
    page.get_by_role("link", name="修改").tap()
    page.wait_for_url("**/reports/new?unsent=*")
    expect(page.locator("#description")).to_have_value("回答丢了")
    page.locator("#description").fill("后来改过的话")
    page.unroute("**/session")
    send(page)
    page.wait_for_url("**/reports/unsent")
    expect(page.locator(".unsent")).to_contain_text("发出的是你修改之前的内容")
    assert reports_with(page, "回答丢了") == [1] and reports_with(page, "后来改过的话") == []


def test_without_a_sign_in_it_waits_and_then_goes_out_and_a_refusal_keeps_everything(phone):
    page = phone.page
    write(page, "登录过期了", photos=0)
    page.locator("#c-0104").evaluate("radio => { radio.value = '0000'; }")
    phone.offline()
    send(page)
    expect(page.locator(".notice.warn, .unsent").first).to_be_visible()
    phone.context.clear_cookies()
    phone.offline(False)
    page.goto("/reports/unsent")
    row = page.locator(".unsent")
    expect(row).to_contain_text("需要登录")
    phone.context.add_cookies(phone.doors.state(phone.number)["cookies"])
    page.goto("/")  # any page will do
    page.goto("/reports/unsent")
    expect(row).to_contain_text("没有被接收")
    expect(row).to_contain_text("请选一类")
    row.get_by_role("link", name="修改").tap()
    expect(page.locator("#category .error")).to_contain_text("请选一类")
    expect(page.locator("#description")).to_have_value("登录过期了")
    page.locator("[data-picker-search]").fill("后厨")
    page.locator("label[for=c-0104]").tap()
    send(page)
    page.wait_for_url("**/reports/unsent")
    expect(row).to_contain_text("已收到")
    assert reports_with(page, "登录过期了") == [0]


def test_two_tabs_send_it_once_and_deleting_can_be_undone(phone):
    phone.install()
    phone.offline()
    page = phone.page
    write(page, "两个标签页", photos=1)
    send(page)
    page.wait_for_url("**/reports/unsent")
    row = page.locator(".unsent")
    row.get_by_role("button", name="删除").tap()
    expect(row).to_contain_text("已删除")
    row.get_by_role("button", name="撤销").tap()
    expect(row).to_contain_text("等待发送")
    other = phone.context.new_page()
    other.goto("/reports/unsent")
    phone.offline(False)
    for tab in (page, other):
        expect(tab.locator(".unsent")).to_contain_text("已收到", timeout=30_000)
    assert reports_with(page, "两个标签页") == [1]


def test_who_signs_out_is_asked_and_nobody_else_sees_what_stays(phone):
    phone.install()
    phone.offline()
    page = phone.page
    write(page, "先存着的", photos=1)
    page.get_by_role("button", name="先存着").tap()
    page.wait_for_url("**/reports/unsent")
    expect(page.locator(".unsent")).to_contain_text("还没写完")
    phone.offline(False)
    page.goto("/me")
    page.locator("form[action='/sign-out'] button").tap()
    expect(page.locator("dialog[data-leave]")).to_contain_text("1 条上报还在这部手机里")
    page.get_by_role("button", name="留在手机里").tap()
    page.wait_for_url("**/sign-in**")
    page.goto("/reports/unsent")
    expect(page.locator("[data-nobody]")).to_be_visible()
    expect(page.locator(".unsent")).to_have_count(0)
    phone.context.add_cookies(phone.doors.rider(phone.doors.new_phone(), "示例赵师傅")["cookies"])
    page.goto("/reports/unsent")
    expect(page.locator("[data-empty]")).to_be_visible()
    expect(page.locator(".unsent")).to_have_count(0)
