"""One walk through the desk of the security administrator: an account, its first sign-in, a role, a leave, a departure."""

import base64
import datetime
import hmac
import struct
import subprocess
import time
import urllib.parse

from playwright.sync_api import expect

from people import DESK, PASSWORD, PHONE
from test_scenes import barriers, settle

OWN = "自己的长密码，一句话就行"


class Authenticator:
    """Shows codes. A server takes those of the half minute before and after too, each once and none that is older than the last:
    three in a row without waiting."""

    def __init__(self, secret):
        self.key = base64.b32decode(secret.replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
        self.last = 0

    def next(self):
        now = int(time.time()) // 30
        step = max(now - 1, self.last + 1)
        assert step <= now + 1, "the server would want to wait for the next code"
        self.last = step
        digest = hmac.digest(self.key, struct.pack(">Q", step), "sha1")
        start = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(page, login, password, code):
    page.goto("/sign-in/staff")
    for field, text in (("login", login), ("password", password), ("totp", code)):
        page.locator(f"#{field}").fill(text)
    page.locator("main form button").click()


def scanned(code, folder):
    """What an authenticator's camera gets out of the picture on the page."""
    picture = folder / "code.png"
    code.screenshot(path=picture)
    text = subprocess.run(["zbarimg", "--raw", "-q", picture], check=True, capture_output=True, text=True).stdout.strip()
    assert text.startswith("otpauth://totp/Nuanxin:"), text
    return urllib.parse.parse_qs(urllib.parse.urlsplit(text).query)


def is_barrier_free(page):
    for size in (DESK, PHONE):
        page.set_viewport_size(size["viewport"])
        settle(page)
        assert not barriers(page), page.url
    page.set_viewport_size(DESK["viewport"])


def test_an_account_from_its_first_day_to_its_last(people, city, watch, tmp_path):
    # Wrong fields are answered by 422, and so is a sign-in by somebody who left.
    watch.expect("422")
    desk = people.visitor(DESK, java_script_enabled=False)
    # Passwords are hashed at their full cost here, which takes its time in a build for tests on a busy machine.
    desk.set_default_timeout(60_000)
    code = Authenticator(city.account("security-2")["totpSecret"])
    sign_in(desk, "security-2", PASSWORD, code.next())
    desk.wait_for_url("**/admin/staff")
    desk.get_by_role("link", name="开通账号").click()
    desk.locator("#login").fill("sh-walk-1")
    desk.locator("#name").fill("示例·孟科员")
    desk.locator("#totp").fill("000000")
    desk.get_by_role("button", name="开通").click()
    expect(desk.locator("#totp-error")).to_be_visible()
    expect(desk.locator("#name")).to_have_value("示例·孟科员")
    desk.locator("#totp").fill(code.next())
    desk.get_by_role("button", name="开通").click()
    password = desk.locator("[data-password]").inner_text()
    secret = desk.locator("[data-secret]").inner_text()
    assert scanned(desk.locator("svg.qr"), tmp_path)["secret"] == [secret.replace(" ", "")]
    desk.get_by_role("link", name="接着授予身份").click()

    desk.locator("#role").select_option(label="承办人")
    desk.locator("#reason").fill("新岗位")
    desk.get_by_role("button", name="授予").click()
    expect(desk.locator("#territory-error")).to_contain_text("机构")
    expect(desk.locator("#reason")).to_have_value("新岗位")
    desk.locator("#office").select_option(label="沈河区局食品餐饮科")
    desk.get_by_role("button", name="授予").click()
    expect(desk.locator(".toast")).to_contain_text("已授予")
    expect(desk.locator("#grants")).to_contain_text("沈河区局食品餐饮科")
    account = desk.url.split("?")[0]

    own = Authenticator(secret)
    new = people.visitor(DESK)
    new.set_default_timeout(60_000)
    sign_in(new, "sh-walk-1", password, own.next())
    new.wait_for_url("**/me/password?**")
    is_barrier_free(new)
    new.goto("/work")
    new.wait_for_url("**/me/password?**")
    for field, text in (("current", password), ("password", OWN), ("again", OWN)):
        new.locator(f"#{field}").fill(text)
    new.get_by_role("button", name="改密码").click()
    codes = new.locator("[data-recovery-code]").all_inner_texts()
    assert len(set(codes)) == 10
    is_barrier_free(new)
    new.get_by_role("link", name="抄好了").click()
    new.wait_for_url("**/work")
    expect(new.locator("h1")).to_contain_text("随手拍")

    desk.goto(f"{account}/leave")
    last = (datetime.date.today() + datetime.timedelta(days=3)).isoformat()
    desk.locator("#standIn").fill("sh-drug-1")
    desk.locator("#until").fill(last)
    desk.locator("#reason").fill("年休假")
    desk.get_by_role("button", name="安排").click()
    expect(desk.locator("#leaves")).to_contain_text("示例·孟科员休假")
    expect(desk.locator("#leaves")).to_contain_text("代理中")

    desk.get_by_role("link", name="办理离职").click()
    expect(desk.locator("[data-about]")).to_contain_text("1 处登录")
    desk.locator("#reason").fill("调离")
    desk.get_by_role("button", name="办理离职").click()
    expect(desk.locator("[data-state]")).to_have_text("已离职")
    expect(desk.locator("#leaves")).to_contain_text("已结束")
    new.goto("/work")
    new.wait_for_url("**/sign-in/staff?**")
    sign_in(new, "sh-walk-1", OWN, codes[0])
    expect(new.locator(".notice.warn")).to_contain_text("有一个不对")
    desk.goto("/admin/staff?q=孟科员")
    expect(desk.locator("[data-login=sh-walk-1]")).to_contain_text("已离职")


def test_the_desk_serves_security_administrators_and_nobody_else(people, watch):
    watch.expect("404")
    keeper = people.staff("security-1")
    keeper.goto("/work")
    keeper.wait_for_url("**/admin/staff")
    expect(keeper.locator("nav").get_by_role("link", name="账号")).to_be_visible()
    for login in ("admin-1", "sh-lead"):
        stranger = people.staff(login)
        assert stranger.goto("/admin/staff").status == 404
        expect(stranger.locator("nav").get_by_role("link", name="账号")).to_have_count(0)
