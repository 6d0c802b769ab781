// The bot's keyboard over the field for writing: each button says its label, or shares a location.

import { byId, element, icon } from "./dom.js";
import { PIN } from "./place.js";

export class ReplyKeys {
  constructor(say, locate) {
    this.say = say;
    this.locate = locate;
    this.keyboard = null;
    byId("keys-toggle").addEventListener("click", () => this.open(byId("reply-keys").hidden));
  }

  // A one-time keyboard that was used is folded away, but can be had again.
  set(keyboard) {
    this.keyboard = keyboard;
    const rows = keyboard?.keyboard ?? [];
    byId("keys-toggle").hidden = !rows.length;
    byId("reply-keys").classList.toggle("tall", !keyboard?.resize_keyboard);
    const focused = byId("reply-keys").contains(document.activeElement);
    byId("reply-keys").replaceChildren(...rows.map((row) => element("div", { class: "keys" }, ...row.map((button) => this.key(button)))));
    this.open(rows.length > 0 && !keyboard.used);
    if (focused) byId("text").focus({ preventScroll: true });
  }

  key(button) {
    const asks = button.request_location;
    return element("button", {
      type: "button", class: `key ${button.style ?? ""}`, onclick: () => (asks ? this.locate() : this.say(button.text)),
    }, button.text, asks ? icon(PIN) : null);
  }

  open(open) {
    byId("reply-keys").hidden = !open;
    byId("keys-toggle").setAttribute("aria-expanded", String(open));
    byId("text").placeholder = (open && this.keyboard.input_field_placeholder) || "Message";
  }
}
