/** Between the report form and what waits on this phone: puts a form into the outbox, and an entry back into the form. */

const version = new URL(import.meta.url).search;
await import(`./outbox.js${version}`);
const { outbox } = globalThis;
const names = ["category", "address", "description", "identity", "lat", "lng", "accuracy", "positionSource"];

/**
 * @param {HTMLFormElement} form
 * @param {{owner: string, state: "waiting" | "held", isTried: boolean, name: string}} as `isTried`: the server may have it already.
 */
export async function keep(form, images, { owner, state, isTried, name }) {
  const id = form.elements.id.value || outbox.newKey();
  const before = await outbox.get(id);
  // Sent meanwhile: the receipt stays, and says that what was changed didn't go along.
  if (before?.state === "sent") return void (await outbox.update(id, (entry) => void (entry.receipt.isOlder = true)));
  const blobs = {};
  const photos = [];
  for (const { file, photo, capturedAt } of images.all) {
    const key = outbox.newKey();
    if (file) blobs[key] = file;
    photos.push({
      key, capturedAt, id: photo?.id, name: file?.name ?? "photo.jpg", type: file?.type ?? "", thumb: file && (await thumbnail(file)),
      url: file ? undefined : photo?.url,
    });
  }
  const values = Object.fromEntries(names.map((name) => [name, form.elements[name]?.value ?? ""]));
  values.name = name;
  await outbox.keep({
    id, owner, state, values, photos, writtenAt: before?.writtenAt ?? Date.now(), tries: 0, nextAt: 0,
    isTried: isTried || Boolean(before?.isTried),
  }, blobs, before?.photos);
  // Asked once: a phone that is full throws away first what nobody asked it to keep.
  navigator.storage?.persist?.().catch(() => {});
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("outbox").catch(() => {});
}

/** Fills the form with an entry, which isn't sent as long as it is written on. Nothing when it is gone, sent or another's. */
export async function takeUp(id, owner, form, images) {
  const found = await outbox.get(id);
  if (!found || found.owner !== owner || !outbox.isUnsent(found)) return undefined;
  const entry = await outbox.update(id, (entry) => outbox.isUnsent(entry) && void (entry.state = "held"));
  if (!entry) return undefined;
  form.elements.id.value = id;
  for (const name of names) if (form.elements[name]) form.elements[name].value = entry.values[name] ?? "";
  for (const { key, name, type, capturedAt, id, url } of entry.photos) {
    const blob = await outbox.photo(key);
    if (blob) images.restoreKept({ file: new File([blob], name, { type }), capturedAt, id });
    else if (id) images.restore({ id, url });
  }
  return entry;
}

/** Something small to know it by; the file itself is sent as the camera made it. */
async function thumbnail(file) {
  try {
    const picture = await createImageBitmap(file, { resizeWidth: 160, resizeQuality: "medium" });
    const canvas = Object.assign(document.createElement("canvas"), { width: picture.width, height: picture.height });
    canvas.getContext("2d").drawImage(picture, 0, 0);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined), "image/jpeg", 0.7));
  } catch {
    return undefined; // a kind that this browser can't show
  }
}
