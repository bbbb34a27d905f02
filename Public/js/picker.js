/** The category picker: search, recently used, and the chosen one with what to ask first. */

const recentKey = "recent-categories";

/** @param {HTMLElement} field the fieldset with `data-picker` */
export function picker(field) {
  const part = (name) => field.querySelector(`[data-picker-${name}]`);
  const groups = [...field.querySelectorAll("details.group")];
  const wasOpen = new Map(groups.map((group) => [group, group.open]));
  const search = part("search");
  const none = part("none");
  let pointer = -Infinity;

  part("tools").hidden = false;
  showRecent();
  search.addEventListener("input", filter);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // would send the form
  });
  field.addEventListener("pointerdown", (event) => (pointer = event.timeStamp));
  field.addEventListener("change", (event) => {
    if (event.target.type !== "radio") return;
    // By arrow keys people pass through the choices: only a tap closes the list.
    if (event.timeStamp - pointer < 1500) showChoice(true);
  });
  part("change").addEventListener("click", () => {
    field.classList.remove("has-choice");
    part("chosen").hidden = true;
    const input = chosen();
    if (input) input.closest("details").open = true;
    input?.focus();
  });
  showChoice();

  function chosen() {
    return field.querySelector("input[type=radio]:checked");
  }

  function filter() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    for (const group of groups) {
      let inGroup = 0;
      for (const choice of group.querySelectorAll(".choice")) {
        const text = `${choice.dataset.text ?? ""} ${choice.textContent}`.toLowerCase();
        choice.hidden = !words.every((word) => text.includes(word));
        if (!choice.hidden) inGroup++;
      }
      group.hidden = inGroup === 0;
      group.open = words.length ? inGroup > 0 : wasOpen.get(group);
      hits += inGroup;
    }
    none.textContent = hits ? "" : none.dataset.text;
    if (!hits) groups.forEach((group) => {
      group.hidden = false;
      group.open = false;
      group.querySelectorAll(".choice").forEach((choice) => (choice.hidden = false));
    });
  }

  /** @param {boolean} [moveFocus] */
  function showChoice(moveFocus = false) {
    const input = chosen();
    if (!input) return;
    const choice = input.closest(".choice");
    part("name").textContent = choice.querySelector("strong").textContent;
    part("stop").replaceChildren(...[...choice.querySelectorAll(".stop")].map((box) => box.cloneNode(true)));
    part("chosen").hidden = false;
    field.classList.add("has-choice");
    if (moveFocus) {
      field.querySelector(".error")?.remove();
      part("change").focus({ preventScroll: true });
      field.scrollIntoView({ block: "nearest" });
    }
  }

  function recent() {
    try {
      return JSON.parse(localStorage.getItem(recentKey)) ?? [];
    } catch {
      return [];
    }
  }

  function showRecent() {
    const inputs = recent().map((code) => [...field.querySelectorAll("input[type=radio]")].find((input) => input.value === code));
    for (const input of inputs.filter(Boolean)) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "chip" });
      button.textContent = input.closest(".choice").querySelector("strong").textContent;
      button.addEventListener("click", () => {
        input.checked = true;
        input.dispatchEvent(new Event("change", { bubbles: true }));
        showChoice(true);
      });
      part("recent").append(button);
      part("recent").hidden = false;
    }
  }

  return {
    showChoice,
    first: search,
    /** What the chosen one is called. */
    get name() {
      return chosen()?.closest(".choice").querySelector("strong").textContent ?? "";
    },
    /** Puts the chosen category in front for the next time, on this phone only. */
    remember() {
      const code = chosen()?.value;
      if (!code) return;
      try {
        localStorage.setItem(recentKey, JSON.stringify([code, ...recent().filter((other) => other !== code)].slice(0, 3)));
      } catch {
        // a browser that keeps nothing
      }
    },
  };
}
