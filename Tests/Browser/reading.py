"""Reads pages as a program does: their words, links and forms. For tests that look at many pages."""

from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Form:
    def __init__(self, attributes):
        self.action = attributes.get("action", "")
        self.method = (attributes.get("method") or "get").lower()
        self.fields = {}


class Reading(HTMLParser):
    """One page: `words` as (text, name of its element), `links`, `forms`, `inline` (what a strict policy would refuse)."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.attributes, self.words, self.links, self.forms, self.inline = {}, [], [], [], []
        self.title = ""
        self._open = []
        self._skip = 0
        self._option = None
        self.feed(html)

    @property
    def language(self):
        return self.attributes.get("lang")

    def form(self, action):
        return next(form for form in self.forms if form.action == action and form.method == "post")

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if tag == "html":
            self.attributes = attributes
        if tag in ("script", "style"):
            self._skip += 1
            if tag == "style" or "src" not in attributes:
                self.inline.append(f"<{tag}>")
        for name in attributes:
            if name == "style" or name.startswith("on"):
                self.inline.append(f"<{tag} {name}>")
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])
        if tag == "form":
            self.forms.append(Form(attributes))
        if tag in ("input", "textarea", "button", "select") and self.forms and "form" in self._open:
            name = attributes.get("name")
            is_free = attributes.get("type") not in ("radio", "checkbox", "file", "submit") or "checked" in attributes
            if name and is_free and tag in ("input", "textarea"):
                self.forms[-1].fields.setdefault(name, attributes.get("value") or "")
        for name, value in attributes.items():
            # The search text of a choice is in both languages on purpose.
            is_said = name in ("placeholder", "aria-label", "alt", "title", "label") or name.startswith("data-")
            if value and is_said and not (name == "data-text" and attributes.get("class") == "choice"):
                self.words.append((value, f"{tag}[{name}]"))

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._skip -= 1
        while self._open and tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        text = " ".join(data.split())
        if not text or self._skip:
            return
        here = self._open[-1] if self._open else ""
        if here == "title":
            self.title = text
        self.words.append((text, here))
