"""The pages that matter, as people meet them: empty, full, and with something wrong. Tests look at each in several widths."""

from dataclasses import dataclass
from typing import Callable

from playwright.sync_api import expect

import camera
from crawl import NEWCOMER, RIDER
from oversight import OVERSIGHT
from reporter import ask
from unsent import UNSENT


@dataclass
class Scene:
    name: str
    #: A phone, a login, or how to find one in the city.
    who: str | Callable
    set_up: Callable
    #: Faults that belong to the scene, as a regular expression.
    expected: str | None = None


def page(address):
    return lambda page, city: page.goto(address)


def handler(city):
    return city.handler("checking")


def case(state, opened=None, **more):
    """A case in this state, with the form of a step opened."""

    def set_up(page, city):
        page.goto(f"/work/cases/{city.case(state, **more)}")
        if opened:
            page.locator(f"#step-{opened} summary").click()

    return set_up


def report(state, **more):
    return lambda page, city: page.goto(f"/reports/{city.report_of(page, state, **more)}")


def sign_in_code(page, city):
    page.goto("/sign-in")
    page.locator("#phone").fill("13800000009")
    page.locator("main form button").click()
    expect(page.locator("#code")).to_be_visible()


def wrong_number(page, city):
    page.goto("/sign-in")
    page.locator("#phone").fill("12")
    page.locator("main form button").click()
    expect(page.locator("#phone-error")).to_be_visible()


def wrong_password(page, city):
    page.goto("/sign-in/staff")
    for field, text in (("login", "nobody"), ("password", "wrong-wrong-wrong"), ("totp", "000000")):
        page.locator(f"#{field}").fill(text)
    page.locator("main form button").click()
    expect(page.locator(".notice.warn")).to_be_visible()


def report_filled_in(page, city):
    page.goto("/reports/new")
    page.locator("input[type=file]").last.set_input_files([camera.scene("dirty-kitchen"), camera.scene("clean-kitchen")])
    expect(page.locator(".tile.done")).to_have_count(2, timeout=30_000)
    page.locator("[data-picker-search]").fill("后厨")
    page.locator("label[for=c-0104]").click()
    page.locator("#address").fill("示例路 28 号二楼后厨")
    page.locator("#description").fill("后厨地面很脏，看到老鼠。老板电话 13800000000。")
    page.locator("label[for=i-confidential]").click()
    expect(page.locator("[data-place-state]")).to_contain_text("误差约")


def report_with_faults(page, city):
    page.goto("/reports/new")
    files = [camera.scene("dirty-kitchen"), camera.torn_jpeg(), camera.pdf()]
    page.locator("input[type=file]").last.set_input_files(files)
    expect(page.locator(".tile.bad")).to_have_count(2, timeout=30_000)
    page.locator("[data-send-button]").click()
    expect(page.locator("[data-send-problem]")).to_be_visible()


def report_refused(page, city):
    page.goto("/reports/new")
    page.locator("#description").fill("看到老鼠。")
    page.locator("details.group summary").first.click()
    page.locator("#c-0104").evaluate("radio => { radio.value = '0000'; radio.checked = true; }")
    page.locator("#address").fill("示例路")
    page.locator("[data-send-button]").click()
    expect(page.locator("#errors")).to_be_visible()


def report_urgent(page, city):
    page.goto("/reports/new")
    page.locator("[data-picker-search]").fill("煤气 燃气")
    page.locator("[data-picker-search]").fill("燃气泄漏")
    page.locator("label[for=c-2003]").click()


def report_map(page, city):
    page.goto("/reports/new")
    page.locator("[data-place-map]").click()
    expect(page.locator(".map.leaflet-container")).to_be_visible()
    expect(page.locator(".map path").first).to_be_attached()


def asking_to_reopen(page, city):
    page.goto(f"/reports/{city.report_of(page, 'closed', rated=False)}")
    page.locator("#reopening summary").click()


def step_refused(page, city):
    page.goto(f"/work/cases/{city.case('checking')}")
    step = page.locator("#step-unfound")
    step.locator("summary").click()
    step.locator("form").evaluate("form => { form.noValidate = true; }")
    step.locator("button.act").click()
    expect(page.locator("#errors")).to_be_visible()


