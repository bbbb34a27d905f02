"""What every page is held to, whatever a test is about."""

import re

# Runs in every page. What it finds becomes an error of the console, which the watch sees.
OVERFLOW = """
(() => {
  let isAsked = false;
  const look = () => {
    isAsked = false;
    const root = document.documentElement;
    if (!root || root.scrollWidth <= root.clientWidth) return;
    const edge = root.clientWidth + 0.5;
    const wide = [...document.querySelectorAll("body *")].filter((element) =>
      element.getBoundingClientRect().right > edge && !element.closest(".scroll, .map, .visually-hidden"));
    const names = wide.slice(-3).map((element) => `${element.localName}.${element.className?.baseVal ?? element.className}`);
    console.error(`OVERFLOW ${location.pathname}: ${root.scrollWidth} > ${root.clientWidth}; ${names.join(", ")}`);
  };
  const ask = () => {
    if (!isAsked) requestAnimationFrame(look);
    isAsked = true;
  };
  addEventListener("load", () => {
    ask();
    const all = { subtree: true, childList: true, attributes: true };
    new MutationObserver(ask).observe(document.documentElement, all);
    new ResizeObserver(ask).observe(document.documentElement);
  });
  addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
})();
"""


class Watch:
    """Collects what goes wrong in the pages of a test: errors of scripts, refused content, failed requests, a page that is
    wider than its screen."""

    def __init__(self):
        self.faults = []
        self._expected = []

    def expect(self, pattern):
        """A fault that belongs to the test, as a regular expression."""
        self._expected.append(re.compile(pattern))

    def forget(self):
        self.faults.clear()
        self._expected.clear()

    def add(self, context):
        context.add_init_script(OVERFLOW)
        context.on("console", self._console)
        context.on("weberror", lambda fault: self._note(f"script: {fault.error}"))
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, message):
        # Said by the tests' own tool, which keeps workers out of most of them (`people.py`).
        if message.type in ("error", "warning") and "registration blocked by Playwright" not in message.text:
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request):
        # Leaving a page ends what it was still loading.
        if request.failure != "net::ERR_ABORTED":
            self._note(f"no answer: {request.method} {request.url} {request.failure}")

    def _response(self, response):
        if response.status >= 400:
            self._note(f"status: {response.status} {response.request.method} {response.url}")

    def _note(self, text):
        self.faults.append(text)

    def unexpected(self):
        return [fault for fault in self.faults if not any(pattern.search(fault) for pattern in self._expected)]
