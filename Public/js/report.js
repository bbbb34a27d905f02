/**
 * The riders' report form: photos are sent while the rest is filled in, the place is found, nothing is lost when the network
 * or the page goes: what can't be sent waits on the phone (`kept.js`). The form works without this script; its words are in the templates.
 */

const version = new URL(import.meta.url).search;
const { photos } = await import(`./upload.js${version}`);
const { picker } = await import(`./picker.js${version}`);
const { place } = await import(`./place.js${version}`);
const { nearby } = await import(`./nearby.js${version}`);
const { noteOn } = await import(`./words.js${version}`);
const app = await import(`./app.js${version}`);

const draftKey = "report-draft";
const form = document.querySelector("form#report");
const isOffline = document.body.dataset.offline !== undefined;
/** The one that waits on this phone and is being written on. */
const unsent = new URL(location.href).searchParams.get("unsent");

if (form) enhance(form, { mayRestore: !form.querySelector("#errors, .error") });

/** @param {HTMLFormElement} form */
async function enhance(form, { mayRestore }) {
  const fields = form.elements;
  let isRestoring = true;
  const category = picker(form.querySelector("[data-picker]"));
  const where = place(form.querySelector("[data-place]"), save);
  const images = photos(form.querySelector("[data-photos]"), {
    keeps: "indexedDB" in globalThis,
    isOffline,
    onChange: save,
    onChoose: where.findOnce,
    onPhoto: (photo) => where.offer(photo.position),
  });
  form.querySelectorAll("textarea[data-private]").forEach(noteOn);
  const near = nearby(form);
  const send = sender(form.querySelector("[data-send]"));

  if (unsent) await takeUp();
  else if (mayRestore) restore();
  isRestoring = false;
  near.look();
  where.start();
  send.offerLater(() => keep("held"));
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", submit);

  function save() {
    if (isRestoring) return;
    near.look();
    send.clear();
    form.querySelectorAll(".error[data-local]").forEach((error) => error.remove());
    if (unsent) return;
    const values = {};
    for (const name of ["id", "category", "address", "description", "identity", ...where.names]) {
      values[name] = fields[name]?.value ?? "";
    }
    // What was only offered isn't a choice: if it is taken back meanwhile, the draft doesn't bring it again.
    if (form.querySelector("[name=identity]:checked")?.defaultChecked) values.identity = "";
    store({ owner: app.whose(), values, photos: images.done });
  }

  function restore() {
    const draft = load();
    if (!draft || draft.owner !== app.whose()) {
      fields.id.value = newKey();
      return;
    }
    for (const [name, value] of Object.entries(draft.values)) {
      if (fields[name] && value) fields[name].value = value;
    }
    draft.photos.forEach((photo) => images.restore(photo));
    category.showChoice();
    const { category: chosen, address, description } = draft.values;
    fields.id.value ||= newKey();
    if (draft.photos.length || chosen || address || description) send.offerToDiscard();
  }

  /** What the server would refuse anyway, said without waiting for it. */
  function firstProblem() {
    if (images.bad) return { text: send.words.photoFailed, target: images.bad.querySelector("button:not([hidden])") };
    if (!images.all.length && !fields.description.value.trim()) {
      return { text: send.words.nothing, target: form.querySelector(".shutter input"), field: "photo" };
    }
    if (!fields.category.value) return { text: send.words.noCategory, target: category.first, field: "category" };
    if (!where.isKnown) return { text: send.words.noPlace, target: fields.address, field: "position" };
  }

  /** Goes on with a report that waits on this phone. */
  async function takeUp() {
    const { takeUp } = await import(`./kept.js${version}`);
    const entry = await takeUp(unsent, app.whose(), form, images);
    if (!entry) return location.replace("/reports/unsent");
    category.showChoice();
    const { title, detail, errors } = entry.problem ?? { errors: [] };
    errors.forEach((error) => stopAt({ text: error.detail, field: error.field }, true));
    const said = errors.length ? errors.map((error) => error.detail).join(" ") : [title, detail].filter(Boolean).join(" — ");
    if (said) send.fail(said);
  }

  /** Puts the report into the phone's own store, from where it is sent as soon as that is possible. */
  async function keep(state, { isTried = false } = {}) {
    if (!app.whose()) return send.fail(send.words.nobody);
    try {
      const { keep } = await import(`./kept.js${version}`);
      await keep(form, images, { owner: app.whose(), state, isTried, name: category.name });
    } catch {
      return send.fail(send.words.noRoom);
    }
    category.remember();
    store(null);
    if (state === "waiting") app.watchOver();
    // Without the worker that keeps the list this page is all there is until the network is back.
    if (navigator.onLine || navigator.serviceWorker?.controller) return location.replace("/reports/unsent");
    form.replaceWith(send.keptNote());
  }

  function stopAt({ text, target, field }, isOneOfMany = false) {
    const box = field && form.querySelector(`#${CSS.escape(field)}`);
    if (!isOneOfMany) form.querySelectorAll(".error[data-local]").forEach((error) => error.remove());
    if (box && text) {
      const error = Object.assign(document.createElement("p"), { className: "error", textContent: text });
      error.dataset.local = "";
      (box.querySelector("legend") ?? box).after(error);
      box.scrollIntoView({ block: "start" });
    }
    send.fail(text);
    target?.focus({ preventScroll: Boolean(box) });
  }

  async function submit(event) {
    event.preventDefault();
    if (send.isBusy) return;
    let problem = firstProblem();
    if (problem) return stopAt(problem);
    if (isOffline || unsent || !navigator.onLine) return keep("waiting");
    send.begin(images.isBusy ? send.words.photos : send.words.sending);
    await images.settled();
    problem = firstProblem();
    if (problem) return stopAt(problem);
    if (images.isKept) return keep("waiting");
    send.begin(send.words.sending);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 60_000);
    const request = { method: "POST", body: new FormData(form), headers: { Accept: "text/html" }, signal: stop.signal };
    let answer;
    let text;
    try {
      answer = await fetch(form.action, request);
      text = await answer.text();
    } catch {
      return keep("waiting", { isTried: true });
    }
    take(answer, text);
  }

  /**
   * @param {Response} answer
   * @param {string} text
   */
  function take(answer, text) {
    const url = new URL(answer.url);
    if (answer.redirected && url.pathname.startsWith("/sign-in")) {
      url.searchParams.set("to", location.pathname + location.search);
      return location.assign(url); // the draft stays and is there again afterwards
    }
    if (answer.redirected && answer.ok) {
      category.remember();
      store(null);
      return location.replace(url);
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    const again = page.querySelector("form#report");
    if (again) {
      form.replaceWith(again);
      enhance(again, { mayRestore: false });
      (again.querySelector("#errors") ?? again.querySelector("[aria-invalid], .error"))?.focus();
    } else if (answer.status >= 500) {
      keep("waiting", { isTried: true });
    } else {
      const words = [page.querySelector("h1"), page.querySelector("[data-problem-detail]")];
      send.fail(words.map((part) => part?.textContent.trim()).filter(Boolean).join(" — ") || send.words.noNetwork);
    }
  }
}

