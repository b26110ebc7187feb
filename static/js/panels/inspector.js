/** The object panel: what a selected thing is, why, what happened to it, what it belongs to, and what one can do. */
import { html, nothing, svg } from "lit/html.js";
import { AGAIN, progress } from "../app/draining.js";
import { afterDeletion, comesBack } from "../model/again.js";
import { kindOf } from "../model/commands.js";
import * as kubectl from "../model/kubectl.js";
import { MOST_REPLICAS, replicasOf } from "../model/replicas.js";
import { podCauses } from "../model/causes.js";
import { selectorText } from "../model/derive.js";
import { podMemberships, serviceMemberships } from "../model/membership.js";
import { OWN_LABELS } from "../model/views.js";
import { routeWords, unserved } from "../model/ingress.js";
import { canAsk } from "../model/running.js";
import { age, clusterTime, formerAddress } from "../state.js";
import { lens, podShape } from "../picture/pod.js";
import { and, count, HUES, nameOf, number, portText, STATE_WORDS } from "../picture/words.js";
import { comingUp } from "./clock.js";
import { faults } from "./faults.js";
import { folded, weighed } from "./folding.js";
import { groupPanel } from "./group.js";
import { sendTo } from "../requests/box.js";
import { command, icon } from "./icons.js";
import { logs } from "./logs.js";
import { objectHistory } from "./objecthistory.js";
import { yamlTab } from "./yaml.js";

/** @import { App } from "../app/app.js" */
/** @import { Membership } from "../model/membership.js" */
/** @import { Item, Reason, ServiceModel } from "../types.d.ts" */

/** @param {Item} item */
const tabsOf = (item) => [["summary", "Summary"], ["yaml", "YAML"], ...(item.resource === "pods" ? [["logs", "Logs"]] : []), ["events", "Events"], ["history", "History"]];

/** @param {App} app @returns {unknown} nothing when nothing is selected */
export function inspector(app) {
  const { selected } = app.ui, item = app.item(selected);
  if (!selected) return nothing;
  if (selected.includes("#")) return seatPanel(app, selected);
  const group = item ? undefined : app.model.workloads.get(selected);
  if (group) return groupPanel(app, group, closer(app));
  if (!item) return gonePanel(app, selected);
  const tabs = tabsOf(item), panel = tabs.some(([id]) => id === app.ui.panel) ? app.ui.panel : "summary";
  if (panel !== "logs") app.logs.stop();
  return html`<div class="side-h"><div class="row">${sign(item)}<div class="grow"><div class="crumb">${crumb(app, item)}</div><h2 class="name">${item.name}</h2></div>${closer(app)}</div></div>
    <div class="itabs" role="tablist" aria-label="About ${item.name}" @keydown=${(/** @type {KeyboardEvent} */ e) => tabKeys(e, app, tabs)}>${tabs.map(([id, label]) => html`<button type="button" role="tab" id="tab-${id}" aria-selected=${panel === id ? "true" : "false"} aria-controls="tabpanel" tabindex=${panel === id ? 0 : -1} @click=${() => app.set({ panel: id })}>${label}</button>`)}</div>
    <div class="side-b" id="tabpanel" role="tabpanel" aria-labelledby="tab-${panel}" tabindex="0">${PANELS[panel](app, item)}</div>
    ${footer(app, item)}`;
}

/** @param {KeyboardEvent} event @param {App} app @param {string[][]} tabs */
function tabKeys(event, app, tabs) {
  const at = tabs.findIndex(([id]) => id === app.ui.panel), by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  event.preventDefault();
  const [id] = tabs[(at + by + tabs.length) % tabs.length];
  app.set({ panel: id });
  /** @type {HTMLElement|null} */ (document.getElementById(`tab-${id}`))?.focus();
}

/** @param {App} app */
const closer = (app) => html`<button type="button" class="iconb" aria-label="Close" @click=${() => app.select("")}>${icon("close")}</button>`;

/** @param {Item} item */
function sign(item) {
  if (item.resource === "pods") return html`<svg width="30" height="32" viewBox="0 0 30 32" aria-hidden="true">${podShape({ x: 15, y: 16, r: 14.5, state: item.state ?? "unknown", label: item.ordinal ?? "", progress: item.progress, clip: "inspector" })}</svg>`;
  if (item.resource === "services") return html`<svg width="30" height="24" viewBox="0 0 30 24" aria-hidden="true">${svg`<rect class=${item.type === "ExternalName" ? "plate-external" : item.headless ? "plate-headless" : "plate-cluster"} x="1" y="1" width="28" height="22" rx="6"></rect>`}</svg>`;
  return html`<span class="sign">${icon("stateful", 20)}</span>`;
}

