// What the phone reads of a photo before it is sent: the right thing from a camera's file, nothing from a broken one, and no error ever.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const source = readFileSync(new URL("../../Public/js/exif.js", import.meta.url));
const { parseExif } = await import(`data:text/javascript;base64,${source.toString("base64")}`);

/** A JPEG of nothing but its metadata. `fields`: [tag, type, values] of the three directories. */
function jpeg({ root = [], exif = [], gps = [], little = false } = {}) {
  const tiff = new DataView(new ArrayBuffer(2048));
  const u16 = (at, value) => tiff.setUint16(at, value, little);
  const u32 = (at, value) => tiff.setUint32(at, value, little);
  let free = 1024;
  const directory = (at, fields) => {
    u16(at, fields.length);
    fields.forEach(([tag, type, values], index) => {
      const entry = at + 2 + 12 * index;
      const width = { 2: 1, 3: 2, 4: 4, 5: 8 }[type];
      u16(entry, tag);
      u16(entry + 2, type);
      u32(entry + 4, values.length);
      let place = entry + 8;
      if (width * values.length > 4) {
        u32(place, free);
        place = free;
        free += width * values.length;
      }
      values.forEach((value, k) => {
        if (type === 2) tiff.setUint8(place + k, value);
        else if (type === 3) u16(place + 2 * k, value);
        else if (type === 4) u32(place + 4 * k, value);
        else {
          u32(place + 8 * k, value[0]);
          u32(place + 8 * k + 4, value[1]);
        }
      });
    });
  };
  tiff.setUint16(0, little ? 0x4949 : 0x4d4d);
  u16(2, 42);
  u32(4, 8);
  directory(8, [...root, [0x8769, 4, [256]], [0x8825, 4, [512]]]);
  directory(256, exif);
  directory(512, gps);
  const length = tiff.byteLength + 8;
  const head = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xe1, length >> 8, length & 255, 0x45, 0x78, 0x69, 0x66, 0, 0];
  return new Uint8Array([...head, ...new Uint8Array(tiff.buffer), 0xff, 0xd9]);
}

const ascii = (text) => [...`${text}\0`].map((letter) => letter.charCodeAt(0));
const whole = (little) => jpeg({
  little,
  exif: [[0x9003, 2, ascii("2026:11:20 11:42:05")], [0x9011, 2, ascii("+08:00")]],
  gps: [[1, 2, ascii("N")], [2, 5, [[41, 1], [47, 1], [2436, 100]]], [3, 2, ascii("E")], [4, 5, [[123, 1], [27, 1], [72, 100]]]],
});

for (const little of [true, false]) {
  test(`time and place of a camera, ${little ? "little" : "big"} end first`, () => {
    const { capturedAt, position } = parseExif(whole(little).buffer);
    assert.equal(new Date(capturedAt).toISOString(), "2026-11-20T03:42:05.000Z");
    assert.ok(Math.abs(position.lat - 41.7901) < 1e-6 && Math.abs(position.lng - 123.4502) < 1e-6);
  });
}

test("south and west are below nothing", () => {
  const gps = [[1, 2, ascii("S")], [2, 5, [[33, 1], [0, 1], [0, 1]]], [3, 2, ascii("W")], [4, 5, [[70, 1], [30, 1], [0, 1]]]];
  assert.deepEqual(parseExif(jpeg({ gps }).buffer).position, { lat: -33, lng: -70.5 });
});

test("what can't be is left out", () => {
  const place = (lat, lng) => [[1, 2, ascii("N")], [2, 5, lat], [3, 2, ascii("E")], [4, 5, lng]];
  const fine = [[10, 1], [0, 1], [0, 1]];
  for (const gps of [
    place([[91, 1], [0, 1], [0, 1]], fine), place(fine, [[181, 1], [0, 1], [0, 1]]), place([[1, 0], [0, 1], [0, 1]], fine),
    place([[10, 1]], fine), place([[0, 1], [0, 1], [0, 1]], [[0, 1], [0, 1], [0, 1]]),
  ]) assert.equal(parseExif(jpeg({ gps }).buffer).position, undefined);
  for (const time of ["0000:00:00 00:00:00", "2026:13:01 00:00:00", "2026:11:20 25:00:00", "today"]) {
    assert.equal(parseExif(jpeg({ exif: [[0x9003, 2, ascii(time)]] }).buffer).capturedAt, undefined, time);
  }
});

test("no piece of a file and no damage to it makes an error", () => {
  let seed = 7;
  const next = () => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0);
  for (const little of [true, false]) {
    const file = whole(little);
    for (let length = 0; length < file.length; length += length < 700 ? 1 : 37) parseExif(file.slice(0, length).buffer);
    for (let round = 0; round < 3000; round++) {
      const damaged = file.slice();
      for (let k = 0; k < 1 + (next() >>> 16) % 6; k++) damaged[(next() >>> 8) % 700] = (next() >>> 16) & 255;
      parseExif(damaged.buffer);
    }
  }
  assert.deepEqual(parseExif(new ArrayBuffer(0)), {});
  assert.deepEqual(parseExif(new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, 0, 0, 0]).buffer), {});
});
