"""The auditor's and the security administrator's pages, as scenes."""

from playwright.sync_api import expect


def page(address):
    return lambda page, city: page.goto(address)


def journal_wrong(page, city):
    page.goto("/admin/journal")
    page.locator("#login").fill("nobody-here")
    page.locator("#number").fill("NX-0000-0000")
    page.locator("main form button.act").click()
    expect(page.locator("#login-error")).to_be_visible()


def journal_empty(page, city):
    page.goto("/admin/journal?from=2020-01-01&until=2020-01-02")


def entry(page, city):
    page.goto("/admin/journal?kind=account.role-granted")
    page.locator("table.journal tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("条记录")


def chain_verified(page, city):
    page.goto("/admin/journal/chain")
    page.locator("main form button.act").click()
    expect(page.locator("[data-result]")).to_be_visible()


def unusual_open(page, city):
    page.goto("/admin/journal/unusual")
    page.locator("details.step summary").first.click()


def an_incident(page, city):
    page.goto("/admin/incidents")
    page.locator("main .entries a").first.click()
    expect(page.locator("[data-clock]")).to_be_visible()


def incident_forms(page, city):
    an_incident(page, city)
    for form in page.locator("details.step summary").all():
        form.click()


def incident_closed_too_early(page, city):
    an_incident(page, city)
    page.locator("#line-closed summary").click()
    page.locator("#closed-words").fill("示例：结束")
    page.locator("#line-closed button").click()
    expect(page.locator("#closed-words-error")).to_be_visible()


def incident_wrong(page, city):
    page.goto("/admin/incidents/new")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.locator("#persons").fill("很多")
    page.locator("main form button").click()
    expect(page.locator("#kind-error")).to_be_visible()


def paper(page, city):
    an_incident(page, city)
    page.locator(".bar a.small").click()
    expect(page.locator("h1")).to_contain_text("报告")


#: Name, who looks, what they do, which faults belong to it.
OVERSIGHT = [
    ("journal", "audit-1", page("/admin/journal"), None),
    ("journal-wrong", "audit-1", journal_wrong, "422"),
    ("journal-empty", "audit-1", journal_empty, None),
    ("journal-entry", "audit-1", entry, None),
    ("journal-chain", "audit-1", chain_verified, None),
    ("journal-export", "audit-1", page("/admin/journal/export?kind=case.step"), None),
    ("unusual", "audit-1", unusual_open, None),
    ("incidents", "security-1", page("/admin/incidents"), None),
    ("incident-new", "security-1", page("/admin/incidents/new"), None),
    ("incident-wrong", "security-1", incident_wrong, "422"),
    ("incident", "security-1", an_incident, None),
    ("incident-forms", "security-1", incident_forms, None),
    ("incident-too-early", "security-1", incident_closed_too_early, "422"),
    ("incident-paper", "security-1", paper, None),
]