/** @param {App} app @param {Item} item */
function crumb(app, item) {
  if (item.workload) return html`Pod${item.ordinal !== null && item.ordinal !== undefined ? `, seat ${item.ordinal}` : ""} of <button type="button" class="link" @click=${() => app.select(item.workload?.id ?? "")}>${item.workload.name}</button>`;
  return `${item.headless ? "Headless Service" : item.kind}${item.ns && item.ns !== "default" ? ` in ${item.ns}` : ""}`;
}

/** @type {Record<string, (app: App, item: Item) => unknown>} */
const PANELS = { summary, yaml, logs, events, history: objectHistory };

/** @param {App} app @param {Item} item */
function summary(app, item) {
  const data = app.ui.object.id === item.id ? app.ui.object.data : null;
  const drain = app.draining.under.get(item.id);
  return html`<section class="sec">${facts(app, item)}</section>${drain ? html`<section class="sec"><h3>Draining</h3><p>${progress(drain, app.present.objects)}${drain.kept.size ? ` It is asked for again every ${AGAIN / 1000} seconds.` : ""}</p></section>` : nothing}${comingUp(app)}
    ${data?.allocation?.length ? allocated(data.allocation) : nothing}
    ${item.wanted !== undefined && ["statefulsets", "deployments", "replicationcontrollers"].includes(item.resource) ? scaler(app, item) : nothing}
    ${item.resource === "pods" ? names(app, item) : item.resource === "services" ? backends(app, item) : item.resource === "ingresses" ? ways(app, item) : nothing}
    ${why(app, item)}${idle(data)}
    ${data?.events?.length ? html`<section class="sec"><h3><span>Events</span><button type="button" class="link" @click=${() => app.set({ panel: "events" })}>All ${data.events.length}</button></h3>${eventList(app, telling(data.events, reasonsOf(app, item)))}</section>` : nothing}
    ${data ? relations(app, data) : nothing}
    ${faults(app, item, data)}
    <section class="sec"><h3>The same in kubectl</h3>${command(data?.kubectl?.[0] ?? kubectl.get(item))}</section>
    ${app.ui.object.id === item.id && app.ui.object.error ? html`<section class="sec"><p class="c-fail">${app.ui.object.error}</p></section>` : nothing}`;
}

