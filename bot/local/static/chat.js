// The page: one bot, one person at a time, and what happens between them.

import * as api from "./api.js";
import { attaching } from "./attachment.js";
import { Composer } from "./composer.js";
import { alertBox, byId, element, paintAvatar, toast } from "./dom.js";
import { Drawer } from "./drawer.js";
import { markRead, messageItem } from "./message.js";
import { Microphone } from "./microphone.js";
import { PlaceDialog } from "./place.js";
import { ReplyKeys } from "./replykeys.js";
import { silence } from "./sound.js";

const ACTIONS = {
  typing: "is typing", upload_photo: "is sending a picture", upload_document: "is sending a file",
  record_voice: "is recording a voice note", upload_voice: "is sending a voice note",
};
const ACTION_MILLISECONDS = 5000;
const ANSWER_MILLISECONDS = 15000;
const TOGETHER_SECONDS = 300;  // messages of one side within these stand as one group

const state = { bot: null, person: null, bots: [], people: [], items: new Map(), unread: new Map(), missed: 0, source: null };
const waiting = new Map();  // presses that have no answer yet: query id -> its button
const early = new Map();  // answers that came before the press had its id

const composer = new Composer((text, replyTo) => send(text, replyTo));
const microphone = new Microphone((blob, seconds) => reply(api.sendVoice, blob, seconds));
const place = new PlaceDialog((latitude, longitude) => arrives(api.shareLocation, latitude, longitude));
const keys = new ReplyKeys((text) => send(text), () => place.open());
const drawer = new Drawer(() => ({ bot: state.bot.id, person: state.person.id }));
attaching((file, seconds) => reply(api.sendFile, file, seconds));
const room = {
  bot: () => state.bot.id,
  command: (text) => send(text),
  reply: (message) => composer.reply(message),
  press,
  vote,
};

// Saying and pressing.

const send = (text, replyTo) => arrives(api.say, text, replyTo);

// A voice note or a file, as the reply that was begun if one was.
async function reply(way, file, seconds) {
  const arrived = await arrives(way, file, seconds, composer.replyTo?.message_id);
  if (arrived) composer.reply(null);
  return arrived;
}

async function arrives(way, ...given) {
  try {
    await way(state.bot.id, state.person.id, ...given);
    scrollDown(true);
    return true;
  } catch (error) {
    toast(error.message === "Failed to fetch" ? "The server cannot be reached." : error.message);
    return false;
  }
}

async function press(message, button, made) {
  if (made.getAttribute("aria-busy") === "true") return;
  made.setAttribute("aria-busy", "true");
  try {
    const { query_id: id } = await api.press(state.bot.id, state.person.id, message.message_id, button.callback_data);
    waiting.set(id, made);
    setTimeout(() => settle(id), ANSWER_MILLISECONDS);
    if (early.has(id)) answered(early.get(id));
  } catch (error) {
    made.removeAttribute("aria-busy");
    toast(error.message);
  }
}

async function vote(message, numbers) {
  try { await api.vote(state.bot.id, state.person.id, message.message_id, numbers); } catch (error) { toast(error.message); }
}

function settle(id) {
  waiting.get(id)?.removeAttribute("aria-busy");
  waiting.delete(id);
  early.delete(id);
}

function answered(event) {
  if (!waiting.has(event.query_id)) { early.set(event.query_id, event); return; }
  settle(event.query_id);
  if (event.text) (event.show_alert ? alertBox : toast)(event.text);
}

// Events.

const HANDLERS = {
  message: ({ message }) => { put(message); if (message.outgoing) hideAction(); else byId("empty").hidden = true; },
  edited: ({ message }) => put(message),
  poll: ({ message }) => put(message),
  deleted: ({ message_id: id }) => { state.items.get(id)?.remove(); state.items.delete(id); arrange(); },
  read: ({ message_id: until }) => {
    for (const [id, item] of state.items) if (id <= until && !item.message.outgoing && !item.message.read) markRead(item);
  },
  action: ({ action }) => showAction(action),
  answer: answered,
  keyboard: ({ keyboard }) => keys.set(keyboard),
  blocked: ({ blocked }) => showBlocked(blocked),
};

// While a chat is fetched, what happens to it is kept: the answer may be older than that.
const LASTING = new Set(["message", "edited", "poll", "keyboard", "deleted", "read"]);
const fetching = new Set();  // for each fetch under way, the events since it began

function happened(event) {
  for (const events of fetching) events.push(event);
  if (event.kind === "faults") drawer.shown(event.faults);
  else if (event.kind === "offers") drawer.offered(event.offers);
  else if (event.kind === "profile") refreshProfile();
  else if (event.kind === "person") addedPerson(event.person);
  else if (event.chat === state.person.id) HANDLERS[event.kind]?.(event);
  else if (event.kind === "message" && event.message.outgoing) {
    state.unread.set(event.chat, (state.unread.get(event.chat) ?? 0) + 1);
    showPeople();
  }
}

// The list of messages.

