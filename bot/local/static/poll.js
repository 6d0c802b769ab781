// A poll or a quiz: before the vote its options are pressed or ticked, after it the results are shown.

import { documentRow } from "./attachment.js";
import { element, icon } from "./dom.js";
import { rendered } from "./entities.js";
import { soundRow } from "./sound.js";

const CHECK = "M4 12.5l5.5 5.5L20 7";
const CROSS = "M6 6l12 12M18 6L6 18";
const LAMP = "M9 18h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.6.5 1 1.2 1.1 2.2h5c.1-1 .5-1.7 1.1-2.2A6 6 0 0 0 12 3z";

// `room` has: bot, vote(message, numbers), command(text)
export function pollWidget(message, room) {
  const { poll, chosen = [] } = message;
  const done = chosen.length > 0 || poll.is_closed;
  const name = `poll-${poll.id}`;
  return element("section", { class: `poll ${done ? "done" : ""}`, tabindex: -1, "aria-labelledby": name },
    element("h3", { id: name, dir: "auto" }, poll.question),
    element("p", { class: "poll-kind" }, kind(poll)),
    media(poll.media, message, room),
    done ? results(poll, chosen) : choice(message, room),
    done ? verdict(poll, chosen) : null,
    done ? explanation(message, room) : null,
    foot(message, room, done));
}

function kind(poll) {
  if (poll.is_closed) return "Final results";
  const word = poll.type === "quiz" ? "quiz" : "poll";
  const several = poll.allows_multiple_answers ? ", several answers" : "";
  return (poll.is_anonymous ? `Anonymous ${word}` : word[0].toUpperCase() + word.slice(1)) + several;
}

function media(given, message, room) {
  if (given?.audio) return soundRow(message, given.audio, room);
  return given?.document ? documentRow(given.document, room) : null;
}

// Before the vote.

// One answer: a press is the vote, as in Telegram. Radio buttons would vote by the arrow keys.
function choice(message, room) {
  const { options, allows_multiple_answers: several } = message.poll;
  return element("ul", { class: "poll-options" }, ...options.map(({ text }, number) =>
    element("li", {}, several ? tick(text, number) : press(text, () => room.vote(message, [number])))));
}

const press = (text, act) => element("button", { type: "button", class: "poll-option", onclick: act },
  element("span", { class: "poll-ring", "aria-hidden": "true" }), element("span", { dir: "auto" }, text));

const tick = (text, number) => element("label", { class: "poll-option" },
  element("input", { type: "checkbox", class: "poll-ring", value: number, onchange: ticked }), element("span", { dir: "auto" }, text));

const ticks = (poll) => [...poll.querySelectorAll("input:checked")].map(({ value }) => Number(value));

function ticked(event) {
  const poll = event.target.closest(".poll");
  poll.querySelector(".poll-vote").disabled = !ticks(poll).length;
}

// After it.

function results(poll, chosen) {
  return element("ul", { class: "poll-options" }, ...poll.options.map((option, number) => result(poll, chosen, option, number)));
}

function result(poll, chosen, option, number) {
  const mine = chosen.includes(number);
  const right = poll.type === "quiz" ? (poll.correct_option_ids ?? []).includes(number) : null;
  const percent = poll.total_voter_count ? Math.round((100 * option.voter_count) / poll.total_voter_count) : 0;
  const bar = element("span", { class: "poll-bar" });
  bar.style.width = `${percent}%`;
  const look = right ? "right" : right === false && mine ? "wrong" : "";
  return element("li", { class: `poll-result ${look} ${mine ? "mine" : ""}` },
    element("span", { class: "poll-percent" }, `${percent}%`),
    element("span", { class: "poll-mark" }, right || mine ? icon(look === "wrong" ? CROSS : CHECK) : null),
    element("span", { class: "poll-text" }, element("span", { dir: "auto" }, option.text), note(mine, right)),
    element("span", { class: "poll-track", "aria-hidden": "true" }, bar));
}

function note(mine, right) {
  const words = [mine ? "your answer" : null, right ? "correct" : null, right === false && mine ? "wrong" : null];
  const said = words.filter(Boolean).join(", ");
  return said ? element("span", { class: "poll-note" }, said) : null;
}

function verdict(poll, chosen) {
  if (poll.type !== "quiz" || !chosen.length) return null;
  const correct = poll.correct_option_ids ?? [];
  const hits = chosen.filter((number) => correct.includes(number)).length;
  const all = hits === chosen.length && (!poll.allows_multiple_answers || hits === correct.length);
  const words = all ? "Correct" : hits ? "Partly correct" : "Not correct";
  return element("p", { class: `poll-verdict ${all ? "right" : "wrong"}` }, icon(all ? CHECK : CROSS), words);
}

function explanation(message, room) {
  const { explanation: text, explanation_entities: entities, explanation_media: given } = message.poll;
  if (!text && !given) return null;
  return element("div", { class: "poll-explanation" }, icon(LAMP), element("div", {},
    text ? element("p", { class: "words", dir: "auto" }, rendered(text, entities, room.command)) : null,
    media(given, message, room)));
}

// How many have voted, and what can be done.

function foot(message, room, done) {
  const { poll, chosen = [] } = message;
  const made = element("p", { class: "poll-foot" }, element("span", {}, count(poll)));
  if (!done && poll.allows_multiple_answers) {
    made.append(element("button", {
      type: "button", class: "poll-vote", disabled: true, onclick: () => room.vote(message, ticks(made.parentElement)),
    }, "Vote"));
  } else if (chosen.length && poll.allows_revoting && !poll.is_closed) {
    made.append(element("button", { type: "button", class: "poll-retract", onclick: () => room.vote(message, []) }, "Retract vote"));
  }
  return made;
}

function count({ type, total_voter_count: voters }) {
  const word = type === "quiz" ? "answer" : "vote";
  return voters ? `${voters} ${word}${voters > 1 ? "s" : ""}` : `No ${word}s yet`;
}
