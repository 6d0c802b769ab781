// A text with its entities as nodes. Offsets count UTF-16 units, which is how JavaScript counts too.

import { element, icon, pressable, toast } from "./dom.js";

// `onCommand` is called with a command that someone clicks on.
export function rendered(text, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, sorted(entities ?? []), 0, text.length, onCommand));
  return fragment;
}

const sorted = (entities) =>
  entities
    .map((entity, order) => ({ ...entity, end: entity.offset + entity.length, order }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end || a.order - b.order);

// The nodes of text[from:to]; `entities` are those inside it, outer ones first.
function nodes(text, entities, from, to, onCommand) {
  const made = [];
  let place = from;
  while (entities.length) {
    const entity = entities[0];
    const inside = entities.filter((other) => other !== entity && other.offset < entity.end);
    entities = entities.filter((other) => other !== entity && other.offset >= entity.end);
    if (entity.offset > place) made.push(plain(text.slice(place, entity.offset), made));
    const words = text.slice(entity.offset, entity.end);
    const children = nodes(text, inside, entity.offset, entity.end, onCommand);
    made.push((MAKERS[entity.type] ?? asSpan)(children, words, entity, onCommand));
    place = entity.end;
  }
  if (place < to) made.push(plain(text.slice(place, to), made));
  return made;
}

const BLOCKS = new Set(["BLOCKQUOTE", "PRE", "DIV"]);

// A line break right after a block is the block's own.
function plain(text, before) {
  const last = before.at(-1);
  const afterBlock = last instanceof HTMLElement && BLOCKS.has(last.tagName);
  return document.createTextNode(afterBlock ? text.replace(/^\n/, "") : text);
}

const simple = (name) => (children) => element(name, {}, ...children);
const asSpan = (children, words, entity) =>
  element("span", { class: `entity-${entity.type}` }, ...children);

const MAKERS = {
  bold: simple("strong"),
  italic: simple("em"),
  underline: simple("u"),
  strikethrough: simple("s"),
  code: simple("code"),
  pre: (children, words, entity) => codeBlock(words, entity.language),
  blockquote: simple("blockquote"),
  expandable_blockquote: (children) => quotation(children),
  spoiler: (children) => spoiler(children),
  url: (children, words) => link(children, words),
  text_link: (children, words, entity) => link(children, entity.url),
  email: (children, words) => link(children, `mailto:${words}`),
  bot_command: (children, words, entity, onCommand) =>
    pressable(element("span", { class: "entity-command" }, ...children), null, () => onCommand(words)),
  date_time: (children, words, entity) => moment(entity.unix_time, words),
};

function link(children, url) {
  if (!/^(https?|mailto|tg):/i.test(url)) return element("span", {}, ...children);
  const safe = { href: url, target: "_blank", rel: "noopener noreferrer", title: url };
  return element("a", safe, ...children);
}

function moment(seconds, words) {
  const date = new Date(seconds * 1000);
  const there = Number.isNaN(date.getTime());
  return element("time", { title: words, datetime: there ? null : date.toISOString() },
    there ? words : date.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
}

function codeBlock(words, language) {
  const copy = element("button", { type: "button", class: "copy", "aria-label": "Copy this code" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(words);
    toast("Copied");
  });
  const head = element("span", { class: "pre-head" }, element("span", {}, language || "code"), copy);
  return element("pre", {}, head, element("code", {}, words));
}

const CHEVRON = "M6 9l6 6 6-6";

// Three lines until it is opened; the button goes away where there is no more to show.
function quotation(children) {
  const body = element("div", { class: "quote-body" }, ...children);
  const toggle = element("button",
    { type: "button", class: "quote-toggle", "aria-expanded": "false", "aria-label": "Show the whole quotation" },
    icon(CHEVRON));
  const quote = element("blockquote", { class: "expandable" }, body, toggle);
  const turn = () => {
    const open = quote.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.setAttribute("aria-label", open ? "Fold the quotation" : "Show the whole quotation");
  };
  toggle.addEventListener("click", (event) => { event.stopPropagation(); turn(); });
  quote.addEventListener("click", (event) => {
    const selecting = String(getSelection());
    if (!quote.classList.contains("short") && !selecting && !event.target.closest("a,button,[role=button]")) turn();
  });
  new ResizeObserver(() => {
    const more = body.scrollHeight > body.clientHeight + 2 || quote.classList.contains("open");
    quote.classList.toggle("short", !more);
  }).observe(body);
  return quote;
}

function spoiler(children) {
  const inner = element("span", { class: "spoiler-text", "aria-hidden": "true" }, ...children);
  const hidden = element("span", { class: "spoiler" }, inner);
  return pressable(hidden, "Hidden text: show it", () => {
    hidden.classList.add("shown");
    inner.removeAttribute("aria-hidden");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  });
}