/** The button at the end, and what happens to it. */
function sender(box) {
  const button = box.querySelector("[data-send-button]");
  const label = button.querySelector("span");
  const problem = box.querySelector("[data-send-problem]");
  const atRest = label.textContent;
  const words = box.dataset;
  return {
    words,
    get isBusy() {
      return button.getAttribute("aria-disabled") === "true";
    },
    clear() {
      problem.hidden = true;
    },
    begin(text) {
      problem.hidden = true;
      button.setAttribute("aria-disabled", "true");
      label.textContent = text;
    },
    end() {
      button.removeAttribute("aria-disabled");
      label.textContent = atRest;
    },
    fail(text) {
      this.end();
      problem.textContent = text;
      problem.hidden = false;
    },
    /** To stop here and write the rest when the ride is over. */
    offerLater(keep) {
      const later = box.querySelector("[data-send-later]");
      later.hidden = !("indexedDB" in globalThis);
      later.addEventListener("click", () => !this.isBusy && keep());
    },
    keptNote() {
      const note = Object.assign(document.createElement("div"), { className: "notice warn", role: "status", textContent: words.kept });
      note.tabIndex = -1;
      queueMicrotask(() => note.focus());
      return note;
    },
    offerToDiscard() {
      const note = Object.assign(document.createElement("div"), { className: "notice calm row spread" });
      const discard = Object.assign(document.createElement("button"), { type: "button", className: "button small" });
      discard.textContent = words.discard;
      discard.addEventListener("click", () => {
        store(null);
        location.replace(location.pathname + location.search);
      });
      note.append(words.draft, discard);
      box.closest("form").prepend(note);
    },
  };
}

function store(draft) {
  try {
    if (draft) sessionStorage.setItem(draftKey, JSON.stringify(draft));
    else sessionStorage.removeItem(draftKey);
  } catch {
    // a browser that keeps nothing: the form works all the same
  }
}

/** RFC 9562, version 7; the same as in `outbox.js`, which isn't loaded as long as nothing waits. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, time = Date.now(); i >= 0; i--, time = Math.floor(time / 256)) bytes[i] = time % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey));
  } catch {
    return null;
  }
}

// Back to a form that was sent: start with a new one instead of sending the old one again.
addEventListener("pageshow", (event) => {
  if (event.persisted && !load()) location.reload();
});
