/** The panel of a tile that no stored object stands for: pods on their own, or those whose owner is gone. */
import { html, nothing } from "lit/html.js";
import { lens } from "../picture/pod.js";
import { count, HUES, STATE_WORDS } from "../picture/words.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { Item, Workload } from "../types.d.ts" */

const MOST = 50;
const WORST = ["failed", "unknown", "notready", "pending", "creating", "terminating", "ready", "completed"];

/** @param {App} app @param {Workload} group @param {unknown} closer */
export function groupPanel(app, group, closer) {
  const own = group.kind === "Pods", pods = [...group.pods].sort((a, b) => rank(a) - rank(b));
  return html`<div class="side-h"><div class="row"><span class="sign">${icon("stateful", 20)}</span><div class="grow"><div class="crumb">${own ? "Pods" : group.kind} in ${group.ns}</div><h2 class="name ${own ? "sans" : ""}">${group.name}</h2></div>${closer}</div></div>
    <div class="side-b" role="region" aria-label="Pods" tabindex="0"><section class="sec"><p>${own ? "No controller looks after these pods: one that is deleted does not come back." : `${group.kind} ${group.name} is not in this cluster any more; these pods name it as their owner.`}</p></section>
    <section class="sec"><h3><span>${count(pods.length, "pod")}</span><span>${group.ready} ready</span></h3><ul class="backs tall">${pods.slice(0, MOST).map((pod) => row(app, pod))}</ul>
    ${pods.length > MOST ? html`<p class="subtle">and ${pods.length - MOST} more</p>` : nothing}</section></div>`;
}

/** @param {Item} pod */
const rank = (pod) => WORST.indexOf(pod.state ?? "unknown");

/** @param {App} app @param {Item} pod */
function row(app, pod) {
  const state = pod.state ?? "unknown", why = app.state.reasons.get(pod.id)?.find((reason) => reason.level !== "ok")?.text ?? pod.why;
  return html`<li>${lens(state)}<span class="grow"><button type="button" class="link mono" @click=${() => app.select(pod.id)}>${pod.name}</button><br><span class="c-${HUES[state] ?? ""}">${pod.word ?? STATE_WORDS[state]}</span>${why ? html` <span class="muted">${why}</span>` : nothing}</span></li>`;
}
