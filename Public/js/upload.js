/**
 * Photos of a form (`widgets/photos.mustache`): each is sent as soon as it is chosen, shown as a tile with its progress, and
 * leaves only its id in the form. Without this script the files go along with the form. Where a report may wait on the phone, what
 * the network doesn't take stays here with its file.
 */

const version = new URL(import.meta.url).search;

const limit = 9;
const largest = 20 * 1024 * 1024;
const endings = /\.(jpe?g|png|webp|hei[cf])$/i;
const kinds = /^image\/(jpeg|png|webp|hei[cf])$/;

/**
 * @typedef {{id: string, url: string, position?: {lat: number, lng: number}, capturedAt?: string}} Photo
 * @param {HTMLElement} field the fieldset with `data-photos`
 * @param {{onChange?: () => void, onPhoto?: (photo: Photo) => void, onChoose?: () => void, keeps?: boolean, isOffline?: boolean}} [listener]
 *   `keeps`: files stay at hand, and a photo that nobody took in is no fault; `isOffline`: none is sent from here at all.
 */
export function photos(field, listener = {}) {
  const form = field.closest("form");
  const list = field.querySelector("[data-photo-list]");
  const template = field.querySelector("template");
  const status = field.querySelector("[data-photo-status]");
  const words = template.dataset;
  /** @type {Map<HTMLElement, {file?: File, state: "waiting" | "sending" | "done" | "bad" | "kept", photo?: Photo, request?: XMLHttpRequest, capturedAt?: number}>} */
  const tiles = new Map();
  let idle = [];

  field.classList.add("live");
  for (const input of field.querySelectorAll("input[type=file]")) {
    const take = () => {
      if (input.files.length) add([...input.files]);
      input.value = "";
    };
    input.addEventListener("change", take);
    // What was chosen before this script was there.
    queueMicrotask(take);
  }
  for (const tile of list.querySelectorAll("[data-photo-id]")) {
    restore({ id: tile.dataset.photoId, url: tile.querySelector("img").getAttribute("src") });
    tile.remove();
  }

  function makeTile() {
    const tile = template.content.firstElementChild.cloneNode(true);
    const part = (selector) => tile.querySelector(selector);
    part("[data-remove]").addEventListener("click", () => remove(tile));
    part("[data-retry]").addEventListener("click", () => {
      show(tile, "waiting");
      next();
    });
    list.append(tile);
    return tile;
  }

  /** Shows a photo that the server has already. */
  function restore(photo) {
    const tile = makeTile();
    tiles.set(tile, { state: "done" });
    finish(tile, photo);
  }

  /** Shows a photo that waited on the phone. */
  function restoreKept({ file, capturedAt, id }) {
    const tile = makeTile();
    tiles.set(tile, { file, state: "kept", capturedAt, photo: id ? { id } : undefined });
    preview(tile, file);
    showTime(tile, capturedAt);
    show(tile, "kept");
  }

  function preview(tile, file) {
    const image = tile.querySelector("img");
    image.src = URL.createObjectURL(file);
    image.onload = () => (image.hidden = false);
    image.onerror = () => (image.hidden = true);
  }

  /** When it was taken: by its metadata, else by the file, which a camera has just made. */
  async function look(tile, entry) {
    const { readExif } = await import(`./exif.js${version}`);
    const { capturedAt, position } = await readExif(entry.file);
    entry.capturedAt = capturedAt ?? (entry.file.lastModified > 0 ? entry.file.lastModified : undefined);
    showTime(tile, entry.capturedAt);
    if (position) listener.onPhoto?.({ position });
  }

  function showTime(tile, time) {
    const line = tile.querySelector("[data-taken]");
    if (!line || !time) return;
    const format = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    line.textContent = line.dataset.taken.replace("{time}", new Intl.DateTimeFormat(document.documentElement.lang, format).format(time));
    line.hidden = false;
  }

  function add(files) {
    if (files.length > 0) listener.onChoose?.();
    for (const file of files) {
      if (tiles.size >= limit) {
        say(words.tooMany);
        break;
      }
      const tile = makeTile();
      const entry = { file, state: "waiting" };
      tiles.set(tile, entry);
      preview(tile, file);
      if (listener.keeps) entry.looked = look(tile, entry).catch(() => {});
      if (!kinds.test(file.type) && !endings.test(file.name)) refuse(tile, words.notAPhoto, false);
      else if (file.size > largest) refuse(tile, words.tooLarge, false);
      else show(tile, "waiting");
    }
    next();
  }

  function show(tile, state) {
    tiles.get(tile).state = state;
    tile.className = `tile ${state}`;
    tile.querySelector(".state").textContent = words[state] ?? "";
    tile.querySelector(".error").hidden = state !== "bad";
    tile.querySelector("[data-retry]").hidden = listener.isOffline || !["bad", "kept"].includes(state);
    field.classList.toggle("full", tiles.size >= limit);
    listener.onChange?.();
  }

  function say(text) {
    status.textContent = text;
  }

  function refuse(tile, text, canRetry = true) {
    tile.querySelector(".error").textContent = text;
    show(tile, "bad");
    tile.querySelector("[data-retry]").hidden = !canRetry;
    say(text);
  }

  /** One photo after the other: on a weak network two at a time would both be late. */
  function next() {
    const states = [...tiles.values()].map((entry) => entry.state);
    if (states.includes("sending")) return;
    const waiting = [...tiles].find(([, entry]) => entry.state === "waiting");
    if (waiting && listener.isOffline) {
      show(waiting[0], "kept");
      return next();
    }
    if (waiting) return void send(...waiting);
    idle.splice(0).forEach((resolve) => resolve());
  }

  async function send(tile, entry) {
    show(tile, "sending");
    await entry.looked;
    if (!tiles.has(tile)) return next();
    const body = new FormData();
    if (entry.capturedAt) body.append("capturedAt", new Date(entry.capturedAt).toISOString());
    body.append("photo", entry.file, entry.file.name);
    const request = new XMLHttpRequest(); // not fetch: only this one tells how far it has come
    entry.request = request;
    request.open("POST", form.dataset.photoUrl);
    request.setRequestHeader("X-Form-Token", form.elements.formToken.value);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.timeout = 180_000;
    request.upload.onprogress = (event) => {
      tile.querySelector("progress").value = (100 * event.loaded) / event.total;
    };
    request.onload = () => {
      const answer = request.response ?? {};
      if (request.status === 201 && answer.id) finish(tile, answer);
      else {
        // What is wrong with the photo itself is wrong the second time, too.
        const mayWorkLater = request.status >= 500 || [0, 401, 403, 408, 429].includes(request.status);
        if (mayWorkLater && listener.keeps) return keep(tile);
        const said = [answer.title, answer.errors?.[0]?.detail ?? answer.detail].filter(Boolean).join("\n");
        refuse(tile, said || words.noNetwork, mayWorkLater);
      }
    };
    request.onerror = request.ontimeout = () => (listener.keeps ? keep(tile) : refuse(tile, words.noNetwork));
    request.onloadend = next;
    request.send(body);
  }

  function keep(tile) {
    show(tile, "kept");
    say(words.kept);
  }

  function finish(tile, photo) {
    const entry = tiles.get(tile);
    entry.photo = photo;
    if (!listener.keeps) entry.file = undefined;
    const image = tile.querySelector("img");
    if (photo.url) {
      image.onload = null;
      image.src = photo.url;
      image.hidden = false;
    }
    const input = Object.assign(document.createElement("input"), { type: "hidden", name: "photoId", value: photo.id });
    tile.append(input);
    show(tile, "done");
    say(words.done);
    listener.onPhoto?.(photo);
  }

  function remove(tile) {
    const { request } = tiles.get(tile);
    const neighbour = tile.nextElementSibling ?? tile.previousElementSibling;
    tiles.delete(tile);
    tile.remove();
    request?.abort();
    field.classList.toggle("full", tiles.size >= limit);
    say(words.removed);
    (neighbour?.querySelector("[data-remove]") ?? field.querySelector("input[type=file]")).focus();
    listener.onChange?.();
    next();
  }

  return {
    restore,
    restoreKept,
    get done() {
      return [...tiles.values()].flatMap((entry) => (entry.state === "done" ? entry.photo : []));
    },
    /** Whether one of them is on this phone only. */
    get isKept() {
      return [...tiles.values()].some((entry) => entry.state === "kept");
    },
    /** All that can still be sent, with its file where it is at hand. */
    get all() {
      return [...tiles.values()].filter((entry) => entry.state !== "bad");
    },
    /** The first tile that failed. */
    get bad() {
      return [...tiles.keys()].find((tile) => tiles.get(tile).state === "bad");
    },
    get isBusy() {
      return [...tiles.values()].some((entry) => entry.state === "sending" || entry.state === "waiting");
    },
    /** Waits until nothing is under way any more. */
    settled() {
      return this.isBusy ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve();
    },
  };
}
