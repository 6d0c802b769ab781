// The field for writing, with the menu of commands over it.

import { byId, element } from "./dom.js";
import { gist } from "./message.js";

const LONGEST = 4096;

export class Composer {
  // `send(text, replyTo)` resolves when the text has arrived.
  constructor(send) {
    this.send = send;
    this.commands = [];
    this.chosen = -1;
    this.replyTo = null;
    this.field = byId("text");
    this.list = byId("commands");
    this.field.addEventListener("input", () => this.changed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    byId("composer").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    byId("menu").addEventListener("click", () => this.toggleMenu());
    byId("replying-close").addEventListener("click", () => this.reply(null));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".foot")) this.close();
    });
  }

  setCommands(commands, showMenu) {
    this.commands = commands;
    byId("menu").hidden = !showMenu || !commands.length;
    this.close();
  }

  reply(message) {
    this.replyTo = message;
    byId("replying").hidden = !message;
    if (!message) return;
    byId("replying-name").textContent = message.from.first_name;
    byId("replying-text").textContent = gist(message);
    this.field.focus();
  }

  changed() {
    const text = this.field.value;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    byId("send").disabled = !text.trim();
    byId("composer").classList.toggle("filled", Boolean(text.trim()));
    const length = [...text.trim()].length;
    byId("counter").hidden = length < LONGEST - 500;
    byId("counter").textContent = length > LONGEST
      ? `${Math.ceil(length / LONGEST)} messages` : `${LONGEST - length} left`;
    const typed = /^\/(\w*)$/.exec(text);
    if (typed) this.open(this.commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())));
    else this.close();
  }

  key(event) {
    if (event.isComposing) return;
    if (!this.list.hidden && this.menuKey(event)) { event.preventDefault(); return; }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); this.submit(); }
  }

  menuKey(event) {
    const last = this.list.children.length - 1;
    if (event.key === "ArrowDown") this.choose(this.chosen >= last ? 0 : this.chosen + 1);
    else if (event.key === "ArrowUp") this.choose(this.chosen <= 0 ? last : this.chosen - 1);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && !event.shiftKey) this.fill(Math.max(this.chosen, 0));
    else if (event.key === "Enter" && this.chosen >= 0) this.list.children[this.chosen].click();
    else return false;
    return true;
  }

  fill(place) {
    this.field.value = `/${this.list.children[place].dataset.command} `;
    this.changed();
  }

  toggleMenu() {
    if (this.list.hidden) { this.open(this.commands); this.field.focus(); } else this.close();
  }

  open(commands) {
    this.chosen = -1;
    this.list.replaceChildren(...commands.map((item, place) => this.option(item, place)));
    this.list.hidden = !commands.length;
    byId("menu").setAttribute("aria-expanded", String(!this.list.hidden));
  }

  option({ command, description }, place) {
    return element("div", {
      class: "command", role: "option", id: `command-${place}`, "data-command": command, "aria-selected": "false",
      onclick: () => { this.field.value = ""; this.changed(); this.send(`/${command}`); this.field.focus(); },
    }, element("span", { class: "command-name" }, `/${command}`), element("span", { class: "command-what" }, description));
  }

  choose(place) {
    this.list.children[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = place;
    const option = this.list.children[place];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", option.id);
  }

  close() {
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
    byId("menu").setAttribute("aria-expanded", "false");
  }

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    const replyTo = this.replyTo;
    this.field.value = "";
    this.changed();
    this.reply(null);
    if (await this.send(text, replyTo?.message_id)) return;
    if (!this.field.value) this.field.value = text;  // it has not arrived: nothing typed is lost
    this.changed();
  }
}
