"""Asking who reported, as a handler does."""

from playwright.sync_api import expect


def ask(page, login, city):
    """From the page of a case to the reporter's name. Who signed in more than five minutes ago proves anew who they are."""
    address = page.url
    page.get_by_role("button", name="查看上报人").click()
    page.wait_for_load_state()
    if "/me/proof" in page.url:
        page.locator("#totp").fill(city.one_time_password(login))
        page.locator("main form button.act").click()
        page.wait_for_url(address)
        page.get_by_role("button", name="查看上报人").click()
    expect(page.locator("main")).to_contain_text("已记入日志")
