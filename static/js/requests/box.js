/** The request box: who sends, whereto, how often; the way of the first request, and who got them all. */
import { html, nothing, svg } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { live as alive } from "lit/directives/live.js";
import { keyed } from "lit/directives/keyed.js";
import { command, icon } from "../panels/icons.js";
import { tailOf } from "../layout/geometry.js";
import { number } from "../picture/words.js";
import { canAsk } from "../model/running.js";
import { COUNTS, headline, OUTSIDE, wentOn, WORDS } from "./traffic.js";

/** @import { App } from "../app/app.js" */
/** @import { Item, Trace, Station } from "../types.d.ts" */
/** @import { Traffic } from "./traffic.js" */

const MOST = 300, MOST_BARS = 40;
const GOOD = new Set(["answered", "connected", "heard"]);

/** Which of the dock's boxes is shown. @param {App} app */
export function toolSwitch(app) {
  // Whoever may only look is not offered what would be refused; an address of a shell says why.
  const tool = app.ui.tool ?? "dns", may = app.present.user?.canWrite ?? app.page.user.canWrite;
  const one = (/** @type {"dns"|"request"|"shell"} */ id, /** @type {string} */ words) => html`<button type="button" aria-pressed=${tool === id ? "true" : "false"} @click=${() => turn(app, id)}>${words}</button>`;
  return html`<div class="seg tools" role="group" aria-label="What to do">${one("dns", "DNS")}${one("request", "Requests")}${may || tool === "shell" ? one("shell", "Shell") : nothing}</div>`;
}

/** The other box has a switch of its own: the focus goes on there. @param {App} app @param {"dns"|"request"|"shell"} tool */
function turn(app, tool) {
  app.set({ tool });
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".tools [aria-pressed=true]"))?.focus({ preventScroll: true })));
}

/** @param {Traffic} traffic */
export function requestBox(traffic) {
  const { trace, error } = traffic;
  return html`<div class="req">${form(traffic, toolSwitch(traffic.app))}
      ${error ? html`<p class="c-fail none-yet">${error}</p>` : trace ? way(traffic, trace) : html`<p class="none-yet">Nothing sent yet. A request goes name, virtual address, rule, pod: each station is told here, and drawn above.</p>`}</div>
    <div class="req-side">${trace && !error ? spread(traffic, trace) : html`<div class="dock-h"><h2>Who gets them</h2></div><p class="none-yet">Send a hundred and see how they spread.</p>`}</div>`;
}

/** @param {Traffic} traffic @param {unknown} [lead] what stands before the fields */
export function form(traffic, lead = nothing) {
  const { app, form: given } = traffic;
  const send = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault();
    traffic.send(Number(/** @type {HTMLButtonElement|null} */ (event.submitter)?.value || 1));
  };
  if (!given.from || !given.to) prefill(traffic);
  return html`<form class="ask" @submit=${send}>${lead}
    <label class="field from"><span class="lbl">From</span>${guard([second(app), traffic.form.from], () => askers(traffic))}</label>
    <label class="field wide"><span class="lbl">To</span><input type="text" name="to" list="goals" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="http://web" .value=${alive(traffic.form.to)} @input=${(/** @type {any} */ e) => { traffic.form.to = e.target.value; }}></label>
    <div class="seg send" role="group" aria-label="Send">${COUNTS.map((count, i) => html`<button class=${i ? "" : "pri"} value=${count} aria-label=${count === 1 ? "Send 1 request" : `Send ${number(count)} requests`}>${i ? number(count) : "Send 1"}</button>`)}</div>
    <datalist id="goals">${guard([second(app), place(traffic)], () => goals(traffic).map((goal) => html`<option value=${goal}></option>`))}</datalist>
  </form>`;
}

/** Lists of hundreds of names are made at most once a second. @param {App} app */
const second = (app) => Math.floor(app.now / 1000);

/** @param {Traffic} traffic */
const place = (traffic) => (traffic.form.from.includes("/") ? traffic.form.from.split("/")[0] : "default");

/** @param {App} app @returns {Item[]} pods that something can be sent from */
const senders = (app) => [...app.model.pods.values()].filter((pod) => canAsk(pod) && !["pending", "creating", "completed"].includes(pod.state ?? ""));

/** The pod that asks DNS and the first Service with an address, until somebody says otherwise. @param {Traffic} traffic */
function prefill(traffic) {
  const { app } = traffic, { form: asked } = app.ui, pods = senders(app);
  const pod = pods.find((each) => each.name === asked.pod && each.ns === asked.namespace) ?? pods[0];
  const services = [...app.model.services.values()].filter((s) => s.item.ns === (pod?.ns ?? "default") && s.links.length);
  const works = services.filter((s) => !app.state.reasons.get(s.item.id)?.some((reason) => reason.level === "fail"));
  const goal = works.find((s) => s.shape === "cluster") ?? services.find((s) => s.shape === "cluster") ?? services[0];
  if (!traffic.form.from && pod) traffic.form.from = `${pod.ns}/${pod.name}`;
  if (!traffic.form.to && goal) traffic.form.to = urlOf(goal.item, goal.item.ns);
}