/** @param {App} app @param {Item} item */
function facts(app, item) {
  const now = clusterTime(app.state, app.now), labels = Object.entries(item.labels).sort(([a], [b]) => Number(OWN_LABELS.test(a)) - Number(OWN_LABELS.test(b)));
  /** @type {[string, unknown][]} */ const rows = [];
  if (item.resource === "pods") {
    const state = item.state ?? "unknown";
    rows.push(["State", html`<span class="st"><span class="badge b-${badge(state)}">${lens(state)}${item.word ?? STATE_WORDS[state]}</span> <span class="muted">${item.why ? `${item.why}, ` : ""}${age(now - (item.since ?? item.created))}, ${count(item.restarts ?? 0, "restart")}</span></span>`]);
    const was = formerAddress(app.state, item.id, app.now);
    rows.push(["Address", html`<span class="mono">${item.ip || "none yet"}</span>${was ? html` <s class="mono subtle">${was}</s>` : nothing}`]);
    rows.push(["Node", item.node ? html`<button type="button" class="link mono" @click=${() => app.select(`nodes//${item.node}`)}>${item.node}</button>` : "none yet"]);
    rows.push(["Image", html`<span class="mono">${(item.images ?? []).join(", ")}</span>`]);
  } else if (item.resource === "services") {
    rows.push(["Address", item.headless ? html`<span>none: <span class="mono">clusterIP: None</span></span>` : html`<span class="mono">${item.clusterIP || item.externalName || "none yet"}</span>`]);
    rows.push(["Type", item.type ?? "ClusterIP"]);
    rows.push(["Selects", html`<span class="mono">${selectorText(item.selector) || "nothing"}</span>`]);
    if (item.ports?.length) rows.push(["Ports", html`<span class="mono">${item.ports.map((port) => portText(port, Boolean(item.headless))).join(", ")}</span>`]);
    if (item.type === "LoadBalancer" || item.external?.length) rows.push(["Outside", html`<span class="mono">${item.external?.join(", ") || "no address yet"}</span>`]);
    if (item.publishNotReady) rows.push(["Publishes", "pods that are not Ready too"]);
  } else if (item.resource === "ingresses") {
    rows.push(["Served", unserved(item) ? html`<span class="c-wait">${unserved(item)}</span>` : html`<span class="mono">${(item.external ?? []).join(", ")}</span>`]);
    if (item.ingressClass) rows.push(["Class", html`<span class="mono">${item.ingressClass}</span>`]);
    if (item.tls?.length) rows.push(["TLS for", html`<span class="mono">${item.tls.join(", ")}</span>`]);
  } else if (item.wanted !== undefined) {
    const stand = item.resource === "daemonsets" ? app.model.workloads.get(item.id)?.wanted ?? item.wanted : item.wanted, beyond = stand - item.wanted;
    rows.push([item.resource === "jobs" ? "Completed" : "Ready", `${item.ready ?? 0} of ${stand}`]);
    if (beyond > 0) rows.push(["Desired", `${item.wanted}; ${beyond} more ${beyond === 1 ? "stands" : "stand"} where none would be put now`]);
    if (item.serviceName) rows.push(["Service", html`<button type="button" class="link mono" @click=${() => app.select(`services/${item.ns}/${item.serviceName}`)}>${item.serviceName}</button>`]);
    if (item.policy) rows.push(["Order", item.policy]);
    if (item.updated !== undefined) rows.push(["Updated", `${item.updated} of ${item.wanted}`]);
    if (item.images?.length) rows.push(["Image", html`<span class="mono">${item.images.join(", ")}</span>`]);
  } else {
    if (item.schedule) rows.push(["Schedule", html`<span class="mono">${item.schedule}</span>${item.suspended ? ", suspended" : ""}`]);
    if (item.phase) rows.push(["Phase", item.phase]);
    if (item.address) rows.push(["Address", html`<span class="mono">${item.address}</span>`]);
    if (item.size !== undefined) rows.push(["Keys", String(item.size)]);
    if (item.resource === "nodes") rows.push(["State", item.ready ? "Ready" : "Not ready"]);
  }
  const used = app.ui.object.id === item.id ? app.ui.object.data?.usage : null;
  if (used) rows.push(["Uses", html`<span class="mono">${used.cpu}</span> CPU, <span class="mono">${used.memory}</span> memory`]);
  if (labels.length) rows.push(["Labels", html`<span class="mono">${labels[0].join("=")}</span>${labels.length > 1 ? html` <span class="subtle" title=${labels.map((l) => l.join("=")).join(", ")}>+${labels.length - 1}</span>` : nothing}`]);
  rows.push(["Age", age(now - item.created)]);
  return html`<dl class="kv">${rows.map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What a node has and what its pods ask for, as `kubectl describe node` counts it. @param {{ resource: string, capacity: string, allocatable: string, requested: string, percent: number }[]} list */
const allocated = (list) => html`<section class="sec"><h3 id="allocated">Requested of what can be allocated</h3><table class="alloc" aria-labelledby="allocated"><thead><tr><th scope="col">Resource</th><th scope="col">Capacity</th><th scope="col">Allocatable</th><th scope="col">Requested</th></tr></thead>
  <tbody>${list.map((each) => html`<tr><th scope="row">${each.resource}</th><td>${each.capacity}</td><td>${each.allocatable}</td><td>${each.requested} <span class="subtle">${each.percent} %</span></td></tr>`)}</tbody></table></section>`;

/** @param {string} state */
const badge = (state) => ({ ready: "ready", wait: "wait", fail: "fail" })[HUES[state]] ?? "plain";

/** Which names lead to a pod. @param {App} app @param {Item} pod */
function names(app, pod) {
  const links = (app.model.linksOf.get(pod.id) ?? []).map((link) => ({ link, service: /** @type {ServiceModel} */ (app.model.services.get(link.service)) })).filter(({ service }) => service);
  /** @type {{ code: unknown, small: string }[]} */ const rows = [];
  for (const { link, service } of links) {
    if (service.shape === "headless" && pod.subdomain === service.item.name && pod.hostname) rows.push({ code: html`<b>${pod.hostname}</b>.${service.item.name}`, small: link.published ? "this pod alone" : `not now: the pod ${link.why}` });
  }
  for (const { link, service } of links) {
    const small = !link.published ? `not now: the pod ${link.why}` : service.shape === "headless" ? `1 of ${count(service.published, "address", "addresses")}` : `through ${service.item.clusterIP}, 1 request in ${service.behind}`;
    rows.push({ code: service.item.name, small });
  }
  if (!rows.length) return html`<section class="sec"><h3>Names it answers to</h3><p class="muted">None: no Service selects it.</p></section>`;
  return html`<section class="sec"><h3>Names it answers to</h3><div class="names">${rows.map(({ code, small }) => html`<div><code>${code}</code><small>${small}</small></div>`)}</div></section>`;
}

/** @param {App} app @param {Item} item */
function backends(app, item) {
  const service = app.model.services.get(item.id);
  if (!service || service.shape === "external") return nothing;
  const shown = service.links.slice(0, 8), more = service.links.length - shown.length + Math.max(0, service.outside.length - 8);
  return html`<section class="sec"><h3><span>${item.selector ? "Pods it selects" : "Its endpoints, kept by hand"}</span><span>${service.behind} of ${Math.max(service.selects, service.links.length) + service.outside.length} in the answer</span></h3>
    ${shown.length || service.outside.length ? html`<ul class="backs">${shown.map((link) => html`<li>${lens(app.model.pods.get(link.pod)?.state ?? "unknown")}<button type="button" class="link mono" @click=${() => app.select(link.pod)}>${nameOf(link.pod)}</button><span class="grow"></span><span class="mono subtle">${link.published ? link.address : link.why}</span></li>`)}${service.outside.slice(0, 8).map((address) => html`<li><span class="muted">of no pod</span><span class="grow"></span><span class="mono subtle">${address}</span></li>`)}</ul>` : html`<p class="muted">None. ${selectorText(item.selector) ? html`No pod has <code>${selectorText(item.selector)}</code>.` : "It has no selector."}</p>`}
    ${more > 0 ? html`<p class="subtle">and ${more} more</p>` : nothing}</section>`;
}

/** Where an Ingress leads. @param {App} app @param {Item} item */
function ways(app, item) {
  const routes = item.routes ?? [], there = (/** @type {string} */ name) => app.model.services.has(`services/${item.ns}/${name}`);
  return html`<section class="sec"><h3>Where it leads</h3><ul class="backs">${routes.map((route) => html`<li><span class="mono">${routeWords(route)}</span><span class="grow"></span>${there(route.service) ? html`<button type="button" class="link mono" @click=${() => app.select(`services/${item.ns}/${route.service}`)}>${route.service}</button>` : html`<span class="c-wait">${route.service ? `no Service ${route.service}` : "no Service"}</span>`}</li>`)}</ul></section>`;
}

/** That policies somebody wrote for it have no effect in this cluster. @param {any} data */
function idle(data) {
  const policies = (data?.relations ?? []).filter((/** @type {any} */ each) => each.kind === "NetworkPolicy").map((/** @type {any} */ each) => each.name);
  return policies.length ? html`<section class="sec" aria-label="No effect"><div class="why"><p><span class="lv-info">${icon("info")}</span><span>NetworkPolicy ${and(policies)} ${policies.length === 1 ? "selects it and has" : "select it and have"} no effect on traffic here: no network plugin carries ${policies.length === 1 ? "it" : "them"} out.</span></p></div></section>` : nothing;
}

/** @param {App} app @param {Item} item @returns {Reason[]} */
const reasonsOf = (app, item) => app.state.reasons.get(item.id) ?? (app.ui.object.id === item.id ? app.ui.object.data?.reasons : null) ?? [];

/** What the server says of it, then which Services and pods belong together, and which do not. @param {App} app @param {Item} item */
function why(app, item) {
  const list = reasonsOf(app, item), workload = app.model.workloads.get(item.id), service = app.model.services.get(item.id);
  const belongs = item.resource === "pods" ? podMemberships(item, app.model) : service ? serviceMemberships(service, app.model) : [];
  const all = weighed([...folded(list, workload), ...belongs]), shown = app.ui.related ? all : all.slice(0, 5);
  const ill = workload ? podCauses(workload, app.state.reasons).slice(0, 3) : [];
  return all.length || ill.length ? html`<section class="sec"><h3 id="reasons" tabindex="-1"><span>Reasons</span>${all.length > shown.length ? html`<button type="button" class="link" @click=${() => app.set({ related: true })}>All ${all.length}</button>` : nothing}</h3>${ill.length ? html`<div class="why">${ill.map((cause) => ofPods(app, cause))}</div>` : nothing}${reasonList(shown, app)}</section>` : nothing;
}

/** What pods of a workload suffer from, and the way to the first of them. @param {App} app @param {import("../model/causes.js").Cause} cause */
function ofPods(app, { level, text, pods: [first, ...more] }) {
  return html`<p><span class="lv-${level}">${icon(level === "fail" ? "warn" : "minus")}</span><span><button type="button" class="link mono" @click=${() => app.select(first.id)}>${first.name}</button>${more.length ? ` and ${number(more.length)} more` : ""}: ${text}</span></p>`;
}

const LEVELS = /** @type {const} */ ({ ok: "check", fail: "warn", info: "info", wait: "minus" });
const NAMED = 3;

/** @param {readonly (Reason|Membership)[]} list @param {App} app */
const reasonList = (list, app) => html`<div class="why">${list.map((reason) => html`<p><span class="lv-${reason.level}">${icon("how" in reason && reason.level === "info" ? "minus" : LEVELS[reason.level])}</span><span>${"how" in reason ? membership(app, reason) : reason.text}</span></p>`)}</div>`;

/** "In web and db: has app=web and is Ready.", each name a way to it. @param {App} app @param {Membership} reason */
function membership(app, { how, about, text }) {
  const few = about.length > NAMED + 1 ? about.slice(0, NAMED) : about, more = about.length - few.length;
  const between = (/** @type {number} */ i) => (i === 0 ? "" : i === few.length - 1 && !more ? " and " : ", ");
  const names_ = few.map(({ id, name }, i) => html`${between(i)}<button type="button" class="link" @click=${() => app.select(id)}>${name}</button>`);
  return html`${how} ${names_}${more ? ` and ${number(more)} more` : ""}${how === "Created after" ? " " : ": "}${text.split(/([\w./-]+=[\w.-]*\w)/).map((part, i) => (i % 2 ? html`<span class="mono">${part}</span>` : part))}`;
}

/** Three of its events: of what is broken the warnings, since one of them says why. @param {any[]} list the latest first @param {readonly Reason[]} reasons */
function telling(list, reasons) {
  const warnings = reasons.some(({ level }) => level === "fail") ? list.filter(({ type }) => type === "Warning") : [];
  const chosen = new Set([...warnings, ...list].slice(0, 3));
  return list.filter((each) => chosen.has(each));
}

/** The latest first, each as old as it is now by the cluster's clock. @param {App} app @param {any[]} list */
const eventList = (app, list) => html`<div class="ev">${list.map((e) => html`<span class="mono">${age(clusterTime(app.state, app.now) - e.last)}</span><span><b class=${e.type === "Warning" ? "c-wait" : ""}>${e.reason}</b> ${e.message}${e.count > 1 ? html` <span class="subtle">(${e.count} times)</span>` : nothing}</span>`)}</div>`;

/** @param {App} app @param {(data: any) => unknown} show */
function loaded(app, show) {
  const { object } = app.ui;
  if (object.data) return show(object.data);
  return html`<section class="sec"><p class=${object.error ? "c-fail" : "muted"}>${object.error || "Fetching…"}</p></section>`;
}

/** @param {App} app @param {Item} item */
function yaml(app, item) {
  return loaded(app, (data) => yamlTab(app, item, data));
}

/** @param {App} app */
function events(app) {
  return loaded(app, (data) => html`<section class="sec">${data.events.length ? eventList(app, data.events) : html`<p class="muted">No events.</p>`}</section>`);
}

/** @param {App} app @param {any} data */
function relations(app, data) {
  const { relations: list, more_relations: beyond } = data, shown = app.ui.related ? list : list.slice(0, 6), hidden = list.length - shown.length;
  if (!list.length) return nothing;
  return html`<section class="sec"><h3><span>Relations</span>${hidden ? html`<button type="button" class="link" @click=${() => app.set({ related: true })}>${beyond ? `${number(list.length)} of ${number(list.length + beyond)}` : `All ${list.length}`}</button>` : nothing}</h3><ul class="backs rel">${shown.map((/** @type {any} */ r) => html`<li><span class="subtle how">${r.how}</span><span class="what"><span class="subtle">${r.kind}</span><button type="button" class="link mono" @click=${() => app.select(r.id)}>${r.name}</button></span></li>`)}</ul>${beyond ? html`<p class="muted">and ${number(beyond)} more</p>` : nothing}</section>`;
}

/** @param {App} app @param {Item} item */
function scaler(app, item) {
  if (!app.past.looking && !canWrite(app)) return nothing;
  const now = item.wanted ?? 0, typed = app.ui.scale[item.id] ?? String(now), { count: value, wrong } = replicasOf(typed), changed = value !== null && value !== now, off = !canWrite(app);
  const type = (/** @type {string} */ text) => app.set({ scale: { ...app.ui.scale, [item.id]: text } });
  const by = (/** @type {number} */ n) => type(String(Math.max(0, Math.min(MOST_REPLICAS, (value ?? now) + n))));
  const keys = (/** @type {KeyboardEvent} */ event) => {
    const n = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!n) return;
    event.preventDefault();
    by(n);
  };
  const go = (/** @type {Event} */ event) => {
    event.preventDefault();
    const asked = replicasOf(app.ui.scale[item.id] ?? String(now)).count; // not `value`: more may have been typed since this was drawn
    if (asked === null || asked === now) return;
    app.acts.do({ verb: "scale", key: item.key, replicas: asked }, kubectl.scale(item, asked));
    app.ui.scale = {};
  };
  return html`<section class="sec"><h3>Replicas</h3><form class="scale" @submit=${go}>
    <div class="seg stepper"><button type="button" aria-label="One less" ?disabled=${off || value === 0} @click=${() => by(-1)}>${icon("minus", 14)}</button><input type="text" inputmode="numeric" autocomplete="off" aria-label="Replicas" aria-invalid=${wrong ? "true" : nothing} aria-describedby=${wrong ? "scale-wrong" : nothing} .value=${typed} ?disabled=${off} @input=${(/** @type {any} */ e) => type(e.target.value)} @keydown=${keys}><button type="button" aria-label="One more" ?disabled=${off || value === MOST_REPLICAS} @click=${() => by(1)}>${icon("plus", 14)}</button></div>
    <button class="btn ${changed ? "pri" : ""}" ?disabled=${off} aria-disabled=${changed ? "false" : "true"}>${changed ? `Scale to ${value}` : "Scale"}</button></form>
    ${wrong ? html`<p class="c-fail" id="scale-wrong" role="alert">${wrong}</p>` : command(kubectl.scale(item, value ?? now))}</section>`;
}

/** @param {App} app */
const canWrite = (app) => app.state.user?.canWrite ?? app.page.user.canWrite;

const DELETABLE = new Set(["namespaces", "pods", "services", "statefulsets", "deployments", "replicasets", "replicationcontrollers", "daemonsets", "jobs", "cronjobs", "poddisruptionbudgets", "ingresses", "networkpolicies", "configmaps", "secrets", "persistentvolumeclaims"]);

/** @param {App} app @param {Item} item */
function footer(app, item) {
  const asks = canAsk(item), names_ = item.resource === "services", sure = app.ui.sure === item.id;
  const ask = () => app.toDns(asks ? { pod: item.name, namespace: item.ns } : { name: item.ns === app.ui.form.namespace ? item.name : `${item.name}.${item.ns}` });
  const send = () => (asks ? app.toRequests({ from: `${item.ns}/${item.name}` }) : sendTo(app, item));
  const remove = () => {
    if (!comesBack(item) && !sure) return app.set({ sure: item.id });
    app.acts.do({ verb: "delete", key: item.key }, kubectl.remove(item));
  };
  const deletable = DELETABLE.has(item.resource) && canWrite(app);
  const restarts = app.page.restartable.has(kindOf(item)) && canWrite(app) && !item.deleting, node = item.resource === "nodes" && canWrite(app), again = kubectl.restart(item);
  if (!asks && !names_ && !deletable && !restarts && !node) return nothing;
  return html`<div class="side-f">${asks || names_ ? html`<button type="button" class="btn sm" @click=${ask}>${icon("dns", 14)}${asks ? "Ask from here" : "Ask for it"}</button><button type="button" class="btn sm" @click=${send}>${icon("request", 14)}${asks ? "Send from here" : "Send to it"}</button>` : nothing}${asks && canWrite(app) ? html`<button type="button" class="btn sm" @click=${() => app.toShell({ namespace: item.ns, pod: item.name })}>${icon("terminal", 14)}Shell</button>` : nothing}${restarts ? html`<button type="button" class="btn sm" title=${again} @click=${() => app.acts.do({ verb: "restart", key: item.key }, again)}>${icon("reset", 14)}Restart</button>` : nothing}${node ? nodeActs(app, item, sure) : nothing}<span class="grow"></span>
    ${sure && deletable ? html`<p class="after small muted" id="after">${afterDeletion(item)}</p>` : nothing}${sure ? html`<button type="button" class="btn sm quiet" @click=${() => app.set({ sure: "" })}>${item.resource === "nodes" ? "Leave it" : "Keep it"}</button>` : nothing}
    ${deletable ? html`<button type="button" class="btn sm ${sure ? "danger" : ""}" title=${kubectl.remove(item)} ?disabled=${item.deleting} aria-describedby=${sure ? "after" : nothing} @click=${remove}>${item.deleting ? "Ending" : sure ? `Delete ${item.name}` : "Delete"}</button>` : nothing}</div>`;
}

/** Close a node to new pods, and empty it: which takes a second press. @param {App} app @param {Item} item @param {boolean} sure */
function nodeActs(app, item, sure) {
  const closed = item.cordoned === true;
  return html`<button type="button" class="btn sm" title=${kubectl.cordon(item, !closed)} @click=${() => app.acts.do({ verb: "cordon", key: item.key, on: !closed }, kubectl.cordon(item, !closed))}>${closed ? "Uncordon" : "Cordon"}</button>
    ${app.draining.under.has(item.id) ? html`<button type="button" class="btn sm" @click=${() => app.draining.stop(item.id)}>End draining</button>` : html`<button type="button" class="btn sm ${sure ? "danger" : ""}" title=${kubectl.drain(item)} @click=${() => (sure ? app.draining.start(item) : app.set({ sure: item.id }))}>${sure ? `Drain ${item.name}` : "Drain"}</button>`}`;
}

/** @param {App} app @param {string} id "statefulsets/default/web#3" */
function seatPanel(app, id) {
  const [owner, index] = id.split("#"), workload = app.model.workloads.get(owner), seat = workload?.seats.find((each) => each.index === Number(index));
  if (seat?.pod) queueMicrotask(() => app.select(seat.pod?.id ?? "", { push: false }));
  const ordinal = seat?.ordinal ?? Number(index), why_ = (app.state.reasons.get(owner) ?? []).filter((r) => r.seat === ordinal);
  return html`<div class="side-h"><div class="row"><svg width="30" height="32" viewBox="0 0 30 32" aria-hidden="true">${podShape({ x: 15, y: 16, r: 14, state: "seat", label: ordinal })}</svg><div class="grow"><div class="crumb">Seat ${ordinal} of <button type="button" class="link" @click=${() => app.select(owner)}>${nameOf(owner)}</button></div><h2 class="name">${nameOf(owner)}-${ordinal}</h2></div>${closer(app)}</div></div>
    <div class="side-b"><section class="sec"><p>The seat is kept while its pod is missing.</p></section>${why_.length ? html`<section class="sec"><h3>Reasons</h3>${reasonList(why_, app)}</section>` : nothing}</div>`;
}

/** What takes the place of a pod that is gone. @param {Item} pod */
function replaced({ workload }) {
  if (!workload || ["Pods", "Job", "CronJob"].includes(workload.kind)) return nothing;
  const again = workload.kind === "StatefulSet" ? "makes it again, under the same name" : "makes another in its place, with a name of its own";
  return html`<p class="muted">${workload.kind} ${workload.name} ${again}, unless it wants fewer now.</p>`;
}

/** @param {App} app @param {string} id */
function gonePanel(app, id) {
  const gone = app.state.gone.get(id);
  return html`<div class="side-h"><div class="row"><span class="sign">${icon("trash", 20)}</span><div class="grow"><div class="crumb">${gone?.item.kind ?? "Object"}</div><h2 class="name">${nameOf(id)}</h2></div>${closer(app)}</div></div>
    <div class="side-b"><section class="sec"><p>${gone ? `Deleted at r${gone.revision} by ${gone.author}.` : "It is not in this cluster."}</p>${gone ? replaced(gone.item) : nothing}</section></div>`;
}

