/** The DNS box: who asks, what, and the walk through the search list. */
import { html, nothing } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import { live as alive } from "lit/directives/live.js";
import { firstService } from "../model/presets.js";
import { canAsk } from "../model/running.js";
import { outcome } from "../state.js";
import { absolute, curl } from "../app/asking.js";
import { nameOf } from "../picture/words.js";
import { toolSwitch } from "../requests/box.js";
import { icon } from "./icons.js";
import { records } from "./records.js";

/** @import { App } from "../app/app.js" */
/** @import { Answer, Step, Walk } from "../types.d.ts" */

const TYPES = ["A", "AAAA", "SRV", "PTR", "TXT", "CNAME", "NS", "SOA"];
const MOST_ASKERS = 300;
/** What a card beside the picture tells whole; anything else stands in the box. */
const ADDRESSES = new Set(["A", "AAAA"]);

/** @param {App} app */
export function dnsBox(app) {
  const { ui, state } = app, answer = state.answers.get(ui.current);
  return html`<div class="dns">
    ${askForm(app, toolSwitch(app))}
    ${answer ? walkOf(app, answer) : ui.level === "far" ? nothing : html`<p class="none-yet">No questions yet. ${firstName(app) ? html`Pick a pod and a name; <button type="button" class="link mono" @click=${() => app.questions.ask({ name: firstName(app) })}>${firstName(app)}</button> is a good first one.` : html`Even an empty cluster answers for <button type="button" class="link mono" @click=${() => app.questions.ask({ name: "kubernetes" })}>kubernetes</button>.`}</p>`}
    ${history(app)}
  </div>`;
}

/** A Service that answers, by its name from where the form asks; "" while there is none of people's own. @param {App} app */
export function firstName(app) {
  const item = firstService(app.model.services.values())?.item;
  return item ? (item.ns === app.ui.form.namespace ? item.name : `${item.name}.${item.ns}`) : "";
}

/** @param {App} app @param {unknown} [lead] what stands before the fields */
export function askForm(app, lead = nothing) {
  const { form } = app.ui;
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    app.questions.ask();
  };
  return html`<form class="ask" @submit=${send}>${lead}
    <label class="field from"><span class="lbl">From</span>${guard([second(app), form.namespace, form.pod, app.model.namespaces.length, app.model.pods.size > 0], () => askers(app))}</label>
    <label class="field wide"><span class="lbl">Name</span><input type="text" name="name" list="names" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder=${firstName(app) || "name"} .value=${alive(form.name)} aria-invalid=${app.ui.nameless ? "true" : nothing} @input=${(/** @type {any} */ e) => { app.ui.form.name = e.target.value; if (app.ui.nameless) app.set({ nameless: false }); }}></label>
    <label class="field type"><span class="hidden-line">Type</span><select name="type" .value=${alive(form.type)} @change=${(/** @type {any} */ e) => app.set({ form: { ...app.ui.form, type: e.target.value } })}>${TYPES.map((type) => html`<option ?selected=${type === form.type}>${type}</option>`)}</select></label>
    <button class="btn pri">Ask</button>
    ${app.ui.nameless ? html`<p class="c-fail nameless" role="alert">A question needs a name, such as ${firstName(app) || "kubernetes"}.</p>` : nothing}
    <datalist id="names">${guard([second(app), form.namespace], () => names(app).map((name) => html`<option value=${name}></option>`))}</datalist>
  </form>`;
}

/** Lists of hundreds of names are made at most once a second. @param {App} app */
const second = (app) => Math.floor(app.now / 1000);

/** Pods and namespaces one can ask from. @param {App} app */
function askers(app) {
  const { form } = app.ui, pods = [...app.model.pods.values()].filter((pod) => canAsk(pod) && !pod.deleting);
  const shown = pods.slice(0, MOST_ASKERS);
  const mine = form.pod && !shown.some((pod) => pod.name === form.pod && pod.ns === form.namespace);
  const value = form.pod ? `${form.namespace}/${form.pod}` : `${form.namespace}/`;
  const change = (/** @type {any} */ event) => {
    const [namespace, pod] = event.target.value.split("/");
    app.set({ form: { ...app.ui.form, namespace, pod } });
  };
  return html`<select name="from" .value=${alive(value)} @change=${change}>
    <optgroup label="Pods">${mine ? html`<option value=${value} selected>${form.pod}</option>` : nothing}${shown.map((pod) => html`<option value=${`${pod.ns}/${pod.name}`} ?selected=${value === `${pod.ns}/${pod.name}`}>${pod.name}${pod.ns === "default" ? "" : ` (${pod.ns})`}</option>`)}</optgroup>
    <optgroup label="Namespaces">${app.model.namespaces.map((space) => html`<option value=${`${space.name}/`} ?selected=${value === `${space.name}/`}>namespace ${space.name}</option>`)}</optgroup>
  </select>`;
}