def why_this_day(page, city):
    page.goto(f"/work/cases/{city.case('checking')}")
    page.locator("dd details.fold summary").first.click()


def reporter(page, city):
    page.goto(f"/work/cases/{city.case('checking', identity='named')}")
    ask(page, city.handler("checking", identity="named"), city)


def lightbox(page, city):
    page.goto(f"/work/cases/{city.case('checking')}")
    page.locator("a[data-photo]").first.click()
    expect(page.locator("dialog img")).to_be_visible()


def welcome_new(page, city):
    """The first page of somebody who has just typed their first code."""
    page.goto("/sign-in")
    page.locator("#phone").fill("13800009999")
    page.locator("main form button").click()
    page.locator("#code").fill(page.locator("[data-demo-code] .code").inner_text())
    page.locator("main form button").first.click()
    page.wait_for_url("**/welcome?**")


def welcome_refused(page, city):
    welcome_new(page, city)
    page.locator("main form").evaluate("form => { form.noValidate = true; }")
    page.locator("main form button.act").click()
    expect(page.locator("#adult-error")).to_be_visible()


def switch(key, given):
    """A consent's switch, before it is confirmed."""

    def set_up(page, city):
        page.goto("/me/data/consents")
        page.locator(f"form[action$='/{key}']:has(input[name=given][value={given}]) button").click()
        expect(page.locator("input[name=confirmed]")).to_be_attached()

    return set_up


def proof_sent(page, city):
    page.goto("/me/proof?to=/me/data/export")
    page.locator("main form button.act").click()
    expect(page.locator("#code")).to_be_visible()


def proved(page):
    page.goto("/me/proof?to=/me/data/export")
    page.locator("main form button").first.click()
    page.locator("#code").fill(page.locator("[data-demo-code] .code").inner_text())
    page.locator("main form button.act").click()
    page.wait_for_url("**/me/data/export")


def exported(page, city):
    proved(page)
    page.locator("main form button.act").click()
    expect(page.locator("h1")).to_contain_text("全部")


def seen_in_reports(page, city):
    page.goto("/me/data/visibility")
    for fold in page.locator("details.fold").all():
        fold.locator("summary").click()


def business_refused(page, city):
    page.goto(f"/work/cases/{city.case('checking')}")
    step = page.locator("#step-nameBusiness")
    step.locator("summary").click()
    step.locator("#nameBusiness-business").fill("示例")
    step.locator("button.act").click()
    expect(page.locator("#nameBusiness-business-error")).to_contain_text("相近的有")


def interest_refused(page, city):
    page.goto("/me/interests")
    page.locator("#organisation").fill("示例小店没有")
    page.locator("main form button.act").click()
    expect(page.locator("#organisation-error")).to_be_visible()


def sheet_refused(page, city):
    page.goto("/work/enrolments")
    page.locator("#sheet").fill("手机号\t姓名\t平台\n13900001111\t示例孙师傅\t美团\n1390000\t示例李师傅\t美团\n13900001112\t示例周师傅\t某平台\n")
    page.get_by_role("button", name="全部记下").click()
    expect(page.locator("#sheet-error")).to_be_visible()


def data_request(name, state=""):
    """Opens a request; the desk asks for a fresh code when signing in was a while ago."""

    def set_up(page, city):
        page.goto("/work/data-requests")
        page.locator("#waiting a, #answered a").filter(has_text=name).filter(has_text=state).first.click()
        if "/me/proof" in page.url:
            page.locator("#totp").fill(city.one_time_password("sh-custodian"))
            page.locator("main form button.act").click()
        page.wait_for_url("**/work/data-requests/*")

    return set_up


def data_answer_refused(page, city):
    data_request("旧号码丢了")(page, city)
    page.locator("form.card").evaluate("form => { form.noValidate = true; }")
    page.locator("label[for=outcome-done]").click()
    page.get_by_role("button", name="发出答复").click()
    expect(page.locator("#words-error")).to_be_visible()


HOLIDAYS = "date,kind\n" + "".join(f"2027-02-{day:02},off\n" for day in range(5, 13)) + "2027-02-20,makeUp\n"


