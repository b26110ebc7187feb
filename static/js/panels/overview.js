/** The side panel while nothing is selected: how many of what, and what needs a look, worst first. */
import { html, nothing } from "lit/html.js";
import { comingUp } from "./clock.js";
import { icon } from "./icons.js";
import { SYSTEM } from "../model/derive.js";
import { lens } from "../picture/pod.js";
import { count, number, STATE_WORDS } from "../picture/words.js";

/** @import { App } from "../app/app.js" */
/** @import { Workload } from "../types.d.ts" */

const ORDER = ["ready", "completed", "failed", "notready", "unknown", "creating", "terminating", "pending", "seat"];
const BAR = ["ready", "completed", "notready", "creating", "pending", "terminating", "failed", "unknown"];
const WORST = ["failed", "unknown", "notready", "pending", "creating", "seat"];
const MOST = 12;

/** @param {App} app @param {ReadonlySet<string>|null} matches */
export function overview(app, matches) {
  const { model, state } = app, all = [...model.workloads.values()], own = all.filter((w) => !SYSTEM.has(w.ns));
  const pods = own.reduce((sum, w) => sum + w.pods.length, 0), system = model.pods.size - pods;
  /** @type {Record<string, number>} */ const total = {};
  for (const workload of own) for (const [word, n] of Object.entries(workload.counts)) total[word] = (total[word] ?? 0) + n;
  const trouble = all.filter((w) => w.worst !== "ok").sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const few = pods < 30, deaf = unanswering(app), needs = trouble.length + deaf.length;
  return html`<div class="side-h"><div class="crumb">Cluster ${state.cluster?.slug ?? ""}</div><h2 class="name sans">${count(pods, "pod")}, ${number(total.ready ?? 0)} ready</h2>${system ? html`<div class="crumb">and ${count(system, "pod")} of the system</div>` : nothing}</div>
    <div class="side-b" role="region" aria-label="Overview" tabindex="0">
    ${comingUp(app)}<section class="sec"><div class="stack" aria-hidden="true">${BAR.filter((s) => total[s]).map((s) => html`<i class="k-${s}" .style=${`flex:${Math.max(total[s], pods / 130)}`}></i>`)}</div>
      <ul class="counts">${ORDER.filter((s) => !few || total[s] || s === "ready").filter((s) => total[s] || s !== "completed").map((s) => html`<li>${lens(s)}${s === "seat" ? "Empty seats" : STATE_WORDS[s]}<b class="mono">${number(total[s] ?? 0)}</b></li>`)}</ul></section>
    ${needs ? html`<section class="sec last"><h3><span>Needs a look, worst first</span><span>${needs}</span></h3><div class="probs">${trouble.slice(0, MOST).map((w) => problem(app, w, matches))}${deaf.slice(0, MOST)}</div></section>` : html`<section class="sec"><p class="muted">Nothing needs a look.</p></section>`}
    ${few ? html`<section class="sec"><p class="muted">Select a pod or a Service: in the picture, or with the arrow keys and Enter.</p></section>` : nothing}</div>`;
}

/** Services that lead to a port where nobody listens. @param {App} app */
const unanswering = (app) => [...app.model.services.values()].flatMap(({ item }) => {
  const why = app.state.reasons.get(item.id)?.find((reason) => reason.code === "answers-nothing");
  return why ? [html`<button type="button" @click=${() => app.select(item.id)}>${icon("warn", 15)}<span><b>${item.name}</b> <span class="subtle">${item.ns}</span><br><span class="c-fail">${why.text}</span></span></button>`] : [];
});

/** @param {Workload} workload */
const rank = (workload) => WORST.findIndex((state) => workload.counts[state]);

/** @param {App} app @param {Workload} workload @param {ReadonlySet<string>|null} matches */
function problem(app, workload, matches) {
  const worst = WORST[rank(workload)] ?? "seat", words = [...WORST, "terminating"].filter((s) => workload.counts[s]).map((s) => (s === "seat" ? `${count(workload.counts[s], "seat")} empty` : `${workload.counts[s]} ${STATE_WORDS[s].toLowerCase()}`)).join(", ");
  const hue = worst === "failed" ? "fail" : worst === "unknown" ? "gone" : "wait";
  return html`<button type="button" @click=${() => app.select(workload.id)}>${lens(worst, 15)}<span><b>${workload.name}</b> <span class="subtle">${workload.ns}</span>${matches && !matches.has(workload.id) ? html`<span class="subtle out">outside filter</span>` : nothing}<br><span class="c-${hue}">${words}</span>${because(app, workload, worst)}</span></button>`;
}

/** @param {App} app @param {Workload} workload @param {string} worst */
function because(app, workload, worst) {
  const said = app.state.reasons.get(workload.id)?.find((r) => r.level === "fail" || r.level === "wait")?.text;
  const pod = workload.pods.find((each) => each.state === worst && each.why);
  // A workload that waits for its pods says little; why its worst pod is ill says more.
  const own = pod ? `${pod.name}: ${pod.why}` : "", text = worst === "seat" || worst === "creating" ? said ?? own : own || (said ?? "");
  return text ? html`<br><span class="muted">${text}</span>` : nothing;
}
