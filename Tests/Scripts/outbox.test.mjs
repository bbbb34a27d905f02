// What the queue on the phone decides: which answer means what, and what may be sent when.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const context = vm.createContext({ crypto: globalThis.crypto });
vm.runInContext(readFileSync(new URL("../../Public/js/outbox.js", import.meta.url), "utf8"), context);
const { outbox } = context;
const now = Date.UTC(2026, 10, 20, 4);

test("only a receipt ends it; a no keeps it; everything else is tried again", () => {
  const kind = (...answer) => outbox.judge(...answer).kind;
  assert.equal(kind(201), "sent");
  assert.equal(kind(200), "sent");
  for (const status of [0, 408, 409, 425, 429, 500, 502, 503, 504, 507]) assert.equal(kind(status), "later", status);
  for (const status of [204, 302, 400, 403, 404, 413, 415, 422]) assert.equal(kind(status), "refused", status);
  assert.equal(kind(401, "/problems/sign-in-required"), "signIn");
  assert.equal(kind(403, "/problems/forged-form"), "token");
  assert.equal(kind(403, "/problems/not-allowed"), "refused");
  assert.equal(kind(422, "/problems/report-key-used"), "keyUsed");
  assert.equal(kind(422, "/problems/case-photo-gone"), "photosGone");
  assert.equal(outbox.judge(503, "", 40).wait, 40);
});

test("it waits longer from try to try, a quarter of an hour at most, and never less than the server asks", () => {
  const delays = [1, 2, 3, 4, 5, 6, 100].map((tries) => outbox.delayAfter(tries) / 1000);
  assert.deepEqual(delays, [5, 15, 60, 300, 900, 900, 900]);
  assert.equal(outbox.delayAfter(1, 3600), 3_600_000);
  assert.equal(outbox.delayAfter(0), 5000);
});

test("what is written on, refused, deleted or sent doesn't go; what waits goes when its time has come, or at once when asked", () => {
  const may = (entry, force = false) => outbox.mayGo(entry, now, force);
  for (const state of ["held", "refused", "deleted", "sent"]) assert.ok(!may({ state }) && !may({ state }, true), state);
  for (const state of ["signIn", "sending", "waiting"]) assert.ok(may({ state }), state);
  assert.ok(!may({ state: "waiting", nextAt: now + 1 }));
  assert.ok(may({ state: "waiting", nextAt: now }) && may({ state: "waiting", nextAt: now + 1 }, true));
});

test("a deletion can be undone for ten seconds, a receipt is seen for a week, nothing else goes by itself", () => {
  const over = (entry) => outbox.isOver(entry, now);
  assert.ok(!over({ state: "deleted", deletedAt: now - 9999 }) && over({ state: "deleted", deletedAt: now - 10_000 }));
  const week = 7 * 86_400_000;
  assert.ok(!over({ state: "sent", receipt: { at: now - week + 1 } }) && over({ state: "sent", receipt: { at: now - week } }));
  for (const state of ["held", "waiting", "sending", "signIn", "refused"]) assert.ok(!over({ state, writtenAt: 0 }), state);
  assert.deepEqual(["held", "sent", "deleted", "refused"].map((state) => outbox.isUnsent({ state })), [true, false, false, true]);
});

test("keys are UUIDs of version 7, no two the same, sorted by time", () => {
  const keys = Array.from({ length: 500 }, outbox.newKey);
  for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(keys).size, keys.length);
  const times = keys.map((key) => key.slice(0, 13));
  assert.deepEqual(times, [...times].sort());
  assert.ok(Math.abs(parseInt(keys[0].slice(0, 13).replace("-", ""), 16) - Date.now()) < 5000);
});
