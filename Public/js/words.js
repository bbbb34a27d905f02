/** Under a text area: how much room is left, and a gentle warning when it seems to name a person. */

// No look-behind: older Safari can't read a script that has one.
const signs = [
  ["phone", /(^|\D)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)/],
  ["id", /(^|\D)\d{17}[\dXx](?!\d)/],
  ["plate", /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·•.\s-]?[A-HJ-NP-Z\d]{4,5}[A-HJ-NP-Z\d挂学警港澳]/i],
];

/** @param {HTMLTextAreaElement} area */
export function noteOn(area) {
  const note = area.parentElement.querySelector("[data-words-note]");
  const warning = note.querySelector("[data-words-warning]");
  const left = note.querySelector("[data-words-left]");
  note.id ||= `${area.id}-note`;

  function look() {
    const found = signs.filter(([, sign]) => sign.test(area.value)).map(([name]) => note.dataset[name]);
    const text = found.length ? [...found, note.dataset.advice].join(" ") : "";
    if (warning.textContent !== text) warning.textContent = text;
    warning.classList.toggle("warn", text !== "");
    const room = area.maxLength - area.value.length;
    left.textContent = room < 200 ? note.dataset.left.replace("{count}", room) : "";
  }
  area.addEventListener("input", look);
  look();
}