def calendar_preview(text):
    def set_up(page, city):
        page.goto("/admin/calendar")
        page.locator("#text").fill(text)
        page.locator("#year").fill("2027")
        page.locator("#document").fill("示例发〔2026〕1号")
        page.locator("main form button.act").click()
        expect(page.locator("h1")).to_contain_text("核对")

    return set_up


def account(login, form=""):
    """The page of somebody's account, or one of its forms."""

    def set_up(page, city):
        page.goto(f"/admin/staff?q={login}")
        page.locator(f"[data-login={login}] a").click()
        if form:
            page.goto(f"{page.url.split('?')[0]}/{form}")

    return set_up


def grant_refused(page, city):
    account("sh-food-2", "grant")(page, city)
    page.locator("#role").select_option(label="承办人")
    page.locator("#until").fill("2020-01-01")
    page.locator("#reason").fill("新岗位")
    page.locator("#totp").fill("000000")
    page.locator("main form button.act").click()
    expect(page.locator("#until-error, #totp-error").first).to_be_visible()


def enter(scene, people, city, device):
    """Opens the page, in a browser of its own, as the one who looks at it, and waits until it is all there."""
    page = people.visitor(device, people.doors.known(who(scene, city)))
    play(scene, page, people.watch, city)
    keep_signed_in(scene, page, people, city)
    return page


def who(scene, city):
    return scene.who(city) if callable(scene.who) else scene.who


def play(scene, page, watch, city):
    """Does on the page what the scene says, and waits until it is all there."""
    if scene.expected:
        watch.expect(scene.expected)
    page.emulate_media(reduced_motion="reduce")
    scene.set_up(page, city)
    wait_for_pictures(page)
    return page


def keep_signed_in(scene, page, people, city):
    """A proof gives a new token: whoever comes after needs it."""
    if scene.who != "visitor":
        people.doors.keep(who(scene, city), page.context.storage_state())


def wait_for_pictures(page):
    page.evaluate("""async () => {
      for (const image of document.images) image.loading = "eager";
      await Promise.all([...document.images].filter((image) => image.src).map((image) => image.decode().catch(() => {})));
    }""")


