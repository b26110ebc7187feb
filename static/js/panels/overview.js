/** The side panel while nothing is selected: how many of what, and what needs a look, worst first. */
import { html, nothing } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { comingUp } from "./clock.js";
import { icon } from "./icons.js";
import { podCauses, several } from "../model/causes.js";
import { SYSTEM } from "../model/derive.js";
import { allNeeds, nodes, rank, WORST } from "../model/needs.js";
import { lens } from "../picture/pod.js";
import { count, number, STATE_WORDS } from "../picture/words.js";

/** @import { App } from "../app/app.js" */
/** @import { Kept, Workload } from "../types.d.ts" */

const ORDER = ["ready", "completed", "failed", "notready", "unknown", "creating", "terminating", "pending", "seat"];
const BAR = ["ready", "completed", "notready", "creating", "pending", "terminating", "failed", "unknown"];
const MOST = 12;

/** @param {App} app @param {Kept|null} matches */
export function overview(app, matches) {
  const { model, state } = app, all = [...model.workloads.values()], own = all.filter((w) => !SYSTEM.has(w.ns));
  const pods = own.reduce((sum, w) => sum + w.pods.length, 0), system = model.pods.size - pods;
  /** @type {Record<string, number>} */ const total = {};
  for (const workload of own) for (const [word, n] of Object.entries(workload.counts)) total[word] = (total[word] ?? 0) + n;
  const few = pods < 30, needs = allNeeds(state, model);
  const shut = app.phone ? html`<button type="button" class="iconb" aria-label="Close" @click=${() => app.set({ sheet: "" })}>${icon("close")}</button>` : nothing;
  return html`<div class="side-h"><div class="row"><div class="grow"><div class="crumb">Cluster ${state.cluster?.slug ?? ""}</div><h2 class="name sans">${count(pods, "pod")}, ${number(total.ready ?? 0)} ready</h2>${system ? html`<div class="crumb">and ${count(system, "pod")} of the system</div>` : nothing}</div>${shut}</div></div>
    <div class="side-b" role="region" aria-label="Overview" tabindex="0">
    ${comingUp(app)}<section class="sec"><div class="stack" aria-hidden="true">${BAR.filter((s) => total[s]).map((s) => html`<i class="k-${s}" .style=${`flex:${Math.max(total[s], pods / 130)}`}></i>`)}</div>
      <ul class="counts">${ORDER.filter((s) => !few || total[s] || s === "ready").filter((s) => total[s] || s !== "completed").map((s) => counted(app, s, total[s] ?? 0))}</ul></section>
    ${needs.total ? html`<section class="sec last"><h3><span>Needs a look, worst first</span><span>${needs.total}</span></h3><div class="probs">${listed(app, [
      ...needs.cluster.map((need) => ({ key: `cluster ${need.id}`, row: () => needed(app, need) })), ...needs.workloads.map((w) => ({ key: w.id, row: () => problem(app, w, matches) })), ...needs.services.map((need) => ({ key: `${need.id} ${need.text}`, row: () => needed(app, need) })),
    ])}</div></section>` : html`<section class="sec"><p class="muted">Nothing needs a look.</p></section>`}
    ${machines(app)}
    ${few ? html`<section class="sec"><p class="muted">Select a pod or a Service: in the picture${app.phone ? "" : html`<span class="by-keys">, or with the arrow keys and Enter</span>`}.</p></section>` : nothing}</div>`;
}

/** A phone has no room for the overview beside the map: how many need a look, and the way to it. @param {App} app */
export function overviewButton(app) {
  const needs = allNeeds(app.state, app.model).total;
  return html`<button type="button" class="btn sm look" aria-label=${needs ? `Overview, ${number(needs)} need a look` : "Overview, nothing needs a look"} @click=${() => app.set({ selected: "", sheet: "object" })}>${icon(needs ? "warn" : "check", 14)}${needs ? number(needs) : nothing}</button>`;
}

/** The worst, and the others when they are asked for. @param {App} app @param {{ key: string, row: () => unknown }[]} all */
function listed(app, all) {
  const shown = app.ui.needs ? all : all.slice(0, MOST), more = all.length - shown.length;
  return html`${repeat(shown, ({ key }) => key, ({ row }) => row())}${more ? html`<button type="button" class="more" aria-expanded="false" @click=${() => app.set({ needs: true })}>Show ${number(more)} more</button>` : nothing}${app.ui.needs && all.length > MOST ? html`<button type="button" class="more" aria-expanded="true" @click=${() => app.set({ needs: false })}>Show the worst only</button>` : nothing}`;
}

