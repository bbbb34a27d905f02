/** Asks, as soon as it is known what and where, whether it is one of the reports near by. The server asks again when it wasn't said. */

const patience = 600;

/** @param {HTMLFormElement} form */
export function nearby(form) {
  const box = form.querySelector("[data-nearby]");
  let asked = "";
  let timer;

  function question() {
    const { category, lat, lng, accuracy, formToken } = form.elements;
    if (!category.value || !lat.value) return null;
    const fields = { formToken, category, lat, lng, accuracy };
    return new URLSearchParams(Object.entries(fields).map(([name, field]) => [name, field.value]));
  }

  async function look() {
    const fields = question();
    const key = fields?.toString() ?? "";
    if (key === asked || !navigator.onLine) return;
    asked = key;
    if (!fields) return box.replaceChildren();
    const chosen = box.querySelector("input:checked")?.value;
    let text = "";
    try {
      const answer = await fetch(box.dataset.url, { method: "POST", body: fields, headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      text = await answer.text();
    } catch {
      return; // without a network nobody is asked
    }
    if (key !== asked) return;
    box.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.children);
    const again = [...box.querySelectorAll("input")].find((input) => input.value === chosen);
    if (again) again.checked = true;
  }

  // What the form came with was asked for by the server already.
  if (box.querySelector("input")) asked = question()?.toString() ?? "";

  return {
    look() {
      clearTimeout(timer);
      timer = setTimeout(look, patience);
    },
  };
}
