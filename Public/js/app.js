/**
 * On every page: keeps the application on the phone, says how many reports wait on it, and sends them when it can. What that needs
 * is loaded only when something waits.
 */

const version = new URL(import.meta.url).search;
const { owner, offline } = document.body.dataset;
const memory = {
  get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
  set: (key, value) => { try { value === null ? localStorage.removeItem(key) : localStorage.setItem(key, value); } catch { /* kept nowhere */ } },
};
let timer;

// Whose reports are shown without a network: those of who was here last and hasn't left.
if (owner) memory.set("owner", owner);

/** The owner as far as this phone knows. */
export const whose = () => owner || memory.get("owner") || "";

export async function box() {
  await import(`./outbox.js${version}`);
  return globalThis.outbox;
}

/** Sends what waits, and says how many are left. `force`: now, whatever went wrong before. */
export async function sendWaiting({ force = false } = {}) {
  const { outbox } = globalThis;
  if (!outbox) return;
  const isLeft = await outbox.flush({ force });
  const next = (await count()).map((entry) => entry.nextAt ?? 0).filter((at) => at > Date.now());
  clearTimeout(timer);
  if (isLeft || next.length) timer = setTimeout(sendWaiting, Math.max(1000, Math.min(...next, Date.now() + 60_000) - Date.now()));
}

async function count() {
  const entries = (await globalThis.outbox.all(whose())).filter(globalThis.outbox.isUnsent);
  memory.set("unsent", entries.length ? `${whose()} ${entries.length}` : null);
  show(entries.length);
  return entries.filter((entry) => entry.state === "waiting");
}

function show(number) {
  for (const box of document.querySelectorAll("[data-unsent]")) {
    box.hidden = number === 0;
    for (const part of box.querySelectorAll("[data-unsent-count]")) part.textContent = String(number);
  }
}

export async function watchOver() {
  const outbox = await box();
  outbox.onChange(() => count().catch(() => {}));
  await count();
  await sendWaiting();
}

async function begin() {
  const [whoseCount, number] = (memory.get("unsent") ?? "").split(" ");
  if (whoseCount && whoseCount === whose()) {
    show(Number(number));
    await watchOver();
  }
}

addEventListener("online", () => sendWaiting({ force: true }));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") sendWaiting();
});
begin().catch(() => {});

// Who leaves is told of what would stay behind.
for (const form of document.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", leave);

async function leave(event) {
  if (!("indexedDB" in globalThis)) return;
  event.preventDefault();
  const form = event.target;
  const dialog = document.querySelector("dialog[data-leave]");
  const go = async (drops) => {
    await globalThis.outbox?.forgetAll(whose(), { onlySent: !drops }).catch(() => {});
    for (const key of ["owner", "unsent"]) memory.set(key, null);
    try { sessionStorage.removeItem("report-draft"); } catch { /* kept nowhere */ }
    form.submit();
  };
  let unsent = [];
  try {
    unsent = (await (await box()).all(whose())).filter((entry) => globalThis.outbox.isUnsent(entry));
  } catch {
    // a browser that keeps nothing
  }
  if (!unsent.length || !dialog?.showModal) return go(false);
  dialog.querySelector("[data-leave-count]").textContent = String(unsent.length);
  dialog.addEventListener("close", () => dialog.returnValue && go(dialog.returnValue === "drop"), { once: true });
  dialog.returnValue = "";
  dialog.showModal();
}

// A copy that was kept must not bring back the worker that kept it.
if ("serviceWorker" in navigator && offline === undefined) {
  navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {});
  navigator.serviceWorker.ready.then((registration) => registration.active?.postMessage({ language: document.documentElement.lang }));
}
