/**
 * The riders' report form: photos are sent while the rest is filled in, the place is found, nothing is lost when the network
 * or the page goes. The form works without this script; its words are in the templates.
 */

const version = new URL(import.meta.url).search;
const { photos } = await import(`./upload.js${version}`);
const { picker } = await import(`./picker.js${version}`);
const { place } = await import(`./place.js${version}`);
const { nearby } = await import(`./nearby.js${version}`);
const { noteOn } = await import(`./words.js${version}`);

const draftKey = "report-draft";
const form = document.querySelector("form#report");
if (form) enhance(form, { mayRestore: !form.querySelector("#errors, .error") });

/** @param {HTMLFormElement} form */
function enhance(form, { mayRestore }) {
  const fields = form.elements;
  let isRestoring = true;
  const category = picker(form.querySelector("[data-picker]"));
  const where = place(form.querySelector("[data-place]"), save);
  const images = photos(form.querySelector("[data-photos]"), {
    onChange: save,
    onChoose: where.findOnce,
    onPhoto: (photo) => where.offer(photo.position),
  });
  form.querySelectorAll("textarea[data-private]").forEach(noteOn);
  const near = nearby(form);
  const send = sender(form.querySelector("[data-send]"));

  if (mayRestore) restore();
  isRestoring = false;
  near.look();
  where.start();
  form.addEventListener("input", save);
  form.addEventListener("change", save);
  form.addEventListener("submit", submit);

  function save() {
    if (isRestoring) return;
    near.look();
    send.clear();
    form.querySelectorAll(".error[data-local]").forEach((error) => error.remove());
    const values = {};
    for (const name of ["id", "category", "address", "description", "identity", ...where.names]) {
      values[name] = fields[name]?.value ?? "";
    }
    // What was only offered isn't a choice: if it is taken back meanwhile, the draft doesn't bring it again.
    if (form.querySelector("[name=identity]:checked")?.defaultChecked) values.identity = "";
    store({ owner: form.dataset.owner, values, photos: images.done });
  }

  function restore() {
    const draft = load();
    if (!draft || draft.owner !== form.dataset.owner) {
      if (fields.id) fields.id.value = uuid7();
      return;
    }
    for (const [name, value] of Object.entries(draft.values)) {
      if (fields[name] && value) fields[name].value = value;
    }
    draft.photos.forEach((photo) => images.restore(photo));
    category.showChoice();
    const { category: chosen, address, description } = draft.values;
    if (draft.photos.length || chosen || address || description) send.offerToDiscard();
  }

  /** What the server would refuse anyway, said without waiting for it. */
  function firstProblem() {
    if (images.bad) return { text: send.words.photoFailed, target: images.bad.querySelector("button:not([hidden])") };
    if (!images.done.length && !images.isBusy && !fields.description.value.trim()) {
      return { text: send.words.nothing, target: form.querySelector(".shutter input"), field: "photo" };
    }
    if (!fields.category.value) return { text: send.words.noCategory, target: category.first, field: "category" };
    if (!where.isKnown) return { text: send.words.noPlace, target: fields.address, field: "position" };
  }

  function stopAt({ text, target, field }) {
    const box = field && form.querySelector(`#${field}`);
    form.querySelectorAll(".error[data-local]").forEach((error) => error.remove());
    if (box) {
      const error = Object.assign(document.createElement("p"), { className: "error", textContent: text });
      error.dataset.local = "";
      box.querySelector("legend").after(error);
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
    send.begin(images.isBusy ? send.words.photos : send.words.sending);
    await images.settled();
    problem = firstProblem();
    if (problem) return stopAt(problem);
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
      return send.fail(send.words.noNetwork);
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
    fail(text) {
      button.removeAttribute("aria-disabled");
      label.textContent = atRest;
      problem.textContent = text;
      problem.hidden = false;
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

function load() {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey));
  } catch {
    return null;
  }
}

/** RFC 9562, version 7: the time first, so that ids sort by it. */
function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let i = 5, time = Date.now(); i >= 0; i--, time = Math.floor(time / 256)) bytes[i] = time % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// Back to a form that was sent: start with a new one instead of sending the old one again.
addEventListener("pageshow", (event) => {
  if (event.persisted && !load()) location.reload();
});