function put(message) {
  const old = state.items.get(message.message_id);
  const near = following;
  const item = messageItem(message, room);
  if (old) {
    if (old.message.read && !message.outgoing) markRead(item);
    keepOpen(old, item);
    old.replaceWith(item);
  } else {
    byId("log").append(item);
  }
  state.items.set(message.message_id, item);
  arrange();
  if (near) scrollDown(!old);
  else if (!old && message.outgoing) missed(1);
}

// An edited message keeps what was unfolded and where the focus was.
function keepOpen(old, item) {
  const quotes = item.querySelectorAll(".expandable");
  old.querySelectorAll(".expandable").forEach((quote, place) => {
    if (quote.classList.contains("open")) quotes[place]?.querySelector(".quote-toggle").click();
  });
  if (old.querySelector(".poll")?.contains(document.activeElement)) {
    requestAnimationFrame(() => item.querySelector(".poll").focus({ preventScroll: true }));
  }
  const held = old.querySelector(".sound :focus")?.className;
  if (held) requestAnimationFrame(() => item.querySelector(`.${held}`)?.focus({ preventScroll: true }));
  const keys = [...old.querySelectorAll(".key")];
  const place = keys.indexOf(document.activeElement);
  if (place < 0) return;
  requestAnimationFrame(() => {
    const now = item.querySelectorAll(".key");
    (now[Math.min(place, now.length - 1)] ?? byId("text")).focus({ preventScroll: true });
  });
}

// Groups of one side, and a line for each day.
function arrange() {
  const log = byId("log");
  log.querySelectorAll(".day").forEach((day) => day.remove());
  let before = null;
  for (const item of log.querySelectorAll(".message")) {
    const { message } = item;
    const newDay = !before || dayOf(before.message) !== dayOf(message);
    if (newDay) log.insertBefore(element("div", { class: "day" }, element("span", {}, dayName(message))), item);
    const goesOn = !newDay && before.message.outgoing === message.outgoing &&
      message.date - before.message.date < TOGETHER_SECONDS;
    item.classList.toggle("goes-on", goesOn);
    before?.classList.toggle("last", !goesOn);
    before = item;
  }
  before?.classList.add("last");
  byId("empty").hidden = Boolean(before);
}

const dayOf = (message) => new Date(message.date * 1000).toDateString();

function dayName(message) {
  const date = new Date(message.date * 1000);
  const today = new Date();
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (date.toDateString() === today.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  const year = date.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString([], { day: "numeric", month: "long", year });
}

const scroller = byId("scroller");
const isNearEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 120;
// Whoever is at the end, or on the way there, stays at the end whatever comes.
let following = true;
let lastTop = 0;

function scrollDown(smooth) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden;
  following = true;
  scroller.scrollTo({ top: scroller.scrollHeight, behavior: smooth && !calm ? "smooth" : "instant" });
  missed(-state.missed);
}

function missed(more) {
  state.missed += more;
  byId("down").hidden = following;
  showBadge(byId("down-badge"), state.missed);
}

function showBadge(badge, count) {
  badge.hidden = !count;
  badge.textContent = count > 99 ? "99+" : String(count);
}

scroller.addEventListener("scroll", () => {
  if (isNearEnd()) following = true;
  else if (scroller.scrollTop < lastTop) following = false;
  lastTop = scroller.scrollTop;
  byId("down").hidden = following;
  if (following && state.missed) missed(-state.missed);
}, { passive: true });
byId("down").addEventListener("click", () => scrollDown(true));
// Pictures that load and the keyboard of a phone change heights.
new ResizeObserver(() => { if (following) scrollDown(false); }).observe(scroller);
byId("log").addEventListener("load", () => { if (following) scrollDown(false); }, true);

// What the bot is doing.

let actionTimer = 0;

function showAction(action) {
  byId("action-text").textContent = `${state.bot.first_name} ${ACTIONS[action] ?? "is busy"}…`;
  byId("action").hidden = false;
  clearTimeout(actionTimer);
  actionTimer = setTimeout(hideAction, ACTION_MILLISECONDS);
  if (following) scrollDown(false);
}

function hideAction() {
  clearTimeout(actionTimer);
  byId("action").hidden = true;
}

// Who is who.

function showBlocked(blocked) {
  byId("block").checked = blocked;
  byId("composer").hidden = blocked;
  byId("unblock").hidden = !blocked;
}

function showProfile(chat) {
  state.bot = chat.bot;
  document.title = chat.bot.first_name;
  for (const id of ["head-name", "empty-name"]) byId(id).textContent = chat.bot.first_name;
  for (const id of ["head-avatar", "empty-avatar"]) paintAvatar(byId(id), chat.bot.first_name, chat.bot.id);
  byId("head-person").textContent = state.person.first_name;
  byId("empty-what").hidden = !chat.description;
  byId("empty-text").textContent = chat.description || "Say hello, or press Start.";
  composer.setCommands(chat.commands, chat.menu_button.type !== "web_app");
  drawer.facts([["Bot", `@${chat.bot.username}`], ["Bot’s id", chat.bot.id],
    ["Person", state.person.first_name], ["Person’s id", state.person.id],
    ...(chat.short_description ? [["About", chat.short_description]] : [])]);
}

