/**
 * When and where a camera says a photo was taken, read on the phone before anything is sent. Only JPEG; the server reads the others.
 * Nothing in a file is trusted: whatever leads out of it, or round in circles, is left out.
 */

const wholeDay = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/;
/** Metadata stands at the beginning. */
export const headBytes = 256 * 1024;

/**
 * @param {Blob} file
 * @returns {Promise<{capturedAt?: number, position?: {lat: number, lng: number}}>}
 */
export async function readExif(file) {
  try {
    return parseExif(await file.slice(0, headBytes).arrayBuffer());
  } catch {
    return {};
  }
}

/** @param {ArrayBuffer} buffer */
export function parseExif(buffer) {
  const view = new DataView(buffer);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return {};
  for (let at = 2; at + 4 <= view.byteLength; ) {
    const marker = view.getUint16(at);
    if (marker < 0xffe0 && marker !== 0xffdb && marker !== 0xffc0) return {};
    const length = view.getUint16(at + 2);
    if (length < 2) return {};
    const isExif = marker === 0xffe1 && at + 10 <= view.byteLength && view.getUint32(at + 4) === 0x45786966;
    if (isExif) return readTiff(new DataView(buffer, at + 10, Math.min(length - 8, view.byteLength - at - 10)));
    at += 2 + length;
  }
  return {};
}

function readTiff(view) {
  if (view.byteLength < 8) return {};
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return {};
  const little = order === 0x4949;
  const root = readFields(view, view.getUint32(4, little), little);
  const exif = readFields(view, number(root.get(0x8769)), little);
  const gps = readFields(view, number(root.get(0x8825)), little);
  const found = {};
  const capturedAt = instant(exif.get(0x9003), exif.get(0x9011));
  const lat = degrees(gps.get(1), gps.get(2), "S", 90);
  const lng = degrees(gps.get(3), gps.get(4), "W", 180);
  if (capturedAt) found.capturedAt = capturedAt;
  if (lat !== undefined && lng !== undefined && (lat !== 0 || lng !== 0)) found.position = { lat, lng };
  return found;
}

/** The fields of one directory that are text, whole numbers or fractions. */
function readFields(view, at, little) {
  const fields = new Map();
  if (!at || at + 2 > view.byteLength) return fields;
  const count = Math.min(view.getUint16(at, little), 200);
  for (let i = 0; i < count; i++) {
    const entry = at + 2 + 12 * i;
    if (entry + 12 > view.byteLength) break;
    const [type, size] = [view.getUint16(entry + 2, little), view.getUint32(entry + 4, little)];
    const width = { 2: 1, 3: 2, 4: 4, 5: 8 }[type];
    if (!width || size === 0 || size > 64) continue;
    const place = width * size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (place + width * size > view.byteLength) continue;
    const values = [];
    for (let k = 0; k < size; k++) {
      const spot = place + k * width;
      if (type === 2) values.push(view.getUint8(spot));
      else if (type === 3) values.push(view.getUint16(spot, little));
      else if (type === 4) values.push(view.getUint32(spot, little));
      else values.push(view.getUint32(spot, little) / view.getUint32(spot + 4, little));
    }
    fields.set(view.getUint16(entry, little), values);
  }
  return fields;
}

const number = (values) => values?.[0] ?? 0;
const text = (values) => String.fromCharCode(...(values ?? [])).replace(/\0.*$/s, "");

/** With its offset when the camera wrote one, else by the phone's own zone. */
function instant(time, offset) {
  const parts = wholeDay.exec(text(time))?.slice(1).map(Number);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts;
  if (year < 1990 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  const zone = /^([+-])(\d\d):(\d\d)$/.exec(text(offset));
  if (!zone) return new Date(year, month - 1, day, hour, minute, second).getTime();
  const ahead = (zone[1] === "-" ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3]));
  return Date.UTC(year, month - 1, day, hour, minute, second) - ahead * 60_000;
}

function degrees(side, values, negative, limit) {
  if (!values || values.length !== 3 || !values.every(Number.isFinite)) return undefined;
  const size = values[0] + values[1] / 60 + values[2] / 3600;
  if (size > limit) return undefined;
  return text(side).startsWith(negative) ? -size : size;
}
