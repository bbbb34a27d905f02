/**
 * The reports that wait on this phone: kept in the phone's own store, sent one after the other, forgotten only after the server's
 * receipt. Pages import it, the service worker takes it in as a script: so it exports nothing and is known as `outbox`.
 *
 * An entry: {id, owner, state, values, photos: [{key, name, type, thumb?, capturedAt?, id?}], writtenAt, tries, nextAt, problem?, receipt?}.
 * `owner` says whose it is without saying who that is; nobody else on this phone is shown it. States: held (still being written),
 * waiting, sending, signIn, refused, deleted (for ten seconds), sent (only its receipt is left).
 */
globalThis.outbox = (() => {
  "use strict";
  const [undoMs, receiptMs] = [10_000, 7 * 86_400_000];
  const delays = [5, 15, 60, 300, 900];

  // MARK: Rules

  /** What an answer means for an entry. `type` is that of the problem details, `retryAfter` in seconds. */
  function judge(status, type = "", retryAfter = 0) {
    const name = type.split("/").pop();
    if (status === 200 || status === 201) return { kind: "sent" };
    if (status === 401) return { kind: "signIn" };
    if (status === 403 && name === "forged-form") return { kind: "token" };
    if (name === "report-key-used") return { kind: "keyUsed" };
    if (name === "case-photo-gone") return { kind: "photosGone" };
    if (status === 0 || status >= 500 || [408, 409, 425, 429].includes(status)) return { kind: "later", wait: retryAfter };
    return { kind: "refused" };
  }

  /** How long to wait after so many tries, in milliseconds. */
  function delayAfter(tries, retryAfter = 0) {
    return 1000 * Math.max(retryAfter, delays[Math.min(Math.max(tries, 1), delays.length) - 1]);
  }

  const isUnsent = (entry) => entry.state !== "sent" && entry.state !== "deleted";
  const mayGo = (entry, now, force) =>
    entry.state === "signIn" || entry.state === "sending" || (entry.state === "waiting" && (force || (entry.nextAt ?? 0) <= now));
  /** What is done with: it is kept no longer. */
  const isOver = (entry, now) =>
    (entry.state === "deleted" && entry.deletedAt + undoMs <= now) || (entry.state === "sent" && entry.receipt.at + receiptMs <= now);

  // MARK: The store

  let opened;
  const news = typeof BroadcastChannel === "function" ? new BroadcastChannel("outbox") : null;
  const listeners = new Set();
  news?.addEventListener("message", () => listeners.forEach((listener) => listener()));

  function tell() {
    news?.postMessage("changed");
    listeners.forEach((listener) => listener());
  }

  function open() {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("nuanxin", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("entries", { keyPath: "id" });
        request.result.createObjectStore("photos");
      };
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close();
        resolve(request.result);
      };
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  /** Does `work` in one transaction; what it returns may be a request, whose result is then the answer. */
  async function run(mode, work) {
    const db = await open();
    return new Promise((resolve, reject) => {
      const transaction = db.transaction(["entries", "photos"], mode, { durability: "strict" });
      const answer = work(transaction.objectStore("entries"), transaction.objectStore("photos"));
      transaction.oncomplete = () => resolve(answer instanceof IDBRequest ? answer.result : answer);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new DOMException("", "AbortError"));
    });
  }

  const get = (id) => run("readonly", (entries) => entries.get(id));
  const photo = (key) => run("readonly", (entries, photos) => photos.get(key));
  /** The entries of an owner, the newest first; what is over goes. */
  async function all(owner) {
    const now = Date.now();
    const found = await run("readonly", (entries) => entries.getAll());
    for (const entry of found) if (isOver(entry, now)) await forget(entry);
    return found.filter((entry) => entry.owner === owner && !isOver(entry, now)).sort((a, b) => b.writtenAt - a.writtenAt);
  }

  /** Keeps an entry with its photos: `blobs` by their keys, instead of the photos of `before`. All or nothing. */
  async function keep(entry, blobs = {}, before = []) {
    await run("readwrite", (entries, photos) => {
      for (const { key } of before) photos.delete(key);
      for (const [key, blob] of Object.entries(blobs)) photos.put(blob, key);
      entries.put(entry);
    });
    tell();
  }

  /** Changes an entry as it is at that moment; nothing when it is gone or `change` says `false`. */
  async function update(id, change) {
    let changed;
    await run("readwrite", (entries) => {
      const request = entries.get(id);
      request.onsuccess = () => {
        const entry = request.result;
        if (!entry || change(entry) === false) return;
        changed = entry;
        entries.put(entry);
      };
    });
    if (changed) tell();
    return changed;
  }

  async function forget(entry) {
    await run("readwrite", (entries, photos) => {
      for (const { key } of entry.photos) photos.delete(key);
      entries.delete(entry.id);
    });
    tell();
  }

  /** All of an owner's, when they leave this phone; or their receipts alone. */
  async function forgetAll(owner, { onlySent = false } = {}) {
    for (const entry of await all(owner)) if (!onlySent || !isUnsent(entry)) await forget(entry);
  }

  // MARK: Sending

  /** Sends what may go now, one after the other; only one page or worker does so at a time. Says whether something is left for later. */
  async function flush({ force = false } = {}) {
    const work = () => sendAll(force).catch(() => true);
    if (!navigator.locks) return work();
    return navigator.locks.request("outbox", { ifAvailable: true }, (lock) => (lock ? work() : false));
  }

  async function sendAll(force) {
    const now = Date.now();
    const due = (await run("readonly", (entries) => entries.getAll())).filter((entry) => mayGo(entry, now, force));
    if (!due.length) return false;
    let session = await who();
    if (!session) {
      for (const { id } of due) await update(id, (entry) => mayGo(entry, now, force) && void (entry.state = "signIn"));
      return false;
    }
    let isLeft = false;
    for (const { id } of due.filter((entry) => entry.owner === session.owner).sort((a, b) => a.writtenAt - b.writtenAt)) {
      const verdict = await send(id, session, now, force);
      if (verdict === "signIn") break;
      if (verdict === "token") session = (await who()) ?? session;
      if (verdict === "later" || verdict === "token") isLeft = true;
    }
    return isLeft;
  }

  /** Who is signed in; `null` for nobody. */
  async function who() {
    const { status, body } = await ask("/session", {}, 20_000);
    if (status === 200) return body;
    if (status === 401) return null;
    throw new Error("nobody answers");
  }

  async function send(id, session, now, force) {
    const entry = await update(id, (entry) => mayGo(entry, now, force) && void Object.assign(entry, { state: "sending", problem: undefined }));
    if (!entry) return;
    let answer = await sendPhotos(entry, session);
    if (!answer) {
      // From here on nobody knows what became of it until an answer is there.
      await update(id, (entry) => void (entry.isTried = true));
      answer = await ask("/reports", { method: "POST", body: form(entry, session) }, 60_000);
    }
    return settle(id, answer);
  }

  /** The photos that the server doesn't have yet, one by one, so that a break costs one of them. Says what went wrong. */
  async function sendPhotos(entry, session) {
    for (const [index, { key, name, type, id, capturedAt }] of entry.photos.entries()) {
      if (id) continue;
      const blob = await photo(key);
      if (!blob) return { status: 422, body: { errors: [{ field: "photo" }] }, isPhotos: true };
      const body = new FormData();
      if (capturedAt) body.append("capturedAt", new Date(capturedAt).toISOString());
      body.append("photo", new File([blob], name, { type }), name);
      const headers = { "X-Form-Token": session.formToken };
      const answer = await ask("/reports/photos", { method: "POST", body, headers }, 180_000);
      if (answer.status !== 201) return { ...answer, isPhotos: true };
      entry.photos[index].id = answer.body.id;
      await update(entry.id, (entry) => void (entry.photos[index].id = answer.body.id));
    }
  }

  function form({ id, values, photos }, session) {
    const body = new FormData();
    for (const [name, value] of Object.entries({ formToken: session.formToken, id, ...values })) body.append(name, value ?? "");
    for (const photo of photos) body.append("photoId", photo.id);
    return body;
  }

  /** Writes down what an answer means. */
  async function settle(id, { status, body, retryAfter, isPhotos }) {
    const verdict = judge(status, body?.type, retryAfter);
    if (verdict.kind === "sent") return sent(id, body);
    if (verdict.kind === "keyUsed") return findOut(id);
    const now = Date.now();
    await update(id, (entry) => {
      if (entry.state !== "sending") return false;
      entry.tries = (entry.tries ?? 0) + 1;
      entry.nextAt = now + delayAfter(entry.tries, verdict.wait);
      entry.state = "waiting";
      // A plain no means that the server doesn't have it.
      if (!isPhotos && ["refused", "photosGone"].includes(verdict.kind)) entry.isTried = false;
      if (verdict.kind === "signIn") entry.state = "signIn";
      if (verdict.kind === "photosGone") {
        // They wait a day on the server; the phone has them longer.
        entry.photos.forEach((photo) => delete photo.id);
        entry.nextAt = entry.tries < 4 ? now : entry.nextAt;
      }
      if (verdict.kind === "refused") {
        entry.state = "refused";
        entry.problem = { title: body?.title ?? "", detail: body?.detail ?? "", errors: body?.errors ?? [] };
        if (isPhotos && !entry.problem.errors.length) {
          entry.problem.errors = [{ field: "photo", detail: [body?.title, body?.detail].filter(Boolean).join(" ") }];
        }
      }
    });
    return verdict.kind === "photosGone" ? "later" : verdict.kind;
  }

  /** The receipt is there: of the report only that is left. `isOlder`: what was changed since then didn't go along. */
  async function sent(id, receipt, isOlder = false) {
    await run("readwrite", (entries, photos) => {
      const request = entries.get(id);
      request.onsuccess = () => {
        const entry = request.result;
        if (!entry) return;
        for (const { key } of entry.photos) photos.delete(key);
        const { owner, writtenAt, values } = entry;
        entries.put({
          id, owner, writtenAt, state: "sent", photos: [], values: { category: values.category, name: values.name },
          receipt: { number: receipt.number, url: receipt.url, at: Date.parse(receipt.receivedAt) || Date.now(), isOlder },
        });
      };
    });
    tell();
    return "sent";
  }

  /** The server has another report under this key: ours as it was before it was changed, or somebody's. */
  async function findOut(id) {
    const { status, body } = await ask(`/reports/${id}/receipt`, {}, 20_000);
    if (status === 200) return sent(id, body, true);
    if (status === 404) {
      // Certainly not ours: only now it may have a new key.
      await run("readwrite", (entries) => {
        const request = entries.get(id);
        request.onsuccess = () => {
          if (!request.result) return;
          entries.delete(id);
          entries.put({ ...request.result, id: newKey(), state: "waiting", isTried: false, nextAt: 0 });
        };
      });
      tell();
      return "later";
    }
    return settle(id, { status: status === 401 ? 401 : 0 });
  }

  /** Asks the server; an answer that never came has the status 0. */
  async function ask(path, request, patience) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), patience);
    try {
      const headers = { Accept: "application/json", ...request.headers };
      const answer = await fetch(path, { ...request, headers, signal: stop.signal, cache: "no-store" });
      const body = await answer.json().catch(() => null);
      // A page in between, as of a station's Wi-Fi, is no answer of ours.
      return { status: answer.ok && !body ? 0 : answer.status, body, retryAfter: Number(answer.headers.get("Retry-After")) || 0 };
    } catch {
      return { status: 0, body: null };
    } finally {
      clearTimeout(timer);
    }
  }

  /** RFC 9562, version 7: the time first, so that keys sort by it. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    for (let i = 5, time = Date.now(); i >= 0; i--, time = Math.floor(time / 256)) bytes[i] = time % 256;
    bytes[6] = (bytes[6] & 0x0f) | 0x70;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
  }

  return {
    all, delayAfter, flush, forget, forgetAll, get, isOver, isUnsent, judge, keep, mayGo, newKey, photo, update,
    onChange: (listener) => listeners.add(listener),
  };
})();
