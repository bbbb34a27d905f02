"""Everything works with Tab, Space and Enter alone, and one always sees where one is."""

import re

from playwright.sync_api import expect

import camera
from people import DESK, PASSWORD

# How visible the focus is: an outline on the element, or on the card or label round it.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: "nothing", isVisible: false };
  const around = [element, element.closest(".choice, .shutter, .search")].filter(Boolean);
  const outlined = around.some((box) => {
    const style = getComputedStyle(box);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = around.at(-1).getBoundingClientRect();
  const onScreen = box.bottom > 0 && box.top < innerHeight && box.width > 0;
  // It isn't under the menu at the foot or the button that floats above it; of a large one, not its first line.
  const spot = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 24));
  const holds = (part) => part.contains(spot) || spot?.contains(part);
  const isFree = around.some(holds) || spot?.closest("label")?.control === element;
  const name = `${element.localName}#${element.id}[${element.name ?? ""}] ${element.textContent.trim().slice(0, 20)}`;
  const why = JSON.stringify({ outlined, onScreen, isFree, covered: spot?.className });
  return { name, isVisible: outlined && onScreen && isFree, why };
}"""


class Keyboard:
    def __init__(self, page):
        self.page = page

    def press(self, key, times=1):
        for _ in range(times):
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    def tab_to(self, target, limit=90):
        """Presses Tab until `target` has the focus; each stop on the way must be visible."""
        for _ in range(limit):
            self.press("Tab")
            focus = self.page.evaluate(FOCUS)
            assert focus["isVisible"], f"the focus can't be seen on {focus['name']}: {focus['why']}"
            if target.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"Tab doesn't lead to {target}")


def has_focus(target):
    expect(target).to_be_focused()


def test_a_rider_signs_in_and_reports_with_the_keyboard_alone(people, doors):
    page = people.visitor(DESK)
    keys = Keyboard(page)
    page.goto("/sign-in")
    keys.press("Tab")
    has_focus(page.get_by_role("link", name="跳到正文"))
    keys.press("Enter")
    keys.tab_to(page.locator("#phone"), limit=1)
    keys.type(doors.new_phone())
    keys.press("Enter")
    has_focus(page.locator("#code"))
    keys.type(re.search(r"\d{6}", page.locator("[data-demo-code]").inner_text()).group())
    keys.press("Enter")
    page.wait_for_url("**/welcome?**")
    keys.tab_to(page.locator("#adult-yes"))
    keys.press("Space")
    expect(page.locator("#adult-yes")).to_be_checked()
    keys.tab_to(page.locator("main form button"))
    keys.press("Enter")
    page.wait_for_url("**/?done=welcomed")

    keys.tab_to(page.get_by_role("link", name="随手拍").first)
    keys.press("Enter")
    page.wait_for_url("**/reports/new")
    keys.press("Tab")
    keys.press("Enter")  # past the menu
    keys.tab_to(page.locator("input[type=file]").first)
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files([camera.jpeg()])
    expect(page.locator(".tile.done")).to_have_count(1, timeout=20_000)
    keys.tab_to(page.locator("[data-picker-search]"))
    keys.type("后厨")
    keys.tab_to(page.locator("#c-0104"))
    keys.press("Space")
    expect(page.locator("#c-0104")).to_be_checked()
    expect(page.locator("[data-place-state]")).to_contain_text("误差约 12 米")
    keys.tab_to(page.locator("#description"))
    keys.type("后厨地面很脏。")
    keys.tab_to(page.locator("#i-confidential"), limit=2)
    expect(page.locator("#i-confidential")).to_be_checked()
    keys.tab_to(page.get_by_role("button", name="发送"))
    keys.press("Enter")
    page.wait_for_url(re.compile(r"/reports/[0-9a-f-]{36}"), timeout=30_000)
    expect(page.locator("main")).to_contain_text("办事的人只看到一个代号")


def test_staff_sign_in_and_take_a_step_with_the_keyboard_alone(people, clerk, doors, city):
    case = clerk.report(doors.new_phone())
    page = people.visitor(DESK)
    keys = Keyboard(page)
    page.goto("/sign-in/staff")
    keys.press("Tab")
    keys.press("Enter")
    keys.tab_to(page.locator("#login"), limit=1)
    keys.type("city-intake")
    keys.tab_to(page.locator("#password"), limit=1)
    keys.type(PASSWORD)
    keys.tab_to(page.locator("#totp"), limit=1)
    keys.type(city.one_time_password("city-intake"))
    keys.press("Enter")
    page.wait_for_url("**/work")
    keys.press("Tab")
    keys.press("Enter")
    keys.tab_to(page.locator(f"a[href='/work/cases/{case}']"))
    keys.press("Enter")
    page.wait_for_url(f"**/work/cases/{case}")
    keys.press("Tab")
    keys.press("Enter")
    step = page.locator("#step-dispatch")
    keys.tab_to(step.locator("summary"))
    keys.press("Enter")
    has_focus(page.locator("#dispatch-office"))
    keys.press("Escape")
    has_focus(step.locator("summary"))
    keys.press("Enter")
    has_focus(page.locator("#dispatch-office"))
    keys.press("ArrowDown")
    expect(page.locator("#dispatch-office")).not_to_have_value("")
    keys.tab_to(page.locator("#dispatch-note"))
    keys.type("请今天到场。")
    keys.tab_to(step.locator("button.act"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("已记录")
    expect(page.locator(".steps .now")).to_have_text("已派单")


def test_the_focus_goes_to_what_is_missing_first(people, watch):
    watch.expect("422")
    page = people.rider(device=DESK, position=None)
    keys = Keyboard(page)
    page.goto("/reports/new")
    send = page.get_by_role("button", name="发送")
    send.focus()
    keys.press("Enter")
    has_focus(page.locator("input[type=file]").first)
    expect(page.locator("#photo .error")).to_contain_text("至少放一张照片")
    page.locator("#description").fill("看到老鼠。")
    send.focus()
    keys.press("Enter")
    has_focus(page.locator("[data-picker-search]"))
    page.locator("[data-picker-search]").fill("后厨")
    page.locator("label[for=c-0104]").click()
    send.focus()
    keys.press("Enter")
    has_focus(page.locator("#address"))
    expect(page.locator("#position .error")).to_contain_text("位置")
    page.locator("#address").fill("示例路")
    page.locator("#c-0104").evaluate("radio => { radio.value = '0000'; }")
    send.focus()
    keys.press("Enter")  # that this one is wrong only the server knows
    has_focus(page.locator("#errors"))
    keys.tab_to(page.locator("#errors a"), limit=1)
    keys.press("Enter")
    expect(page.locator("#category .error")).to_be_in_viewport()
    expect(page.locator("#description")).to_have_value("看到老鼠。")


def test_the_focus_goes_to_a_field_that_a_step_lacks(people, clerk, doors, watch):
    watch.expect("422")
    case = clerk.report(doors.new_phone())
    clerk.advance(case, until="check")
    page = people.staff("sh-food-1")
    page.goto(f"/work/cases/{case}")
    step = page.locator("#step-verify")
    step.locator("summary").click()
    step.locator("form").evaluate("form => { form.noValidate = true; }")
    step.locator("button.act").click()
    has_focus(page.locator("#errors"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    has_focus(page.locator("#verify-result"))
