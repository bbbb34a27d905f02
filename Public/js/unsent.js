/** The page of the reports that wait on this phone: what each waits for, and what can be done about it. */

const version = new URL(import.meta.url).search;
const app = await import(`./app.js${version}`);
const page = document.querySelector("[data-unsent-page]");
const words = page.dataset;
const part = (name) => page.querySelector(`[data-${name}]`);
const template = part("entry-template");
const shown = new Map();
let outbox;
let ticking;
let drawing = Promise.resolve();

try {
  outbox = await app.box();
  outbox.onChange(draw);
  await draw();
  await app.watchOver();
} catch {
  part("broken").hidden = false;
}

/** One after the other: two at a time would draw an entry twice. */
function draw() {
  drawing = drawing.then(drawNow).catch(() => (part("broken").hidden = false));
  return drawing;
}

async function drawNow() {
  const entries = await outbox.all(app.whose());
  part("nobody").hidden = Boolean(app.whose());
  part("empty").hidden = !app.whose() || entries.length > 0;
  part("offline").hidden = navigator.onLine || !entries.some(outbox.isUnsent);
  for (const [id, row] of shown) if (!entries.some((entry) => entry.id === id)) remove(id, row);
  for (const entry of entries) {
    const row = shown.get(entry.id) ?? make(entry);
    // A row that says the same as before is left alone: whoever has the focus in it keeps it.
    const says = JSON.stringify([entry.state, entry.problem, entry.receipt, entry.photos.map((photo) => photo.id), entry.values]);
    if (row.dataset.says === says) continue;
    row.dataset.says = says;
    fill(row, entry);
  }
  clearTimeout(ticking);
  if (entries.some((entry) => entry.state === "deleted")) ticking = setTimeout(draw, 1000);
}

function make(entry) {
  const row = template.content.firstElementChild.cloneNode(true);
  shown.set(entry.id, row);
  const on = (name, act) => row.querySelector(`[data-${name}]`).addEventListener("click", act);
  row.querySelector("[data-edit]").href = `/reports/new?unsent=${entry.id}`;
  on("send", async () => {
    await outbox.update(entry.id, (now) => outbox.isUnsent(now) && void Object.assign(now, { state: "waiting", nextAt: 0 }));
    if (!navigator.onLine) return say(words.stillOffline);
    await app.sendWaiting({ force: true });
  });
  on("delete", async () => {
    await outbox.update(entry.id, (now) => {
      if (now.state === "sent") return false;
      Object.assign(now, { before: now.state === "sending" ? "waiting" : now.state, state: "deleted", deletedAt: Date.now() });
    });
    row.querySelector("[data-undo]").focus();
  });
  on("undo", async () => {
    await outbox.update(entry.id, (now) => now.state === "deleted" && void Object.assign(now, { state: now.before }));
    row.querySelector("[data-delete]").focus();
    await app.sendWaiting();
  });
  on("clear", async () => {
    const found = await outbox.get(entry.id);
    if (found) await outbox.forget(found);
  });
  part("list").append(row);
  return row;
}

function remove(id, row) {
  const hadFocus = row.contains(document.activeElement);
  row.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  row.remove();
  shown.delete(id);
  if (hadFocus) page.querySelector("h1").focus();
}

function fill(row, entry) {
  const { state, values, photos, receipt, problem } = entry;
  const set = (name, text) => {
    const element = row.querySelector(`[data-${name}]`);
    element.textContent = text;
    element.hidden = !text;
  };
  const title = values.name || words.untitled;
  set("title", title);
  const place = values.address || (values.lat ? words.position : "");
  set("facts", [place, time(entry.writtenAt), photos.length ? words.photos.replace("{count}", photos.length) : ""].filter(Boolean).join(" · "));
  const taken = photos.map((photo) => photo.capturedAt).filter(Boolean);
  set("taken", taken.length ? words.taken.replace("{time}", time(Math.min(...taken))) : "");
  const said = { held: "held", waiting: "waiting", sending: "sending", signIn: "signIn", refused: "refused", deleted: "deleted", sent: "sent" }[state];
  const tag = row.querySelector("[data-state]");
  tag.textContent = words[said];
  tag.className = `tag ${{ sent: "good", refused: "late", signIn: "warn", waiting: "warn", held: "calm", sending: "calm" }[state] ?? ""}`;
  set("words", state === "sent" ? words.receipt.replace("{number}", receipt.number).replace("{time}", time(receipt.at)) : words[`${said}Note`] ?? "");
  set("older", receipt?.isOlder ? words.older : "");
  const details = problem?.errors.length ? problem.errors.map((error) => error.detail) : [problem?.title, problem?.detail];
  set("problem", state === "refused" ? details.filter(Boolean).join(" ") : "");
  set("maybe", state === "deleted" && entry.isTried ? words.maybe : "");
  const sending = row.querySelector("progress");
  sending.hidden = state !== "sending";
  sending.max = photos.length + 1;
  sending.value = photos.filter((photo) => photo.id).length;
  const shows = { edit: !["sending", "sent", "deleted"].includes(state), send: ["held", "waiting"].includes(state), "sign-in": state === "signIn",
    delete: !["sending", "sent", "deleted"].includes(state), undo: state === "deleted", open: state === "sent", clear: state === "sent" };
  for (const [name, isShown] of Object.entries(shows)) row.querySelector(`[data-${name}]`).hidden = !isShown;
  // Who had the focus on a button that went stays at this report.
  if (row.contains(document.activeElement) && document.activeElement.hidden) row.focus();
  // What leads on stands out.
  row.querySelector("[data-edit]").classList.toggle("act", ["held", "refused"].includes(state));
  row.querySelector("[data-send]").classList.toggle("act", state === "waiting");
  if (receipt) row.querySelector("[data-open]").href = receipt.url;
  row.querySelector("[data-sign-in]").href = "/sign-in?to=/reports/unsent";
  for (const name of ["edit", "send", "delete", "undo", "clear", "open"]) {
    const button = row.querySelector(`[data-${name}]`);
    button.setAttribute("aria-label", `${button.textContent.trim()} · ${title}`);
  }
  pictures(row, photos);
  tell(row, state, `${title} · ${words[said]}`);
}

function pictures(row, photos) {
  const list = row.querySelector("[data-photos]");
  const key = photos.map((photo) => photo.key).join();
  if (list.dataset.keys === key) return;
  list.dataset.keys = key;
  list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
  list.replaceChildren(...photos.slice(0, 9).map((photo, index) => {
    const item = document.createElement("li");
    const alt = words.photo.replace("{number}", index + 1);
    if (!photo.thumb && !photo.url) {
      item.className = "tile";
      item.append(Object.assign(document.createElement("p"), { className: "state", textContent: alt }));
    } else item.append(Object.assign(document.createElement("img"), { src: photo.thumb ? URL.createObjectURL(photo.thumb) : photo.url, alt }));
    return item;
  }));
}

/** For who listens: what an entry has become, not what it was when the page opened. */
function tell(row, state, text) {
  const before = row.dataset.said;
  row.dataset.said = state;
  if (before && before !== state) say(text);
}

function say(text) {
  part("status").textContent = text;
}

function time(at) {
  const format = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(document.documentElement.lang, format).format(at);
}

addEventListener("online", draw);
addEventListener("offline", draw);
