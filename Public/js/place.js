/** Where it is: by the phone, by a photo, on a map. The address alone is enough, too. Positions are WGS-84. */

const version = new URL(import.meta.url).search;
const roughMetres = 100;

/**
 * @param {HTMLElement} field the fieldset with `data-place`
 * @param {() => void} onChange
 */
export function place(field, onChange) {
  const names = ["lat", "lng", "accuracy", "positionSource"];
  const input = Object.fromEntries(names.map((name) => [name, field.querySelector(`input[name=${name}]`)]));
  const part = (name) => field.querySelector(`[data-place-${name}]`);
  const words = field.dataset;
  let map;
  let offered;
  let hasTried = false;

  part("tools").hidden = false;
  part("here").addEventListener("click", () => find());
  part("photo").addEventListener("click", () => set(offered, null, "photo"));
  part("map").addEventListener("click", toggleMap);
  part("use").addEventListener("click", () => {
    const { lat, lng } = map.getCenter().wrap();
    set({ lat, lng }, null, "map");
    toggleMap();
  });
  part("clear").addEventListener("click", () => {
    set(null);
    part("here").focus();
  });

  function set(position, accuracy, source) {
    input.lat.value = position ? position.lat.toFixed(6) : "";
    input.lng.value = position ? position.lng.toFixed(6) : "";
    input.accuracy.value = accuracy ? Math.max(1, Math.round(accuracy)) : "";
    input.positionSource.value = position ? source : "";
    show();
    onChange();
  }

  function say(text, kind = "none") {
    part("state").textContent = text;
    part("state-row").className = `where ${kind}`;
    part("state-row").hidden = !text;
  }

  function show() {
    const accuracy = input.accuracy.value;
    part("clear").hidden = !input.lat.value;
    part("photo").hidden = !offered || input.positionSource.value === "photo";
    if (!input.lat.value) return say("");
    const isRough = accuracy > roughMetres;
    const text = isRough ? words.rough : { photo: words.fromPhoto, map: words.fromMap }[input.positionSource.value] ?? words.fromPhone;
    say(text.replace("{accuracy}", accuracy), isRough ? "rough" : "good");
  }

  function find() {
    hasTried = true;
    if (!navigator.geolocation) return say(words.failed);
    say(words.finding);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => set({ lat: coords.latitude, lng: coords.longitude }, coords.accuracy, "phone"),
      (error) => {
        show();
        if (!input.lat.value) say(error.code === error.PERMISSION_DENIED ? words.denied : words.failed);
      },
      { enableHighAccuracy: true, timeout: 12_000, maximumAge: 30_000 },
    );
  }

  async function toggleMap() {
    const box = part("map-box");
    box.hidden = !box.hidden;
    part("map").setAttribute("aria-expanded", String(!box.hidden));
    if (box.hidden) return part("map").focus();
    // Without a network there is a map only where one was opened before.
    const drawing = await import(`./map.js${version}`).catch(() => null);
    const element = box.querySelector("[data-map]");
    map ??= await drawing?.openMap(element, { aims: true });
    if (!drawing) {
      box.hidden = true;
      return say(words.failed);
    }
    part("use").hidden = !map;
    if (!map) return;
    map.invalidateSize();
    if (input.lat.value) map.setView([input.lat.value, input.lng.value], Math.max(map.getZoom(), element.dataset.tiles ? 17 : 14));
    element.focus();
  }

  return {
    names,
    get isKnown() {
      return Boolean(input.lat.value || field.querySelector("[name=address]").value.trim());
    },
    /** Shows what the form came with; asks the phone at once when the person has allowed that for good. */
    start() {
      show();
      navigator.permissions?.query({ name: "geolocation" }).then(
        ({ state }) => state === "granted" && this.findOnce(),
        () => {},
      );
    },
    /** Asks the phone, unless a position is there or was asked for before. */
    findOnce() {
      if (!hasTried && !input.lat.value) find();
    },
    /** A position found in a photo: offered, never taken silently. */
    offer(position) {
      if (!position) return;
      offered = position;
      part("photo").hidden = input.positionSource.value === "photo";
    },
  };
}