/** Names that exist, for completion: Services, and pods under the Service that names them. @param {App} app */
function names(app) {
  const { namespace } = app.ui.form;
  /** @type {string[]} */ const found = [];
  for (const { item, shape, links } of app.model.services.values()) {
    const own = item.ns === namespace ? item.name : `${item.name}.${item.ns}`;
    found.push(own);
    if (shape === "headless") for (const link of links.slice(0, 20)) if (app.model.pods.get(link.pod)?.subdomain === item.name) found.push(`${nameOf(link.pod)}.${own}`);
  }
  return found.sort().slice(0, 200);
}

/** @param {App} app @param {Answer} answer */
function walkOf(app, answer) {
  const { walk, question } = answer, { dig, raw } = app.ui;
  if (!walk) return html`<p class="none-yet">${answer.refused ? html`<span class="c-fail">${answer.refused}</span>` : `Asking for ${question.name}…`}</p>`;
  return html`${answer.refused ? html`<p class="c-fail">${answer.refused}</p>` : nothing}${steps(answer, walk)}
    ${app.picture.cardColumn && walk.records.every((record) => ADDRESSES.has(record.type)) ? nothing : records(app, answer)}${reasonLines(walk)}${routeLine(app, walk)}
    <div class="walk-f"><span>${dotsWords(question.name, walk)}</span><span class="grow"></span>
      <button type="button" class="link" aria-expanded=${dig ? "true" : "false"} @click=${() => opened(app, { dig: !dig })}>dig output</button>
      <button type="button" class="link" aria-expanded=${raw.open ? "true" : "false"} @click=${() => opened(app, { raw: { ...raw, open: !raw.open, of: null } })}>Raw bytes</button>
      ${copies(app, answer, walk)}</div>
    ${dig ? html`${walk.command.dig ? nothing : html`<p class="none-yet tight">${elsewhere(app)}</p>`}<pre class="dig" tabindex="0" aria-label="dig output">${walk.dig}</pre>` : nothing}
    ${raw.open ? html`<pre class="dig" tabindex="0" aria-label="raw bytes">${raw.error || raw.text || "Fetching…"}</pre>` : nothing}`;
}

/** What was opened stands below the fold of a low box: it comes into sight. @param {App} app @param {Partial<import("../app/app.js").Ui>} changes */
function opened(app, changes) {
  app.set(changes);
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(".dns pre.dig:last-of-type")?.scrollIntoView({ block: "nearest" })));
}

/** Each try of the search list, those that were not needed too. @param {Answer} answer @param {Walk} walk */
export function steps({ question }, walk) {
  const hit = walk.steps.findIndex((step) => step.asked && step.rcode === "NOERROR" && step.records.length > 0);
  const asked = walk.steps.filter((step) => step.asked).length;
  // Another question walks from the start; the same one, answered anew, changes where it stands.
  return keyed(question.id, html`<ol class="walk" .style=${`--try:${pacePerTry(asked)}ms`} aria-label=${`Search list for ${question.name}`}>${walk.steps.map((step, i) => stepRow(step, i, hit, walk, question.name, Math.min(i, asked)))}</ol>`);
}

/** How long a question stays at each try (ms): seen, but never long in all. @param {number} tries */
export const pacePerTry = (tries) => Math.min(240, Math.round(1200 / Math.max(1, tries)));

/** @param {Walk} walk */
export const reasonLines = (walk) => walk.reasons.length ? html`<ul class="reasons">${walk.reasons.map((text) => html`<li>${icon("info", 13)}<span>${text}</span></li>`)}</ul>` : nothing;

/** Where a connection to the virtual address goes on. @param {App} app @param {Walk} walk */
export function routeLine(app, { route }) {
  if (!route) return nothing;
  const { backends } = route, shown = backends.slice(0, 5);
  if (!shown.length) return html`<p class="route">kube-proxy sends ${route.address} to nobody: no pod is Ready.</p>`;
  const end = (/** @type {typeof shown[0]} */ { pod, ip }) => pod ? html`<button type="button" class="link mono" @click=${() => app.select(pod)}>${nameOf(pod)}</button>` : html`<span class="mono">${ip}</span>`;
  return html`<p class="route">kube-proxy sends ${route.address} to ${shown.map((each, i) => html`${i ? ", " : ""}${end(each)}`)}${backends.length > 5 ? ` and ${backends.length - 5} more` : ""}${backends.length > 1 ? `, 1 in ${backends.length} each` : ""}.</p>`;
}

