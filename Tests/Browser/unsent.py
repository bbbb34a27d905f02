"""The pages of what waits on a phone, in every state that it can have."""

from playwright.sync_api import expect

from crawl import RIDER

# Nothing is sent as long as somebody else holds the lock.
FILL = """async () => {
  navigator.locks.request("outbox", () => new Promise(() => {}));
  const app = await import(document.querySelector("script[src*='/js/app.js']").src);
  const outbox = await app.box();
  const canvas = Object.assign(document.createElement("canvas"), { width: 160, height: 120 });
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#b9ad9a";
  brush.fillRect(0, 0, 160, 120);
  const thumb = await new Promise((done) => canvas.toBlob(done));
  const at = Date.parse("2026-11-20T03:42:05Z");
  const photo = (number) => ({ key: outbox.newKey(), name: "a.jpg", type: "image/jpeg", thumb: number < 2 ? thumb : undefined, capturedAt: at });
  const values = { name: "后厨脏乱、虫鼠", address: "示例路 28 号二楼后厨" };
  const keep = (index, state, more = {}) => outbox.keep({
    id: outbox.newKey(), owner: app.whose(), state, values, writtenAt: at + 60000 * index, nextAt: 1e15, tries: 0,
    photos: Array.from({ length: index % 4 }, (_, number) => photo(number)), ...more });
  await keep(6, "held", { values: {} });
  await keep(5, "waiting", { values: { name: "电梯", lat: "41.79" } });
  await keep(4, "sending", { photos: [{ ...photo(0), id: "x" }, photo(1), photo(2)] });
  await keep(3, "signIn");
  await keep(2, "refused", { problem: { errors: [{ field: "photo", detail: "这张照片不完整，打不开。请重新拍或换一张。" }] } });
  await keep(1, "deleted", { before: "waiting", deletedAt: Date.now() + 1e6, isTried: true });
  await keep(0, "sent", { receipt: { number: "NX-7K3M-2Q9D", url: "/reports", at, isOlder: true } });
}"""


def full(page, city):
    page.goto("/reports/unsent")
    expect(page.locator("[data-empty]")).to_be_visible()
    page.evaluate(FILL)
    expect(page.locator(".unsent")).to_have_count(7)


def adding_photos(page, city):
    page.goto(f"/reports/{city.report_of(page, 'open')}")
    page.locator("#more-photos summary").click()
    page.locator("#more-photos button.act").click()
    expect(page.locator("#errors")).to_be_visible()


UNSENT = [
    ("unsent", RIDER, full),
    ("offline-report", "visitor", lambda page, city: page.goto("/offline/report")),
    ("report-adding-photos", RIDER, adding_photos, "422"),
]
