"""Everybody who opens the product in the tests, on a phone or at a desk."""

import itertools
import re

from camera import SHENHE, jpeg
from reading import Reading

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 1}
DESK = {"viewport": {"width": 1280, "height": 800}}
STAFF = ("sh-intake", "sh-food-1", "sh-lead", "hn-food-1", "admin-1", "security-1")
PASSWORD = "nuanxin-demo-2026"

_numbers = itertools.count(1)


class Doors:
    """Signs each account in once for all tests; a browser is then opened with the cookies of that."""

    def __init__(self, playwright, server):
        self.playwright, self.server = playwright, server
        self._states = {}

    def request(self, state=None, **options):
        """A client without a browser, for what a test only needs done."""
        return self.playwright.request.new_context(
            base_url=self.server.url, storage_state=state, extra_http_headers={"Accept": "text/html"}, **options)

    def staff(self, login):
        if login not in self._states:
            client = self.request()
            form = {"login": login, "password": PASSWORD, "totp": self.server.city.one_time_password(login)}
            answer = client.post("/sign-in/staff", form=form)
            assert answer.ok and "/sign-in" not in answer.url, f"{login} can't sign in: {answer.status} {answer.url}"
            self._states[login] = client.storage_state()
        return self._states[login]

    def rider(self, phone, name=None):
        if phone not in self._states:
            client = self.request()
            page = client.post("/sign-in", form={"phone": phone}).text()
            code = re.search(r'class="code">(\d{6})<', page).group(1)
            answer = client.post("/sign-in", form={"code": code})
            assert answer.ok, f"{phone} can't sign in: {answer.status}"
            if name:
                form = Reading(client.get("/welcome").text()).form("/welcome")
                client.post("/welcome", form=form.fields | {"name": name, "adult": "yes"})
            self._states[phone] = client.storage_state()
        return self._states[phone]

    def state(self, who):
        """The cookies of a rider's number or a login."""
        return self.rider(who) if who.isdigit() else self.staff(who)

    def keep(self, who, state):
        """The cookies as they are after something gave new ones."""
        self._states[who] = state

    def known(self, who):
        """The same, and none for a visitor."""
        return None if who == "visitor" else self.state(who)

    def new_phone(self):
        """A number that nobody in the city has."""
        return f"139{next(_numbers):08}"


class People:
    """The browsers of one test. What they see is watched."""

    def __init__(self, chromium, doors, watch):
        self.chromium, self.doors, self.watch = chromium, doors, watch
        self._contexts = []

    def visitor(self, device=PHONE, state=None, language=None, position=SHENHE, **options):
        place = {"latitude": position[0], "longitude": position[1], "accuracy": 12} if position else None
        context = self.chromium.new_context(
            base_url=self.doors.server.url, locale="zh-CN", timezone_id="Asia/Shanghai", storage_state=state,
            # What a worker asks for passes by a test that comes between; `test_offline.py` is about it.
            service_workers="block",
            geolocation=place, permissions=["geolocation"] if place else [], **(device | options))
        context.set_default_timeout(10_000)
        if language:
            context.add_cookies([{"name": "language", "value": language, "url": self.doors.server.url}])
        self.watch.add(context)
        self._contexts.append(context)
        page = context.new_page()
        # From now on the browser waits for a test instead of opening a window; asked for too late, the first is missed.
        page.on("filechooser", lambda chooser: None)
        return page

    def rider(self, phone=None, **options):
        """A rider of the city, or somebody new."""
        state = self.doors.rider(phone) if phone else self.doors.rider(self.doors.new_phone(), "示例徐师傅")
        return self.visitor(state=state, **options)

    def staff(self, login, device=DESK, **options):
        return self.visitor(device, self.doors.staff(login), **options)

    def close(self):
        for context in self._contexts:
            context.close()


class Clerk:
    """Does by plain HTTP what a test needs to be there already."""

    def __init__(self, doors):
        self.doors = doors

    def report(
        self, phone, category="0104", address="示例路 28 号二楼后厨", description="后厨地面很脏，看到老鼠。",
        identity="named", position=SHENHE, photo=None,
    ):
        """Sends a report and says its number in addresses."""
        client = self.doors.request(self.doors.rider(phone, "示例徐师傅"))
        form = Reading(client.get("/reports/new").text()).form("/reports")
        fields = {
            "formToken": form.fields["formToken"], "id": form.fields["id"], "category": category, "address": address,
            "description": description, "identity": identity, "lat": str(position[0]), "lng": str(position[1]),
            "accuracy": "12", "positionSource": "phone", "photo": photo or jpeg(position),
        }
        answer = client.post("/reports", multipart=fields)
        assert answer.ok and "/reports/" in answer.url, f"{answer.status}: {answer.text()[:2000]}"
        return re.search(r"/reports/([0-9a-f-]{36})", answer.url).group(1)

    def step(self, login, case, name, **fields):
        """Takes a step. A field's value that starts with `*` is the words of a choice."""
        client = self.doors.request(self.doors.staff(login))
        address = f"/work/cases/{case}"
        html = client.get(address).text()
        reading = Reading(html)
        version = re.search(r'name="version" value="(\d+)"', html).group(1)
        for field, value in fields.items():
            if isinstance(value, str) and value.startswith("*"):
                fields[field] = re.search(rf'<option value="([^"]+)"[^>]*>{re.escape(value[1:])}<', html).group(1)
        token = next(form.fields["formToken"] for form in reading.forms if "formToken" in form.fields)
        sent = {"formToken": token, "version": version, "step": name} | fields
        answer = client.post(f"{address}/steps", multipart=sent)
        said = " ".join(text for text, _ in Reading(answer.text()).words)
        assert answer.ok, f"{login} {name}: {answer.status} {said[:800]}"
        return answer

    def advance(self, case, until="close"):
        """Takes a case of Shenhe along its usual way, up to and with the step `until`."""
        for login, name, fields in (
            ("sh-intake", "dispatch", {"office": "*沈河区局食品餐饮科"}),
            ("sh-food-1", "check", {}),
            ("sh-food-1", "verify", {"result": "现场看到后厨地面有油污，情况属实。"}),
            ("sh-food-1", "rectify", {"note": "三天内清洗消毒。", "day": "2099-12-31"}),
            ("sh-food-1", "recheck", {"note": "已清洗。", "photo": jpeg()}),
            ("sh-food-1", "close", {"result": "店家已清洗消毒，复查合格。"}),
        ):
            self.step(login, case, name, **fields)
            if name == until:
                return
