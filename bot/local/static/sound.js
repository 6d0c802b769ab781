// Sounds: one plays at a time, wherever it stands, and a voice note is followed by the next one.

import { fileUrl } from "./api.js";
import { element, icon, toast } from "./dom.js";

const PLAY = "M8 5.2v13.6L19 12z";
const PAUSE = "M7 5.5h3.4v13H7zM13.6 5.5H17v13h-3.4z";
const SPEEDS = [1, 1.5, 2];
const STEP_SECONDS = 5;  // by an arrow key

const sound = new Audio();
let playing = "";  // the key of the row that plays, or is paused on its way
let speed = SPEEDS.find((one) => String(one) === localStorage.getItem("speed")) ?? 1;
let frame = 0;

// 75 -> "1:15", 3725 -> "1:02:05"
export function time(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] ? parts : parts.slice(1);
  return [first, ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}

// A row that plays a Voice or Audio object; what is neither named nor titled is a voice note.
export function soundRow(message, file, room) {
  const name = file.title ?? file.file_name;
  const source = fileUrl(room.bot(), file.file_id);
  const row = element("div", {
    class: "sound", role: "group", "aria-label": name ?? "Voice note", "data-key": `${message.message_id} ${file.file_id}`,
    "data-source": source, "data-seconds": file.duration,
  },
  element("button", { type: "button", class: "sound-play", onclick: () => toggle(row) }, icon(PLAY), icon(PAUSE)),
  element("div", { class: "sound-body" }, name ? title(file, name, source) : null,
    element("input", {
      type: "range", class: "sound-seek", min: 0, max: file.duration || 1, step: "any", value: 0, "aria-label": "Position",
      oninput: ({ target }) => seek(row, Number(target.value)), onkeydown: (event) => step(event, row),
    }),
    element("div", { class: "sound-foot" }, element("span", { class: "sound-time" }),
      element("button", { type: "button", class: "sound-speed", onclick: faster }))));
  show(row);
  return row;
}

const title = (file, name, source) => element("p", { class: "sound-title" },
  element("a", { href: source, download: file.file_name ?? name, title: "Download", dir: "auto" }, name),
  file.performer ? element("span", { dir: "auto" }, file.performer) : null);

// Ends what plays.
export function silence() {
  const row = playingRow();
  playing = "";
  sound.pause();
  sound.removeAttribute("src");
  sound.load();
  if (row) show(row);
}

function toggle(row) {
  if (row.dataset.key === playing && !sound.paused) sound.pause();
  else play(row);
}

function play(row) {
  take(row);
  sound.play().catch(() => show(row));  // whoever pressed pause, or another row, was quicker
}

function take(row) {
  if (row.dataset.key === playing) return;
  const before = playingRow();
  playing = row.dataset.key;
  sound.src = row.dataset.source;
  sound.defaultPlaybackRate = speed;
  sound.playbackRate = speed;
  if (before) show(before);
}

function seek(row, seconds) {
  take(row);
  sound.currentTime = seconds;
  show(row);
}

function step(event, row) {
  const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
  if (!way) return;
  event.preventDefault();
  const now = row.dataset.key === playing ? sound.currentTime : 0;
  seek(row, Math.min(Math.max(0, now + way * STEP_SECONDS), seconds(row)));
}

function faster() {
  speed = SPEEDS[(SPEEDS.indexOf(speed) + 1) % SPEEDS.length];
  localStorage.setItem("speed", String(speed));
  sound.playbackRate = speed;
  document.querySelectorAll(".sound").forEach(show);
}

// How it looks.

const playingRow = () => playing && document.querySelector(`.sound[data-key="${CSS.escape(playing)}"]`);

// What a browser records does not say how long it is; its sender did.
function seconds(row) {
  const told = row.dataset.key === playing && Number.isFinite(sound.duration) ? sound.duration : 0;
  return told || Number(row.dataset.seconds);
}

function show(row) {
  const here = row.dataset.key === playing;
  const [now, whole] = [here ? sound.currentTime : 0, seconds(row)];
  const runs = here && !sound.paused;
  row.classList.toggle("runs", runs);
  row.classList.toggle("begun", here);
  change(row.querySelector(".sound-play"), "aria-label", runs ? "Pause" : `Play, ${time(whole)}`);
  const bar = row.querySelector(".sound-seek");
  bar.max = Math.max(whole, now) || 1;
  bar.value = now;
  bar.style.setProperty("--played", `${(100 * now) / bar.max}%`);
  change(bar, "aria-valuetext", `${time(now)} of ${time(whole)}`);
  row.querySelector(".sound-time").textContent = here ? `${time(now)} / ${time(whole)}` : time(whole);
  const button = row.querySelector(".sound-speed");
  button.textContent = `${speed}×`;
  change(button, "aria-label", `Playback speed ${speed}×`);
}

// Attributes are read aloud whenever they are set.
function change(made, name, value) {
  if (made.getAttribute(name) !== value) made.setAttribute(name, value);
}

function follow() {
  cancelAnimationFrame(frame);
  const row = playingRow();
  if (row) show(row);
  if (!sound.paused) frame = requestAnimationFrame(follow);
}

// What follows.

function ended() {
  const row = playingRow();
  const next = row ? following(row) : null;
  silence();
  if (!next) return;
  play(next);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  next.closest(".message").scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
}

// The next voice note of the same side, with no other message between them.
function following(row) {
  const item = row.closest(".message");
  let next = item.nextElementSibling;
  while (next && !next.message) next = next.nextElementSibling;  // the line of a new day
  const spoken = item.message.voice && next?.message.voice && next.message.outgoing === item.message.outgoing;
  return spoken ? next.querySelector(".sound") : null;
}

function failed() {
  if (!playing) return;
  silence();
  toast("This sound cannot be played here.");
}

for (const name of ["play", "pause", "seeked", "timeupdate", "durationchange"]) sound.addEventListener(name, follow);
sound.addEventListener("ended", ended);
sound.addEventListener("error", failed);
