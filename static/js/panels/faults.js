/** Faults that a person sets on purpose: what can be made to go wrong with a pod or a node, as switches. */
import { html, nothing } from "lit/html.js";
import * as kubectl from "../model/kubectl.js";

/** @import { App } from "../app/app.js" */
/** @import { Item } from "../types.d.ts" */

const PREFIX = "kubarium.dev/";
/** @type {Record<string, [name: string, label: string, value: string, about: string][]>} */
const FAULTS = {
  pods: [
    ["never-ready", "Never ready", "true", "runs, and no answer names it"],
    ["flap", "Flapping", "10s", "ready and not ready in turn, every 10 s"],
    ["crash", "Crashing", "true", "ends at once, again and again"],
    ["image-missing", "Image missing", "true", "cannot be pulled at its next start"],
  ],
  nodes: [
    ["lost", "Lost", "true", "falls silent; its pods are evicted after a while"],
    ["not-ready", "Not ready", "true", "reports that it is not ready"],
  ],
};

/** What opens below the edge of the panel comes into sight, once it is drawn. @param {Event} event */
const opened = ({ currentTarget }) => {
  const box = /** @type {Element} */ (currentTarget).parentElement;
  requestAnimationFrame(() => requestAnimationFrame(() => box?.hasAttribute("open") && box.scrollIntoView({ block: "nearest" })));
};

/** Switches, folded away; nothing for who may only look. @param {App} app @param {Item} item @param {any} data the whole object */
export function faults(app, item, data) {
  const known = FAULTS[item.resource];
  if (!known || !data || item.deleting || !(app.state.user?.canWrite ?? app.page.user.canWrite)) return nothing;
  const set = data.object?.metadata?.annotations ?? {}, ill = known.filter(([name]) => set[PREFIX + name]);
  const turn = (/** @type {string} */ name, /** @type {string} */ value, /** @type {boolean} */ on) => app.acts.do({ verb: "fault", key: item.key, fault: PREFIX + name, on }, kubectl.annotate(item, PREFIX + name, on ? value : ""));
  return html`<section class="sec"><details class="faults" ?open=${ill.length > 0}><summary @click=${opened}>Break it on purpose</summary><div class="fl">
    ${known.map(([name, label, value, about]) => html`<button type="button" class="row-b" aria-pressed=${set[PREFIX + name] ? "true" : "false"} @click=${() => turn(name, value, !set[PREFIX + name])}><i class="box"></i><span>${label}</span><span class="subtle">${about}</span></button>`)}</div></details></section>`;
}
