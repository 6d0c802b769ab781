// Building the page from values. Nothing that anyone wrote ever goes through innerHTML.

export const byId = (id) => document.getElementById(id);

// element("a", { class: "x", href: "…", onclick: f }, child, "text", …)
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(path, viewBox = "0 0 24 24") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

// Makes something other than a button work like one, by mouse and by keyboard.
export function pressable(made, label, act) {
  made.tabIndex = 0;
  made.setAttribute("role", "button");
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  made.addEventListener("keydown", (event) => {
    if (event.target !== made || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act(event);
  });
  return made;
}

export function paintAvatar(made, name, id) {
  made.textContent = [...(name || "?").trim()][0]?.toUpperCase() ?? "?";
  made.dataset.hue = String(Math.abs(id) % 7);
  return made;
}

let toastTimer = 0;

export function toast(text) {
  const made = byId("toast");
  made.textContent = text;
  made.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { made.hidden = true; }, 3500);
}

export function alertBox(text) {
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}