/** Commands that ask the same from a terminal. @param {App} app @param {Answer} answer @param {Walk} walk */
export const copies = (app, answer, walk) => walk.command.dig
  ? html`<button type="button" class="link" data-copy-text=${walk.command.dig} title=${walk.command.dig}>Copy dig</button><button type="button" class="link" data-copy-text=${walk.command.nslookup} title=${walk.command.nslookup}>Copy nslookup</button>`
  : html`<button type="button" class="link" data-copy-text=${curl(app.page.urls.resolve, answer.question, app.past.query("&"))} title=${elsewhere(app)}>Copy curl</button>${app.past.looking ? nothing : html`<button type="button" class="link" data-copy-text=${absolute(app.page.urls.doh)} title="DNS over HTTPS, RFC 8484">Copy DoH address</button>`}`;

/** How to ask a cluster that no DNS port answers for. @param {App} app */
export function elsewhere({ page: { dnsPort, urls, slug }, past }) {
  if (past.looking) return "A DNS server answers for the present. The past is asked here, or with curl. Below is what a pod would have seen.";
  const port = dnsPort ? `The DNS port ${dnsPort.address} answers for ${dnsPort.cluster}, not for ${slug}.` : "No DNS port is open here.";
  return `${port} Ask here, or over HTTPS (RFC 8484) at ${absolute(urls.doh)}. Below is what a pod sees.`;
}

/** What a try that gave nothing means. */
const MISSES = /** @type {Record<string, string>} */ ({ NOERROR: "no such record", NXDOMAIN: "no such name", REFUSED: "nobody to ask", SERVFAIL: "no answer", UNREACHABLE: "nobody answers" });

/** @param {Step} step @param {number} i @param {number} hit @param {Walk} walk @param {string} name @param {number} turn when it is reached */
function stepRow(step, i, hit, walk, name, turn) {
  const bare = name.replace(/\.$/, ""), whole = step.qname.replace(/\.$/, ""), typed = whole === bare;
  const [head, tail] = whole.startsWith(bare) ? [bare, typed ? ". (as typed)" : whole.slice(bare.length)] : [whole, ""];
  const kind = i === hit ? "hit" : !step.asked ? "unasked" : step.rcode === "NOERROR" ? "nodata" : "nx";
  const silent = walk.steps.findIndex((each) => each.rcode === "UNREACHABLE");
  const result = i === hit ? outcome({ ...walk, rcode: step.rcode, records: step.records }) : !step.asked ? (hit >= 0 ? `answered at ${hit + 1}` : silent >= 0 ? `given up at ${silent + 1}` : "not needed") : MISSES[step.rcode] ?? "";
  return html`<li class=${kind} .style=${`--turn:${turn}`}><span class="n">${i + 1}</span><span class="q" title=${step.qname}>${kind === "hit" ? html`<b>${head}</b>` : head}<span>${tail}</span></span><span class="rc">${step.asked ? step.rcode : "not asked"}</span><span class="res">${result}</span></li>`;
}

/** @param {string} name @param {Walk} walk */
export function dotsWords(name, walk) {
  if (name.endsWith(".")) return "A final dot: asked as typed, no search list.";
  const dots = name.split(".").length - 1;
  const order = dots >= 5 ? "at least ndots 5: as typed first." : "fewer than ndots 5: the search list goes first.";
  return walk.steps.length > 1 ? `${dots} ${dots === 1 ? "dot" : "dots"}, ${order}` : "Asked as it is.";
}

/** @param {App} app */
export function history(app) {
  const earlier = app.questions.all.filter(({ question }) => question.id !== app.ui.current).reverse().slice(0, 4);
  if (!earlier.length) return nothing;
  return html`<div class="hist"><span class="lbl">Earlier</span>${earlier.map(({ question, walk }) => html`<button type="button" title=${question.name} @click=${() => app.questions.ask({ ...question })}><span class="mono">${question.name}</span>${walk ? html`<b class=${walk.rcode === "NOERROR" && walk.records.length ? "" : "w"}>${outcome(walk)}</b>` : nothing}</button>`)}</div>`;
}