async function refreshProfile() {
  const person = state.person.id;
  const chat = await api.getChat(state.bot.id, person);
  if (person === state.person.id) showProfile(chat);
}

async function load() {
  const person = state.person.id;
  const since = [];
  fetching.add(since);
  const chat = await api.getChat(state.bot.id, person).finally(() => fetching.delete(since));
  if (person !== state.person.id) return;
  const log = byId("log");
  log.setAttribute("aria-busy", "true");
  state.items.clear();
  const items = chat.messages.map((message) => messageItem(message, room));
  items.forEach((item) => state.items.set(item.message.message_id, item));
  log.replaceChildren(...items);
  arrange();
  showProfile(chat);
  showBlocked(chat.blocked);
  keys.set(chat.keyboard);
  hideAction();
  for (const event of since) if (event.chat === person && LASTING.has(event.kind)) HANDLERS[event.kind](event);
  state.missed = 0;
  scrollDown(false);
  log.removeAttribute("aria-busy");
}

function addedPerson(person) {
  if (state.people.some(({ id }) => id === person.id)) return;
  state.people.push(person);
  showPeople();
}

function showPeople() {
  byId("people-list").replaceChildren(...state.people.map((person) => {
    const current = person.id === state.person.id;
    const badge = element("span", { class: "badge" });
    showBadge(badge, state.unread.get(person.id) ?? 0);
    return element("li", {}, element("button", {
      type: "button", class: "person", "aria-current": current ? "true" : null, onclick: () => become(person),
    }, paintAvatar(element("span", { class: "avatar", "aria-hidden": "true" }), person.first_name, person.id),
    element("span", { class: "person-name", dir: "auto" }, person.first_name), badge));
  }));
  showBadge(byId("people-badge"), [...state.unread.values()].reduce((sum, count) => sum + count, 0));
}

async function become(person) {
  state.person = person;
  state.unread.delete(person.id);
  localStorage.setItem("person", String(person.id));
  composer.reply(null);
  microphone.cancel();
  silence();
  showPeople();
  openPeople(false);
  await load().catch((error) => toast(error.message));
  byId("text").focus({ preventScroll: true });
}

function openPeople(open) {
  document.body.classList.toggle("people-shown", open);
  byId("people-open").setAttribute("aria-expanded", String(open));
}

byId("people-open").addEventListener("click", () => {
  openPeople(true);
  byId("people-list").querySelector("[aria-current]")?.focus();
});
byId("people-close").addEventListener("click", () => { openPeople(false); byId("people-open").focus(); });
byId("people").addEventListener("keydown", (event) => { if (event.key === "Escape") openPeople(false); });
byId("people-new").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = byId("people-name").value.trim();
  if (!name) return;
  try {
    const person = await api.addPerson(name, (navigator.language || "en").slice(0, 2).toLowerCase());
    byId("people-name").value = "";
    addedPerson(person);
    await become(person);
  } catch (error) { toast(error.message); }
});

// Start: with a payload if the address has one, as in /?start=lesson-4.
byId("start").addEventListener("click", () => {
  const payload = new URLSearchParams(location.search).get("start") ?? "";
  send(/^[\w-]{1,64}$/.test(payload) ? `/start ${payload}` : "/start");
  byId("text").focus({ preventScroll: true });
});
byId("viewer").addEventListener("click", (event) => { if (event.target.id !== "viewer-image") byId("viewer").close(); });

// The line to the server.

function lineChanged(up) {
  byId("head-status").textContent = up ? "bot" : "connecting…";
  if (up) Promise.all([load(), refreshState()]).catch((error) => toast(error.message));
}

// What may have changed while the line was down.
async function refreshState() {
  const { faults, offers } = await api.getState();
  drawer.shown(faults);
  drawer.offered(offers);
}

function talkTo(bot) {
  state.source?.close();
  state.bot = bot;
  state.unread.clear();
  state.source = api.listen(bot.id, happened, lineChanged);
}

function showBots() {
  byId("bot-choice").hidden = state.bots.length < 2;
  byId("bot-select").replaceChildren(...state.bots.map((bot) => element("option", { value: bot.id }, bot.first_name)));
  byId("bot-select").addEventListener("change", (event) => {
    talkTo(state.bots.find(({ id }) => id === Number(event.target.value)));
  });
}

async function begin() {
  const { bots, people, faults, offers } = await api.getState();
  const kept = Number(localStorage.getItem("person"));
  Object.assign(state, { bots, people, person: people.find(({ id }) => id === kept) ?? people[0] });
  showBots();
  showPeople();
  drawer.shown(faults);
  drawer.offered(offers);
  talkTo(bots[0]);
  if (matchMedia("(pointer: fine)").matches) byId("text").focus();
}

begin().catch((error) => { byId("head-status").textContent = error.message; });
