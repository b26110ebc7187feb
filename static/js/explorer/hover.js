/** The card beside the pointer or the focus. */
import { html, nothing, render, svg } from "lit/html.js";
import { crowdRow } from "../picture/map.js";
import { lens } from "../picture/pod.js";
import { and, hintOf, machineName, nameOf, reasonsOf, roomWords, standing, workloadName } from "../picture/words.js";

/** @import { App } from "../app/app.js" */

/** Pods drawn smaller than this have no words beside them. */
const WORDLESS = 20;

/** Why a pod is in no answer, as a sentence; "" when nothing holds it back. @param {App} app @param {string} id */
function heldBack(app, id) {
  const held = app.ui.level === "near" ? (app.model.linksOf.get(id) ?? []).filter((link) => !link.published) : [];
  return held.length ? `${nameOf(id)} is selected but not in the answer of ${and(held.map((link) => nameOf(link.service)))}: it ${held[0].why}.` : "";
}

export class Hover {
  /** @param {App} app @param {import("./frame.js").Frame} places */
  constructor(app, { hover, sea }) {
    this.app = app;
    this.card = hover;
    this.sea = sea;
    /** @type {{ target: Element, id: string, x: number, y: number }|null} what pointer or focus is on, and where they are */ this.on = null;
  }

  leave() {
    this.on = null;
    this.card.hidden = true;
  }

  /** All that a thing says, when some of it is cut in the picture. @param {Element} target */
  whole(target) {
    const drawn = target.closest("g[data-id], g.card"), id = drawn?.getAttribute("data-id");
    if (!drawn?.textContent?.includes("…")) return "";
    return (id ? this.sea.querySelector(`[role=treeitem][data-id="${CSS.escape(id)}"]`) : drawn.closest("[aria-label]"))?.getAttribute("aria-label") ?? "";
  }

  /** Pointer or focus came to something. @param {Element} target @param {string} id @param {number} x @param {number} y */
  over(target, id, x, y) {
    this.card.hidden = true;
    this.on = { target, id, x, y };
    this.draw();
  }

  /** The card that names what pointer or focus is on: a line's reason, a far tile's pods. After each drawing of the
   * picture it says what is so now, and goes with what it names. */
  draw() {
    const { app, card, on } = this;
    if (!on) return;
    const { id } = on, target = on.target.isConnected ? on.target : id ? this.sea.querySelector(`svg.picture [data-id="${CSS.escape(id)}"]`) : null;
    if (!target) return this.leave();
    on.target = target;
    const why = target.closest("[data-why]")?.getAttribute("data-why") ?? (heldBack(app, id) || hintOf(reasonsOf(app.state, id)));
    const slot = app.picture.slotOf.get(id), small = slot && slot.r < WORDLESS ? slot.seat.pod : null;
    const workload = app.ui.level === "far" ? app.picture.tileOf.get(id)?.workload : undefined;
    const whole = why || workload || small ? "" : this.whole(target);
    const away = card.hidden;
    card.hidden = !why && !workload && !small && !whole;
    if (card.hidden) return;
    if (why || whole) render(html`<p>${why || whole}</p>`, card);
    else if (small) render(html`<div class="row">${lens(small.state ?? "unknown")}<b>${small.name}</b></div><p>${small.word}${small.why ? html` <span class="muted">${small.why}</span>` : nothing}</p><p class="mono">${[small.ip, small.node].filter(Boolean).join(" on ")}</p>`, card);
    else if (workload?.kind === "Node") {
      const node = app.item(`nodes//${workload.ns}`) ?? null;
      render(html`<div class="row"><b>${workload.name}</b></div>${standing(node).map((each) => html`<p class="c-wait">${each}</p>`)}<p>${machineName(workload)}</p><p class="muted">${roomWords(node)}</p>`, card);
    }
    else if (workload) {
      const shown = [...workload.pods].sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0)).slice(0, 6), ill = workload.pods.find((pod) => pod.why && pod.state !== "ready");
      render(html`<div class="row"><b>${workload.name}</b><span class="subtle">${workload.kind}${workload.services.some((s) => s.shape === "headless") ? ", headless" : ""}</span><span class="grow"></span><b class="mono c-${workload.worst === "bad" ? "fail" : workload.worst === "wait" ? "wait" : ""}">${workload.ready}/${workload.wanted}</b></div>
        <svg width="260" height="36" viewBox="0 0 260 36" role="img" aria-label=${workloadName(workload)}>${svg`${crowdRow(shown)}`}</svg>${ill ? html`<p>${ill.name}: <span class="muted">${ill.why}</span></p>` : nothing}`, card);
    }
    if (away) this.#place(on.x, on.y);
  }

  /** @param {number} clientX @param {number} clientY */
  #place(clientX, clientY) {
    const box = this.sea.getBoundingClientRect();
    const x = Math.min(clientX - box.left + 14, box.width - 300), y = clientY - box.top + 16;
    this.card.style.left = `${Math.max(8, x)}px`;
    this.card.style.top = `${y + 130 > box.height ? Math.max(8, y - 150) : y}px`;
  }
}
