/**
 * A short look around for whoever is new: a card beside one thing after the other. Starts only when asked for (`?tour`,
 * the search box), ends with Escape, and leaves the page as it was.
 *
 * @import { App } from "../app/app.js"
 */
import { html, nothing, render } from "lit/html.js";
import { icon } from "../panels/icons.js";

/** @typedef {{ at: (app: App) => string[], title: string, text: string, act?: { words: string, does: (app: App) => void } }} Stop */

/** A Service of that shape with pods behind it. @param {App} app @param {string} shape */
const drawn = (app, shape) => {
  const service = [...app.model.services.values()].find((each) => each.shape === shape && each.published && app.picture.plateOf.has(each.item.id));
  return service ? `svg.picture .node[data-id="${CSS.escape(service.item.id)}"]` : ".nothing";
};

/** @type {readonly Stop[]} each at the first of its places that is there */
export const STOPS = [
  { at: (app) => [drawn(app, "headless"), ".plate-headless", ".sea"], title: "A hollow plate has no address", text: "This is a headless Service. Lines go from its name straight to each pod, and DNS answers with every pod's address." },
  { at: (app) => [drawn(app, "cluster"), ".plate-cluster", ".sea"], title: "A filled plate is one virtual address", text: "This is a ClusterIP Service. One line leaves it to kube-proxy, which picks a pod for each connection. DNS knows the one address only." },
  { at: () => [".node.pod", ".sea"], title: "Every pod has its seat", text: "A StatefulSet's pods sit in the order of their numbers. The seat stays while its pod is away, and says what it waits for. Select anything to see why it is as it is." },
  { at: () => [".dock .ask", ".dock"], title: "Ask as a pod would", text: "The box tries the search list name by name. The pods that an answer names light up, and the answer changes when the cluster does.", act: { words: "Ask for it", does: (app) => app.questions.ask(app.ui.form.name ? {} : { name: "kubernetes" }) } },
  { at: () => [".time"], title: "Nothing is lost", text: "Every change and who made it. Go back to any moment, look around and ask there, play it again." },
  { at: () => ["#find", ".top"], title: "Everything is a few letters away", text: "KEY finds pods by name or address, keeps what a selector selects, and runs commands. Next: apply manifests of your own, or take a lesson." },
];

/** Nobody has a Ctrl key who uses fingers. */
const byFinger = () => matchMedia("(pointer: coarse)").matches;

export class Tour {
  /** @param {App} app @param {HTMLElement} place */
  constructor(app, place) {
    this.app = app;
    this.place = place;
    this.stop = -1;
    /** @type {Element|null} */ this.marked = null;
    /** @type {HTMLElement|null} */ this.before = null;
    addEventListener("keydown", (event) => {
      if (this.stop < 0) return;
      if (event.key === "Escape") {
        event.preventDefault();
        event.stopPropagation();
        this.end();
      } else if (event.target instanceof Node && this.place.contains(event.target) && (event.key === "ArrowRight" || event.key === "ArrowLeft")) this.go(this.stop + (event.key === "ArrowRight" ? 1 : -1));
    }, true);
  }

  start() {
    this.before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    this.go(0);
  }

  /** @param {number} stop */
  go(stop) {
    if (stop < 0) return;
    if (stop >= STOPS.length) return this.end();
    this.stop = stop;
    this.draw();
    /** @type {HTMLElement|null} */ (this.place.querySelector(".tour-next"))?.focus();
  }

  end() {
    this.stop = -1;
    this.marked?.classList.remove("toured");
    this.marked = null;
    render(nothing, this.place);
    (this.before?.isConnected ? this.before : /** @type {HTMLElement|null} */ (document.getElementById("main")))?.focus();
  }

  /** With every drawing of the page: what it points at may have moved. */
  draw() {
    if (this.stop < 0) return;
    const { at, title, text, act } = STOPS[this.stop], last = this.stop === STOPS.length - 1;
    const found = at(this.app).map((selector) => document.querySelector(selector)).find((each) => each?.getBoundingClientRect().width) ?? null;
    if (found !== this.marked) {
      this.marked?.classList.remove("toured");
      found?.classList.add("toured");
      this.marked = found;
    }
    render(html`<section class="tour" role="dialog" aria-labelledby="tour-title" aria-describedby="tour-text"><p class="subtle small">A look around, ${this.stop + 1} of ${STOPS.length}</p><h2 id="tour-title">${title}</h2><p id="tour-text">${text.replace("KEY", this.app.phone || byFinger() ? "This box" : "Ctrl K")}</p>
      <div class="tour-f"><button type="button" class="btn sm quiet" @click=${() => this.end()}>${last ? "Close" : "Skip"}</button><span class="grow"></span>
        ${act ? html`<button type="button" class="btn sm" @click=${() => act.does(this.app)}>${act.words}</button>` : nothing}
        ${this.stop ? html`<button type="button" class="iconb" aria-label="Back" @click=${() => this.go(this.stop - 1)}><span class="flip">${icon("chevron", 14)}</span></button>` : nothing}
        <button type="button" class="btn sm pri tour-next" @click=${() => this.go(this.stop + 1)}>${last ? "Done" : "Next"}</button></div></section>`, this.place);
    const card = /** @type {HTMLElement} */ (this.place.firstElementChild), box = found?.getBoundingClientRect();
    if (!box || !card) return;
    const { width, height } = card.getBoundingClientRect(), edge = 10;
    const below = box.bottom + edge + height <= innerHeight, beside = box.right + edge + width <= innerWidth;
    const x = below || !beside ? Math.min(box.left, innerWidth - width - edge) : box.right + edge;
    const y = below ? box.bottom + edge : beside ? Math.min(box.top, innerHeight - height - edge) : box.top - height - edge;
    card.style.left = `${Math.max(edge, x)}px`;
    card.style.top = `${Math.max(edge, Math.min(y, innerHeight - height - edge))}px`;
  }
}