/** @param {Traffic} traffic */
function askers(traffic) {
  const { app } = traffic, { from } = traffic.form, pods = senders(app).slice(0, MOST);
  const mine = from && from !== OUTSIDE && !pods.some((pod) => `${pod.ns}/${pod.name}` === from);
  return html`<select name="from" .value=${alive(from)} @change=${(/** @type {any} */ e) => from_(traffic, e.target.value)}>
    <optgroup label="Pods">${mine ? html`<option value=${from} selected>${from.split("/")[1]}</option>` : nothing}${pods.map((pod) => html`<option value=${`${pod.ns}/${pod.name}`} ?selected=${from === `${pod.ns}/${pod.name}`}>${pod.name}${pod.ns === "default" ? "" : ` (${pod.ns})`}</option>`)}</optgroup>
    <optgroup label="Elsewhere"><option value=${OUTSIDE} ?selected=${from === OUTSIDE}>outside the cluster</option></optgroup></select>`;
}

/** Outside no name is known, so a name gives way to an address that leads in, if there is one. @param {Traffic} traffic @param {string} from */
function from_(traffic, from) {
  traffic.form.from = from;
  const named = /[a-z]/i.test(traffic.form.to.replace(/^\w+:\/\//, ""));
  traffic.fill(from === OUTSIDE && named ? { to: goals(traffic)[0] ?? traffic.form.to } : {});
}

/** Where one may send to: Services by name, their doors by address. @param {Traffic} traffic */
function goals(traffic) {
  const space = place(traffic), outside = traffic.form.from === OUTSIDE, node = [...traffic.app.state.objects.values()].find((item) => item.resource === "nodes")?.address;
  /** @type {string[]} */ const found = [];
  for (const { item } of traffic.app.model.services.values()) {
    if (!outside && item.type !== "ExternalName") found.push(urlOf(item, space));
    for (const address of item.external ?? []) found.push(`http://${address}${portOf(item)}`);
    for (const port of item.ports ?? []) if (port.nodePort && node) found.push(`http://${node}:${port.nodePort}`);
  }
  return [...new Set(found)].sort().slice(0, MOST);
}

/** Send to a Service from whom one sent last, or would be sent from first, by the name that leads there from there.
 * @param {App} app @param {Item} item */
export function sendTo(app, item) {
  if (!app.traffic.form.from) prefill(app.traffic);
  app.toRequests({ to: urlOf(item, place(app.traffic)) });
}

/** @param {Item} item @param {string} from the namespace it is sent from */
export function urlOf(item, from) {
  const port = item.ports?.[0], name = item.ns === from ? item.name : `${item.name}.${item.ns}`;
  const scheme = port?.protocol === "UDP" ? "udp" : port?.port === 443 ? "https" : "http";
  return `${scheme}://${name}${scheme === "https" ? "" : portOf(item)}`;
}

/** @param {Item} item */
const portOf = (item) => (!item.ports?.[0] || item.ports[0].port === 80 ? "" : `:${item.ports[0].port}`);

// -- the way --------------------------------------------------------------------------------------------------------

/** @param {Traffic} traffic @param {Trace} trace */
export function way(traffic, trace) {
  const { app } = traffic, why = trace.reasons.filter((text) => text !== trace.steps.at(-1)?.text);
  return html`${keyed(traffic.asked, html`<ol class=${trace.virtual ? "way" : "way straight"} aria-label=${trace.count === 1 ? `Way of the request to ${trace.to.url}` : `Way of the first request to ${trace.to.url}`}>${trace.steps.map((step, i) => station(app, step, i))}</ol>`)}
    ${why.length ? html`<ul class="reasons">${why.map((text) => html`<li>${icon("info", 13)}<span>${text}</span></li>`)}</ul>` : nothing}
    ${trace.affinity ? html`<p class="route">${trace.affinity.text}</p>` : nothing}
    <div class="walk-f">${traffic.outdated ? html`<span class="since" role="status"><b>The cluster has changed since.</b> This was sent at r${trace.revision}.</span><button type="button" class="btn sm" @click=${() => traffic.send(trace.count)}>Send again</button>` : html`<span>Sent at r${trace.revision}.</span>`}<span class="grow"></span>${trace.rules.length ? html`<button type="button" class="link" aria-expanded=${traffic.rules ? "true" : "false"} @click=${() => unfold(traffic)}>kube-proxy's rules</button>` : nothing}</div>
    ${traffic.rules && trace.rules.length ? html`<pre class="dig" tabindex="0" aria-label="Rules as iptables-save prints them">${trace.rules.join("\n")}</pre>` : nothing}`;
}

/** Show the rules, and bring them into sight. @param {Traffic} traffic */
function unfold(traffic) {
  traffic.rules = !traffic.rules;
  traffic.app.schedule();
  requestAnimationFrame(() => requestAnimationFrame(() => document.querySelector(".req > .dig")?.scrollIntoView({ block: "nearest" })));
}

/** @param {App} app @param {Station} step @param {number} i */
const station = (app, step, i) => html`<li class="w-${step.at} ${step.ok ? "" : "bad"}"><span class="n" aria-hidden="true">${i + 1}</span><span class="lbl">${step.at}</span><span>${step.text}${step.id && step.at !== "name" && app.item(step.id) ? html` <button type="button" class="link" aria-label=${`Show ${step.id.split("/").at(-1)}`} @click=${() => app.select(step.id ?? "")}>Show</button>` : nothing}</span></li>`;

// -- who got them ---------------------------------------------------------------------------------------------------

/** @param {Traffic} traffic @param {Trace} trace */
export function spread(traffic, trace) {
  const counts = traffic.counts, most = Math.max(1, ...counts, ...trace.spread.map((row) => row.expected * traffic.shown));
  const shown = trace.spread.slice(0, MOST_BARS), more = trace.spread.length - shown.length;
  return html`<div class="dock-h"><h2>${headline(trace)}</h2><span class="grow"></span><ul class="outcomes">${Object.entries(trace.outcomes).map(([code, count]) => html`<li class=${`o-${code}`}><b>${number(count)}</b> ${WORDS[code] ?? code}</li>`)}</ul></div>
    ${shown.length ? html`<ul class="spread" aria-label="Requests by pod">${shown.map((row, i) => bar(traffic, trace, i, counts[i] ?? 0, most))}</ul>${more > 0 ? html`<p class="subtle">and ${more} more</p>` : nothing}` : html`<p class="none-yet">${trace.says || "Nobody got it."}</p>`}
    ${wentOn(trace) ? html`<p class="subtle small">The bars count tries: a client that is refused at one address goes on to the next.</p>` : trace.count > 1 && trace.spread.length > 1 && trace.spread.some((row) => row.expected) ? html`<p class="subtle small">The thin line is what each would get of very many.</p>` : nothing}
    ${client(trace)}${command(trace.kubectl)}`;
}

/** A name that is cut before its last part, by which pods of one workload differ. @param {string} name */
function midCut(name) {
  const tail = tailOf(name);
  return html`<span class="mid-cut"><span>${name.slice(0, name.length - tail.length)}</span><span>${tail}</span></span>`;
}

/** @param {Traffic} traffic @param {Trace} trace @param {number} i @param {number} count @param {number} most */
function bar(traffic, trace, i, count, most) {
  const row = trace.spread[i], good = Object.keys(row.outcomes).every((code) => GOOD.has(code));
  const fair = trace.count > 1 && !wentOn(trace) ? Math.min(99.4, (100 * row.expected * traffic.shown) / most) : 0;
  const words = `${row.name} at ${row.ip}, port ${row.port}`;
  return html`<li><span class="who" title=${words}>${row.id && traffic.app.item(row.id) ? html`<button type="button" class="link" aria-label=${words} @click=${() => traffic.app.select(row.id ?? "")}>${midCut(row.name)}</button>` : midCut(row.name)}</span>
    <span class="bar">${svg`<svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true"><rect class=${good ? "bar-good" : "bar-bad"} width=${(100 * count) / most} height="14"></rect>${fair ? svg`<rect class="bar-fair" x=${fair} width=".6" height="14"></rect>` : nothing}</svg>`}</span>
    <span class="num">${number(count)}</span></li>`;
}

/** What the client prints. @param {Trace} trace */
function client(trace) {
  const { response } = trace;
  if (!response) return trace.says && trace.spread.length ? html`<pre class="dig" tabindex="0" aria-label="What the client prints">${trace.says}</pre>` : nothing;
  const head = [`HTTP/1.1 ${response.status} ${response.phrase}`.trim(), ...response.headers.map(([key, value]) => `${key}: ${value}`)];
  return html`<details class="fold"><summary>${response.status} ${response.phrase}, the first answer whole</summary><pre class="dig" tabindex="0" aria-label="The first answer">${head.join("\n")}\n\n${response.body}${response.cut ? `\n… and ${number(response.cut)} characters more` : ""}</pre></details>`;
}

/** The phone's sheet while it shows requests: the last outcome in two lines. @param {Traffic} traffic */
export function requestHead(traffic) {
  const { app, trace } = traffic, open = app.ui.sheet === "dns";
  const told = trace ? Object.entries(trace.outcomes).map(([code, count]) => `${number(count)} ${WORDS[code] ?? code}`).join(", ") : "";
  return html`<button type="button" class="sheet-h" aria-expanded=${open ? "true" : "false"} @click=${() => app.set({ sheet: open ? "" : "dns" })}><span class="grip" aria-hidden="true"></span>
    <span class="dock-h"><b class=${trace ? "mono" : ""}>${trace ? trace.to.url : "Send requests"}</b><span class="grow"></span>${trace ? html`<span class="badge b-${GOOD.has(trace.result) ? "ready" : "fail"}">${told}</span>` : nothing}</span>
    <span class="muted">${trace ? trace.steps.at(-1)?.text ?? "" : "From a pod to a name: see who answers."}</span></button>`;
}
