// The developer's tools: what the server's owner offers, faults of the network, blocking the bot.

import { setBlocked, setFaults, takeOffer } from "./api.js";
import { byId, element, toast } from "./dom.js";

const FAILURES = {
  500: "fails with 500", 502: "fails with 502", 429: "fails with 429",
  "cut-before": "is cut before it counts", "cut-after": "is cut after it counted",
};

export class Drawer {
  // `where()` gives the bot's and the person's id.
  constructor(where) {
    this.where = where;
    byId("drawer-open").addEventListener("click", () => this.show(byId("drawer").hidden));
    byId("drawer-close").addEventListener("click", () => this.show(false));
    byId("drawer").addEventListener("keydown", (event) => { if (event.key === "Escape") this.show(false); });
    byId("faults").addEventListener("input", () => this.apply());
    byId("fault-clear").addEventListener("click", () => this.save({}));
    byId("block").addEventListener("change", (event) => this.block(event.target.checked));
    byId("unblock").addEventListener("click", () => this.block(false));
  }

  show(open) {
    byId("drawer").hidden = !open;
    byId("drawer-open").setAttribute("aria-expanded", String(open));
    if (open) byId("drawer-close").focus();
    else byId("drawer-open").focus();
  }

  apply() {
    const times = byId("fault-times").value;
    this.save({
      delay: Number(byId("fault-delay").value),
      failure: byId("fault-failure").value,
      retry_after: Math.max(1, Math.min(3600, Math.trunc(Number(byId("fault-retry").value)) || 5)),
      times: times ? Number(times) : null,
      methods: byId("fault-methods").value.split(" ").filter(Boolean),
    });
  }

  async save(faults) {
    try { this.shown(await setFaults(faults)); } catch (error) { toast(error.message); }
  }

  async block(blocked) {
    const { bot, person } = this.where();
    try { await setBlocked(bot, person, blocked); } catch (error) { toast(error.message); }
  }

  shown(faults) {
    byId("fault-delay").value = faults.delay;
    byId("fault-delay-out").textContent = `${faults.delay} s`;
    byId("fault-failure").value = faults.failure;
    byId("fault-retry").value = faults.retry_after;
    byId("fault-retry-row").hidden = faults.failure !== "429";
    const times = byId("fault-times");
    times.value = faults.times ?? "";
    if (times.selectedIndex < 0) {
      times.append(element("option", { value: faults.times }, `the next ${faults.times}`));
      times.value = faults.times;
    }
    if (faults.delay || faults.failure !== "none") byId("fault-methods").value = faults.methods.join(" ");
    const parts = [];
    if (faults.delay) parts.push(`answers ${faults.delay} s late`);
    if (faults.failure !== "none") parts.push(FAILURES[faults.failure]);
    byId("fault-banner").hidden = !parts.length;
    byId("fault-banner").textContent = `The bot’s network ${parts.join(" and ")}.`;
  }

  // Buttons stay where they are while they are pressed, again and again.
  offered({ labels, notice }) {
    const list = byId("offers-list");
    const there = [...list.children].map(({ textContent }) => textContent);
    if (there.join("\n") !== labels.join("\n")) {
      list.replaceChildren(...labels.map((label) =>
        element("button", { type: "button", class: "quiet", onclick: () => this.take(label) }, label)));
    }
    byId("offers").hidden = !labels.length;
    byId("head-notice").textContent = notice;
    byId("head-notice").hidden = !notice;
  }

  async take(label) {
    try { toast((await takeOffer(label)).text); } catch (error) { toast(error.message); }
  }

  facts(pairs) {
    byId("facts").replaceChildren(
      ...pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, String(value))]));
  }
}
