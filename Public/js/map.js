/**
 * Maps with Leaflet, loaded only where one is opened. With no tile service the base is our own outlines of territories, which
 * is a schematic map and says so. Everything inside is WGS-84; `data-crs="gcj02"` shifts at the edge, for tiles that need it.
 */

const library = "/vendor/leaflet-1.9.4";
/** Where a map opens that was told nothing: the whole country. */
const start = { lat: 35.5, lng: 104, zoom: 4 };

/** Levels of outlines, and the zoom from which each is worth showing. */
const levels = [["community", 15], ["township", 11.5], ["county", 8.5], ["city", 6], ["province", 0]];

/** @type {WeakMap<HTMLElement, Promise>} */
const opened = new WeakMap();

let loading;
function leaflet() {
  loading ??= new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${library}.css` });
    const script = Object.assign(document.createElement("script"), { src: `${library}.js`, onerror: reject });
    script.onload = () => resolve(window.L);
    document.head.prepend(style); // before our own, which has the last word
    document.head.append(script);
  });
  return loading;
}

/**
 * Puts a map into `element` (`widgets/map.mustache`).
 * @param {HTMLElement} element
 * @param {{aims?: boolean}} [options] `aims`: with a cross in the middle, to point at a place
 * @returns the Leaflet map, or nothing when it can't be had
 */
export function openMap(element, options = {}) {
  if (!opened.has(element)) opened.set(element, make(element, options));
  return opened.get(element);
}

async function make(element, { aims = false }) {
  const data = element.dataset;
  const points = data.points ? JSON.parse(data.points) : [];
  if (!aims && !data.lat && !points.length) return undefined; // nothing to show: the box stays folded
  let L;
  try {
    L = await leaflet();
  } catch {
    element.classList.add("failed");
    element.textContent = data.failed;
    return undefined;
  }
  const map = L.map(element, {
    crs: data.crs === "gcj02" ? shifted(L) : L.CRS.EPSG3857,
    zoomControl: false, zoomSnap: 0.5, maxZoom: 19, minZoom: 4, worldCopyJump: true,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: data.zoomIn, zoomOutTitle: data.zoomOut }).addTo(map);
  element.setAttribute("role", "region");
  element.setAttribute("aria-label", data.label);
  if (aims) {
    element.classList.add("aims");
    map.on("click", (event) => map.panTo(event.latlng));
  }

  const here = data.lat && data.lng ? L.latLng(+data.lat, +data.lng) : undefined;
  // Outlines alone say little from close by.
  if (here) map.setView(here, +data.zoom || (data.tiles ? 16 : 14));
  else if (points.length) map.fitBounds(L.latLngBounds(points.map((point) => [point.lat, point.lng])).pad(0.2), { maxZoom: 15 });
  else map.setView([start.lat, start.lng], start.zoom);

  if (data.tiles) {
    const scheme = data.tiles.includes("{s}") ? { subdomains: "01234567" } : {};
    L.tileLayer(data.tiles, { attribution: data.tilesAttribution, maxZoom: 19, ...scheme }).addTo(map);
  } else if (data.outlines) {
    map.attributionControl.addAttribution(data.schematic);
    const pins = [...points.map((point) => L.latLng(point.lat, point.lng)), here].filter(Boolean);
    outlines(L, map, data, () => (aims ? [map.getCenter()] : pins));
  }
  if (here && !aims) {
    if (+data.accuracy > 20) L.circle(here, { radius: +data.accuracy, color: "#2f5d8a", weight: 1, fillOpacity: 0.1 }).addTo(map);
    pin(L, map, { lat: here.lat, lng: here.lng, title: data.here, state: "" });
  }
  for (const point of points) pin(L, map, point);
  return map;
}

function pin(L, map, { id, lat, lng, title, state, url }) {
  const icon = L.divIcon({ className: `pin ${state ?? ""}`, iconSize: [20, 20], iconAnchor: [10, 24] });
  const marker = L.marker([lat, lng], { icon, title, keyboard: Boolean(url) }).addTo(map);
  const element = marker.getElement();
  element.setAttribute("aria-label", title);
  element.setAttribute("role", url ? "link" : "img");
  if (id) element.dataset.point = id;
  if (url) marker.on("click", () => location.assign(url));
}

/** Territories as the base of the map; fetched again when the view leaves what is there. */
function outlines(L, map, data, pins) {
  const layer = L.geoJSON(undefined, {
    interactive: false,
    style: { color: "#a39884", weight: 1.2, fillColor: "#f7f2e9", fillOpacity: 1 },
    onEachFeature: (feature, shape) => {
      const name = feature.properties?.name;
      if (name) shape.bindTooltip(name, { permanent: true, direction: "center", className: "map-label", interactive: false });
    },
  }).addTo(map);
  let covered;
  let level;
  let asked;

  async function load() {
    const zoom = map.getZoom();
    const wanted = data.level ? [data.level] : levels.filter(([, from]) => zoom >= from).map(([name]) => name);
    if (covered?.contains(map.getBounds()) && wanted[0] === level) return;
    const bounds = map.getBounds().pad(0.5);
    const question = (asked = {});
    try {
      // A level that nobody has drawn here gives way to the next coarser one.
      for (const name of wanted) {
        const answer = await fetch(`${data.outlines}?bbox=${bounds.toBBoxString()}&level=${name}`);
        if (!answer.ok || question !== asked) return;
        const shapes = await answer.json();
        if (!shapes.features.length) continue;
        layer.clearLayers().addData(shapes);
        layer.bringToBack();
        break;
      }
      [covered, level] = [bounds, wanted[0]];
      placeNames();
    } catch {
      // the map stays plain; the page doesn't depend on it
    }
  }

  /** A name stands in the middle of what can be seen of its territory, and not on a pin. */
  function placeNames() {
    const view = map.getPixelBounds();
    const taken = pins().map((pin) => map.project(pin));
    layer.eachLayer((shape) => {
      const name = shape.getTooltip();
      if (!name) return;
      const seen = largest(shape.getLatLngs(), (ring) => L.PolyUtil.clipPolygon(ring.map((point) => map.project(point)), view));
      const isFree = (spot) => taken.every((pin) => pin.distanceTo(spot) > 30);
      const spots = seen.area > 5000 ? [0, -34, 34].map((down) => seen.middle.add([0, down])) : [];
      const spot = spots.find(isFree);
      name.setOpacity(spot ? 1 : 0);
      if (spot) name.setLatLng(map.unproject(spot));
    });
  }
  map.on("moveend", load);
  map.on("moveend", placeNames);
  load();
}

/** The largest piece of a shape of many rings, each cut by `cut`: its area and the middle of it, in pixels. */
function largest(rings, cut) {
  if (Array.isArray(rings[0])) {
    return rings.map((inner) => largest(inner, cut)).reduce((best, other) => (other.area > best.area ? other : best));
  }
  const points = rings.length ? cut(rings) : [];
  let [area, x, y] = [0, 0, 0];
  points.forEach((point, index) => {
    const next = points[(index + 1) % points.length];
    const cross = point.x * next.y - next.x * point.y;
    area += cross / 2;
    x += (point.x + next.x) * cross;
    y += (point.y + next.y) * cross;
  });
  return area ? { area: Math.abs(area), middle: window.L.point(x / (6 * area), y / (6 * area)) } : { area: 0 };
}

/** Web Mercator over GCJ-02 for tiles that are shifted so; takes and gives WGS-84. */
function shifted(L) {
  const plain = L.CRS.EPSG3857.projection;
  const projection = {
    bounds: plain.bounds,
    project: (point) => plain.project(L.latLng(toGCJ(point.lat, point.lng))),
    unproject: (point) => L.latLng(fromGCJ(plain.unproject(point))),
  };
  return L.extend({}, L.CRS.EPSG3857, { projection });
}

/** The formula everybody uses (docs: domain.md §3.3); outside a crude box round China nothing is shifted. */
export function toGCJ(lat, lng) {
  if (lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271) return [lat, lng];
  const { PI, sin, sqrt, abs, cos } = Math;
  const [x, y] = [lng - 105, lat - 35];
  const waves = (sizes) => sizes.reduce((sum, [size, angle]) => sum + size * sin(angle * PI), 0) * (2 / 3);
  const common = 20 * (sin(6 * PI * x) + sin(2 * PI * x)) * (2 / 3);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    + waves([[20, y], [40, y / 3], [160, y / 12], [320, y / 30]]);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    + waves([[20, x], [40, x / 3], [150, x / 12], [300, x / 30]]);
  const [a, ee, rad] = [6378245.0, 0.00669342162296594323, (lat / 180) * PI];
  const m = 1 - ee * sin(rad) ** 2;
  return [
    lat + (north * 180) / (((a * (1 - ee)) / (m * sqrt(m))) * PI),
    lng + (east * 180) / ((a / sqrt(m)) * cos(rad) * PI),
  ];
}

function fromGCJ({ lat, lng }) {
  let [wLat, wLng] = [lat, lng];
  for (let step = 0; step < 5; step++) {
    const [gLat, gLng] = toGCJ(wLat, wLng);
    wLat -= gLat - lat;
    wLng -= gLng - lng;
  }
  return [wLat, wLng];
}

// Maps that are there from the start; the one for pointing at a place is opened by place.js.
for (const element of document.querySelectorAll("[data-map]")) {
  if (!element.closest("[data-place]")) openMap(element);
}