/** How many stand so; a press leaves only these. @param {App} app @param {string} state @param {number} n */
function counted(app, state, n) {
  const { filter } = app.ui, on = filter.state.includes(state), words = html`${lens(state)}${state === "seat" ? "Empty seats" : STATE_WORDS[state]}<b class="mono">${number(n)}</b>`;
  if (!n && !on) return html`<li><span>${words}</span></li>`;
  return html`<li><button type="button" aria-pressed=${on ? "true" : "false"} title=${on ? "Show all states" : "Show only these"} @click=${() => app.look({ filter: { ...filter, state: on ? filter.state.filter((each) => each !== state) : [...filter.state, state] } })}>${words}</button></li>`;
}

/** "Service in shop". @param {string} kind @param {string} ns */
const kindIn = (kind, ns) => [kind, ns && `in ${ns}`].filter(Boolean).join(" ");

/** @param {App} app @param {import("../model/needs.js").Need} need */
const needed = (app, need) => html`<button type="button" @click=${() => app.select(need.id)}>${icon("warn", 15)}<span><b>${need.name}</b> <span class="subtle">${kindIn(app.item(need.id)?.kind ?? "", need.ns)}</span><br><span class="c-${need.level}">${need.text}</span></span></button>`;

/** The nodes with their pods, where there is more than one. @param {App} app */
function machines(app) {
  const { state, model } = app, all = nodes(state), shown = all.slice(0, MOST);
  if (all.length < 2) return nothing;
  /** @type {Map<string, number>} */ const on = new Map();
  for (const { node } of model.pods.values()) if (node) on.set(node, (on.get(node) ?? 0) + 1);
  return html`<section class="sec" aria-label="Nodes"><h3><span>Nodes</span><span>${all.length}</span></h3>
    <ul class="backs">${repeat(shown, (node) => node.id, (node) => html`<li>${lens(node.ready ? "ready" : "unknown")}<button type="button" class="link mono" @click=${() => app.select(node.id)}>${node.name}</button><span class="grow"></span><span class="subtle">${node.ready ? "" : "not ready, "}${count(on.get(node.name) ?? 0, "pod")}</span></li>`)}</ul>
    ${all.length > shown.length ? html`<p class="subtle">and ${count(all.length - shown.length, "node")} more</p>` : nothing}</section>`;
}

/** @param {App} app @param {Workload} workload @param {Kept|null} matches */
function problem(app, workload, matches) {
  const worst = WORST[rank(workload)] ?? "seat", words = [...WORST, "terminating"].filter((s) => workload.counts[s]).map((s) => (s === "seat" ? `${count(workload.counts[s], "seat")} empty` : `${workload.counts[s]} ${STATE_WORDS[s].toLowerCase()}`)).join(", ");
  const hue = worst === "failed" ? "fail" : worst === "unknown" ? "gone" : "wait";
  // Pods of nobody share a tile; one that is ill alone among them is told by its own name.
  const ill = workload.kind === "Pods" ? workload.pods.filter((pod) => WORST.includes(pod.state ?? "")) : [], alone = ill.length === 1 ? ill[0] : null;
  return html`<button type="button" @click=${() => app.select(alone?.id ?? workload.id)}>${lens(worst, 15)}<span><b>${alone?.name ?? workload.name}</b> <span class="subtle">${kindIn(alone ? "Pod" : workload.kind === "Pods" ? "" : workload.kind, workload.ns)}</span>${matches && !matches.workloads.has(workload.id) ? html`<span class="subtle out">outside filter</span>` : nothing}<br><span class="c-${hue}">${words}</span>${because(app, workload, worst)}</span></button>`;
}

/** The one cause that says most: why its worst pods are ill, else what it waits for itself. @param {App} app @param {Workload} workload @param {string} worst */
function because(app, workload, worst) {
  const said = app.state.reasons.get(workload.id) ?? [], own = (said.find((r) => r.level === "fail") ?? said.find((r) => r.level === "wait"))?.text;
  const [ill] = podCauses(workload, app.state.reasons), waits = worst === "seat" || worst === "creating";
  const pod = workload.pods.find((each) => each.state === worst && each.why);
  const text = ill && (ill.level === "fail" || !waits || !own) ? `${several(ill.pods.map((each) => each.name))}: ${ill.text}` : own ?? (pod ? `${pod.name}: ${pod.why}` : "");
  return text ? html`<br><span class="muted">${text}</span>` : nothing;
}