SCENES = [
    Scene("front", "visitor", page("/")),
    Scene("sign-in", "visitor", page("/sign-in")),
    Scene("sign-in-wrong", "visitor", wrong_number, "422"),
    Scene("sign-in-code", "visitor", sign_in_code),
    Scene("sign-in-staff", "visitor", page("/sign-in/staff")),
    Scene("sign-in-staff-wrong", "visitor", wrong_password, "422"),
    Scene("no-such-page", "visitor", page("/no-such-page"), "404"),
    Scene("figures", "visitor", page("/figures")),
    Scene("welcome", NEWCOMER, page("/welcome")),
    Scene("home-empty", NEWCOMER, page("/")),
    Scene("reports-empty", NEWCOMER, page("/reports")),
    Scene("inbox-empty", NEWCOMER, page("/inbox")),
    Scene("home", RIDER, page("/")),
    Scene("reports", RIDER, page("/reports")),
    Scene("inbox", RIDER, page("/inbox")),
    Scene("me", RIDER, page("/me")),
    Scene("welcome-new", "visitor", welcome_new),
    Scene("welcome-refused", "visitor", welcome_refused, "422"),
    Scene("data", RIDER, page("/me/data")),
    Scene("data-visibility", RIDER, seen_in_reports),
    Scene("data-looks", RIDER, page("/me/data/looks")),
    Scene("data-looks-none", NEWCOMER, page("/me/data/looks")),
    Scene("data-consents", RIDER, page("/me/data/consents")),
    Scene("data-withdraw", RIDER, switch("named", "no")),
    Scene("data-agree", NEWCOMER, switch("named", "yes")),
    Scene("data-export", RIDER, page("/me/data/export")),
    Scene("data-proof", RIDER, proof_sent),
    Scene("data-readable", RIDER, exported),
    Scene("data-correction", RIDER, page("/me/data/correction")),
    Scene("data-deletion", RIDER, page("/me/data/deletion")),
    Scene("data-lost-phone", RIDER, page("/me/data/lost-phone")),
    Scene("data-staff", "sh-food-1", page("/me/data")),
    Scene("data-visibility-staff", "sh-food-1", page("/me/data/visibility")),
    Scene("report-new", RIDER, page("/reports/new")),
    Scene("report-filled-in", RIDER, report_filled_in),
    Scene("report-faults", RIDER, report_with_faults, "422|blob:"),
    Scene("report-refused", RIDER, report_refused, "422"),
    Scene("report-urgent", RIDER, report_urgent),
    Scene("report-map", RIDER, report_map),
    Scene("report-going-on", RIDER, report("open")),
    Scene("report-closed", RIDER, report("closed")),
    Scene("report-reopening", RIDER, asking_to_reopen),
    Scene("work", "sh-intake", page("/work")),
    Scene("work-empty", "sh-intake", page("/work?q=这些字句谁也没写过")),
    Scene("work-overdue", "sh-lead", page("/work?view=overdue")),
    Scene("work-all", "city-lead", page("/work?view=all")),
    Scene("case-received", "sh-intake", case("received", "dispatch")),
    Scene("case-decline", "sh-intake", case("received", "decline")),
    Scene("case-checking", handler, case("checking", "verify")),
    Scene("case-refused", handler, step_refused, "422"),
    Scene("case-why", handler, why_this_day),
    Scene("case-photo", handler, lightbox),
    Scene("case-reporter", lambda city: city.handler("checking", identity="named"), reporter),
    Scene("case-closed", "sh-lead", case("closed")),
    Scene("case-decide", "hn-lead", case("closed", "reopen", county="210112", asked=True)),
    Scene("case-business", handler, case("checking", "nameBusiness")),
    Scene("case-business-refused", handler, business_refused, "422"),
    Scene("me-staff", "sh-food-1", page("/me")),
    Scene("interests", "sh-food-2", page("/me/interests")),
    Scene("interests-empty", "sh-food-1", page("/me/interests")),
    Scene("interests-refused", "sh-food-1", interest_refused, "422"),
    Scene("enrolments", "sh-keeper", page("/work/enrolments")),
    Scene("enrolments-refused", "sh-platform", sheet_refused, "422"),
    Scene("data-requests", "sh-custodian", page("/work/data-requests")),
    Scene("data-request-late", "sh-custodian", data_request("要个说法", "超期")),
    Scene("data-request-answered", "sh-custodian", data_request("更正", "办好了")),
    Scene("data-request-phone", "sh-custodian", data_request("旧号码丢了")),
    Scene("data-request-refused", "sh-custodian", data_answer_refused, "422"),
    Scene("password", "sh-food-1", page("/me/password")),
    Scene("recovery-codes", "sh-food-1", page("/me/recovery-codes")),
    Scene("staff", "security-1", page("/admin/staff")),
    Scene("staff-none", "security-1", page("/admin/staff?q=谁也不叫这个")),
    Scene("staff-new", "security-1", page("/admin/staff/new")),
    Scene("staff-account", "security-1", account("sh-food-1")),
    Scene("staff-own", "security-1", account("security-1")),
    Scene("staff-left", "security-1", account("sh-former")),
    Scene("staff-grant", "security-1", account("sh-food-2", "grant")),
    Scene("staff-grant-refused", "security-1", grant_refused, "422"),
    Scene("staff-leave", "security-1", account("sh-food-2", "leave")),
    Scene("staff-departure", "security-1", account("sh-food-1", "departure")),
    Scene("staff-suspension", "security-1", account("sh-food-1", "suspension")),
    Scene("calendar", "admin-1", page("/admin/calendar")),
    Scene("calendar-preview", "admin-1", calendar_preview(HOLIDAYS)),
    Scene("calendar-wrong", "admin-1", calendar_preview("date,kind\n2027-13-01,off\n"), "422"),
    Scene("offices", "admin-1", page("/admin/offices")),
    Scene("offices-none", "admin-1", page("/admin/offices?q=谁也不叫这个")),
    Scene("territories", "admin-1", page("/admin/territories")),
]
SCENES += [Scene(*one) for one in OVERSIGHT + UNSENT]
