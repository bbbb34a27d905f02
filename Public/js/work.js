/** Small comforts of the workbench. Each page works without them. */

const version = new URL(import.meta.url).search;
const remember = {
  get: (key) => { try { return sessionStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* kept nowhere */ } },
};

// "It is done" is said once, not again with every reload.
const here = new URL(location.href);
if (here.searchParams.has("done")) {
  here.searchParams.delete("done");
  history.replaceState(history.state, "", here);
}

// A form that came back says what is wrong before anything else.
document.querySelector("#errors")?.focus();

// The list comes back as it was left: its filters and where it was scrolled to.
if (document.querySelector("[data-list]")) {
  const place = `scroll ${here.pathname}${here.search}`;
  remember.set("list", here.pathname + here.search);
  scrollTo(0, Number(remember.get(place)) || 0);
  addEventListener("pagehide", () => remember.set(place, String(scrollY)));
}
for (const link of document.querySelectorAll("a[data-back]")) link.href = remember.get("list") ?? link.href;

// Filters work at once and keep empty ones out of the address.
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
  });
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const field of form.elements) field.disabled = false;
  });
}

// One step form at a time; it opens with the cursor in it.
const steps = [...document.querySelectorAll("details.step")];
for (const step of steps) {
  let isByHand = false;
  step.querySelector("summary").addEventListener("click", () => (isByHand = true));
  step.addEventListener("toggle", () => {
    if (!step.open || !isByHand) return;
    for (const other of steps) if (other !== step) other.open = false;
    step.querySelector(":is(input, select, textarea):not([type=hidden], [type=file])")?.focus();
  });
  step.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    step.open = false;
    step.querySelector("summary").focus();
  });
}
if (location.hash) steps.find((step) => `#${step.id}` === location.hash)?.setAttribute("open", "");

// Photos of a step go up while the officer writes.
const widgets = new Map();
for (const field of document.querySelectorAll("form[data-photo-url] [data-photos]")) {
  const { photos } = await import(`./upload.js${version}`);
  widgets.set(field.closest("form"), photos(field));
}

// Nothing is sent twice, and nothing before its photos are there.
for (const form of document.querySelectorAll("form[method=post]")) {
  let isSent = false;
  form.addEventListener("submit", async (event) => {
    if (isSent) return event.preventDefault();
    const photos = widgets.get(form);
    if (photos?.bad || photos?.isBusy) {
      event.preventDefault();
      if (photos.bad) return photos.bad.querySelector("button:not([hidden])").focus();
      mark(form, true);
      await photos.settled();
      mark(form, false);
      return photos.bad ? photos.bad.querySelector("button:not([hidden])").focus() : form.requestSubmit(event.submitter);
    }
    isSent = true;
    mark(form, true);
  });
  addEventListener("pageshow", () => {
    isSent = false;
    mark(form, false);
  });
}

function mark(form, isBusy) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (isBusy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

// Photos large, in place.
const box = document.querySelector("dialog.lightbox");
if (box?.showModal) {
  const image = box.querySelector("img");
  let links = [];
  let index = 0;
  const show = (to) => {
    index = (to + links.length) % links.length;
    image.src = links[index].href;
    image.alt = links[index].querySelector("img")?.alt ?? "";
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-photo]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    links = [...link.closest(".photos, body").querySelectorAll("a[data-photo]")];
    show(links.indexOf(link));
    for (const button of box.querySelectorAll("[data-turn]")) button.hidden = links.length < 2;
    box.showModal();
  });
  box.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-turn]");
    if (turn) show(index + Number(turn.dataset.turn));
    else if (event.target === image || event.target.closest("[data-close]")) box.close();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(index - 1);
    if (event.key === "ArrowRight") show(index + 1);
  });
  box.addEventListener("close", () => links[index]?.focus());
}
