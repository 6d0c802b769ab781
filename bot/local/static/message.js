// One message.

import { fileUrl } from "./api.js";
import { documentRow } from "./attachment.js";
import { byId, element, icon, pressable, toast } from "./dom.js";
import { rendered } from "./entities.js";
import { PIN, coordinates } from "./place.js";
import { pollWidget } from "./poll.js";
import { soundRow } from "./sound.js";

const TICK = "M2.5 9.5l3.5 3.5L13.5 5";
const TICKS = "M1 9.5l3.5 3.5L12 5M8.5 12.5l.8.5L17 5";
const OPEN = "M8 16L16.5 7.5M9.5 7h7.5v7.5";
const COPY = "M9 9h10v10H9zM5 15V5h10";
const REPLY = "M10 8V4L3 11l7 7v-4c5 0 8 1.5 10.5 5-.7-5.5-3.7-10-10.5-11z";

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// `room` has: bot, command(text), press(message, button, made), reply(message), vote(message, numbers)
export function messageItem(message, room) {
  const mine = !message.outgoing;
  const item = element("article", { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.message_id });
  item.message = message;
  const bubble = element("div", { class: "bubble" },
    element("span", { class: "sr" }, mine ? "You: " : `${message.from.first_name}: `),
    replied(message), media(message, room), body(message, room));
  const block = element("div", { class: "block" }, bubble, keyboard(message, room));
  const reply = element("button", { type: "button", class: "icon-button reply-button", "aria-label": "Reply to this message" }, icon(REPLY));
  reply.addEventListener("click", () => room.reply(message));
  item.append(block, reply);
  if (!message.text && !message.caption) item.classList.add("wordless");
  return item;
}

function body(message, room) {
  const text = message.text ?? message.caption;
  const entities = message.text === undefined ? message.caption_entities : message.entities;
  const words = element("div", { class: "words", dir: "auto" });
  if (text) words.append(rendered(text, entities, room.command));
  if (isJumbo(message)) words.classList.add("jumbo");
  words.append(stamp(message));
  return words;
}

// One to three emoji alone are shown large.
function isJumbo(message) {
  const text = message.text ?? "";
  return !message.entities && text.length < 40 &&
    /^(?:\p{Extended_Pictographic}(?:\u200d\p{Extended_Pictographic}|[\ufe0f\u{1f3fb}-\u{1f3ff}])*\s?){1,3}$/u.test(text);
}

function stamp(message) {
  const date = new Date(message.date * 1000);
  const when = element("time", { datetime: date.toISOString(), title: date.toLocaleString() }, clock(message.date));
  const made = element("span", { class: "stamp" });
  if (message.edit_date) made.append(element("span", { class: "edited" }, "edited "));
  made.append(when);
  if (!message.outgoing) made.append(ticks(message.read));
  return made;
}

function ticks(read) {
  const made = element("span", { class: "ticks", role: "img", "aria-label": read ? "read" : "sent" });
  made.append(icon(read ? TICKS : TICK, "0 0 18 18"));
  return made;
}

export function markRead(item) {
  item.message.read = true;
  item.querySelector(".ticks")?.replaceWith(ticks(true));
}

const KINDS = [["photo", "Photo"], ["location", "Location"], ["voice", "Voice note"], ["audio", "Audio"]];

// A message in a line.
export const gist = (message) =>
  message.text ?? message.caption ?? message.poll?.question ??
  message.audio?.title ?? (KINDS.find(([field]) => message[field]) ?? [null, "File"])[1];

function replied(message) {
  const to = message.reply_to_message;
  if (!to) return null;
  const text = message.quote?.text ?? gist(to);
  const show = () => {
    const there = document.querySelector(`[data-id="${to.message_id}"]`);
    there?.scrollIntoView({ block: "center", behavior: "smooth" });
    there?.classList.add("found");
    setTimeout(() => there?.classList.remove("found"), 1500);
  };
  return pressable(element("div", { class: "replied" },
    element("strong", {}, to.from?.first_name ?? ""), element("span", { dir: "auto" }, text)), null, show);
}

function media(message, room) {
  if (message.photo) return photo(message, room);
  if (message.voice || message.audio) return soundRow(message, message.voice ?? message.audio, room);
  if (message.document) return documentRow(message.document, room);
  if (message.location) return locationRow(message.location);
  if (message.poll) return pollWidget(message, room);
  return null;
}

function photo(message, room) {
  const { file_id: id, width, height } = message.photo.at(-1);
  const alt = message.caption || "Picture";
  const image = element("img", { src: fileUrl(room.bot(), id), width, height, alt, loading: "lazy" });
  const frame = element("div", { class: `photo ${message.has_media_spoiler ? "veiled" : ""}` }, image);
  return pressable(frame, `Open the picture: ${alt}`.slice(0, 120), () => {
    if (frame.classList.contains("veiled")) { frame.classList.remove("veiled"); return; }
    byId("viewer-image").src = image.src;
    byId("viewer-image").alt = alt;
    byId("viewer").showModal();
  });
}

const locationRow = (location) => element("div", { class: "document" },
  element("span", { class: "document-icon" }, icon(PIN)),
  element("span", { class: "document-text" }, element("span", { class: "document-name" }, "Location"),
    element("span", { class: "document-size" }, coordinates(location))));

function keyboard(message, room) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return element("div", { class: "keyboard" },
    ...rows.map((row) => element("div", { class: "keys" }, ...row.map((button) => key(button, message, room)))));
}

function key(button, message, room) {
  const look = `key ${button.style ?? ""}`;
  if (button.url) {
    return element("a", { class: look, href: /^(https?|tg):/i.test(button.url) ? button.url : `https://${button.url}`,
      target: "_blank", rel: "noopener noreferrer" }, button.text, icon(OPEN));
  }
  const made = element("button", { type: "button", class: look }, button.text);
  if (button.copy_text) {
    made.append(icon(COPY));
    made.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.copy_text.text);
      toast("Copied");
    });
  } else {
    made.addEventListener("click", () => room.press(message, button, made));
  }
  return made;
}
