/*
 * Keeps on the phone what it takes to report without a network: the frame, the form with its categories, the list of what waits, and
 * the last area of the map. Never a page of a person. `version` and `assets` stand before this text (InstallRoutes.swift): any change
 * to what is kept makes a new worker, which takes the place of this one and of all it kept.
 */
importScripts(`/js/outbox.js?v=${assets}`);

const kept = `nuanxin ${version}`;
const area = `nuanxin ${version} area`;
const pages = ["/offline", "/offline/report", "/offline/unsent"];
const scripts = ["app", "exif", "kept", "nearby", "outbox", "picker", "place", "report", "unsent", "upload", "words"];
const files = ["/vendor/icons.svg", `/icon.svg?v=${assets}`, `/app.css?v=${assets}`, ...scripts.map((name) => `/js/${name}.js?v=${assets}`)];
/** The page that stands for another one when nobody answers. */
const copies = { "/reports/new": "/offline/report", "/reports/unsent": "/offline/unsent" };
const patience = 8000;

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  await keepAll([...pages, ...files]);
  await skipWaiting();
}

async function keepAll(addresses) {
  const cache = await caches.open(kept);
  await cache.addAll(addresses.map((address) => new Request(address, { cache: "reload" })));
}

async function activate() {
  for (const name of await caches.keys()) if (name !== kept && name !== area) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") return event.respondWith(page(event, url.pathname));
  if (files.includes(url.pathname + url.search)) return event.respondWith(keptOr(request));
  const isMap = url.pathname === "/map/outlines" || /^\/(vendor\/leaflet|vendor\/images|js\/map\.js)/.test(url.pathname);
  if (isMap) event.respondWith(lastArea(request));
});

/** The page from the server; from the phone when nobody answers, and for what was kept also when it takes too long. */
async function page(event, path) {
  const copy = copies[path];
  const asked = (async () => (await event.preloadResponse) ?? fetch(event.request))();
  const late = copy ? new Promise((resolve) => setTimeout(resolve, patience)) : new Promise(() => {});
  try {
    const answer = await Promise.race([asked, late]);
    // 502 to 504 come from what stands before a server that is away.
    if (answer && !(copy && [502, 503, 504].includes(answer.status))) return answer;
  } catch {
    // no network
  }
  asked.catch(() => {});
  return (await caches.match(copy ?? "/offline", { cacheName: kept })) ?? asked;
}

async function keptOr(request) {
  return (await caches.match(request, { cacheName: kept })) ?? fetch(request);
}

/** What the map of the last area is made of: the same for everybody. */
async function lastArea(request) {
  const cache = await caches.open(area);
  try {
    const answer = await fetch(request);
    if (answer.ok) {
      await cache.put(request, answer.clone());
      const keys = await cache.keys();
      await Promise.all(keys.slice(0, Math.max(0, keys.length - 40)).map((old) => cache.delete(old)));
    }
    return answer;
  } catch (error) {
    const last = await cache.match(request);
    if (last) return last;
    throw error;
  }
}

// The pages are kept in the language that is read.
addEventListener("message", (event) => event.waitUntil(speak(event.data?.language)));

async function speak(language) {
  const page = await caches.match("/offline", { cacheName: kept });
  if (language && page && page.headers.get("Content-Language") !== language) await keepAll(pages);
}

addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(send());
});

/** An error makes the browser try again later. */
async function send() {
  if (await outbox.flush({ force: true })) throw new Error("not sent yet");
}
