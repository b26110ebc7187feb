/**
 * The requests page's entry. The server wrote the page whole; this takes it over: pods and Services come and go in its
 * form, and what is sent stands in the address.
 */
import { html, nothing, render } from "lit/html.js";
import { askingIn, withAsking } from "./app/address.js";
import { App } from "./app/app.js";
import { Head } from "./app/head.js";
import { pageData } from "./app/page.js";
import { takenAlong, underHand } from "./app/takeover.js";
import { Then } from "./app/then.js";
import { notice } from "./panels/live.js";
import { form, spread, way } from "./requests/box.js";

/** @import { Asked } from "./app/address.js" */
/** @import { Trace } from "./types.d.ts" */

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const page = pageData(main);

/** What is sent stands in the address; what is selected is shown on the map. */
class Sending extends App {
  /** @param {string} id */
  select(id) {
    location.assign(`${page.urls.explorer}${this.past.query("?")}#${id}`);
  }

  /** Whether what is sent becomes a step of the browser's history. */
  steps = false;

  /** @param {Asked|null} asked */
  asking = (asked) => {
    if (!this.steps || withAsking("", asked) === now()) return;
    window.history.pushState(null, "", location.pathname + withAsking(location.search, asked));
    sent = location.search;
  };
}

/** What the address asks, in one spelling. */
const now = () => withAsking("", askingIn(location.search));

const app = new Sending(page, draw), head = new Head(app, main), then = new Then(app, () => now().replace("?", "&"));
const still = /** @type {HTMLElement} */ (document.getElementById("still")), shown = document.createElement("div");
shown.className = "dns-live";
/** Which address it is that what is shown was sent for. */
let sent = "";
/** What the server sent for the address; null when it sent nothing, or for a form that an older page of ours posted. @type {Trace|null} */
let served = JSON.parse(document.getElementById("trace")?.textContent ?? "null");
/** What a form brought stands nowhere else: that page stays the server's. */
const posted = served !== null && askingIn(location.search) === null;

function draw() {
  head.measure();
  head.draw();
  then.draw();
  const { traffic } = app;
  // Until there is an answer the server's own stays: the page never goes blank.
  if (!posted && !shown.isConnected && app.state.cluster && then.arrived && !traffic.sending && !underHand(still)) takeOver();
  if (shown.isConnected) render(whole(), shown);
}

function takeOver() {
  const { written: { from, namespace, to }, focusIn } = takenAlong(still, { namespace: "from" }), { traffic } = app;
  const space = namespace ?? /** @type {HTMLSelectElement|null} */ (still.querySelector("[name=namespace]"))?.value ?? "default";
  if (from) traffic.fill({ from: from === "outside" || from.includes("/") ? from : `${space}/${from}` });
  if (to !== undefined) traffic.fill({ to });
  still.replaceWith(shown);
  render(whole(), shown);
  focusIn(shown);
}

function whole() {
  const { traffic, past } = app, { error } = traffic, other = traffic.trace !== null && traffic.moment !== past.revision, trace = other ? null : traffic.trace;
  return html`${form(traffic)}<div class="dns-note">${notice(app, "page")}</div>
    ${error ? html`<p class="verdict bad" role="alert">${error}</p>` : nothing}
    ${trace && !error ? told(trace) : error ? nothing : other ? html`<p class="muted" role="status">What was sent at r${traffic.trace?.revision} is not of the moment on show. Send it again to see its way ${past.looking ? `at r${past.revision}` : "now"}.</p>` : html`<p class="muted">Nothing sent yet. A request goes from a pod, or from outside, to a name or an address: you see each station of its way, who answers, and if nobody does, why.</p>`}`;
}

/** @param {Trace} trace */
const told = (trace) => html`<section class="sheet-card req" aria-labelledby="way-title"><h2 id="way-title">${trace.count === 1 ? "The way of the request" : "The way of the first request"}</h2>${way(app.traffic, trace)}</section>
  <section class="sheet-card req-side">${spread(app.traffic, trace)}</section>`;

/** Send what the address asks, of the moment that it names. */
function fromAddress() {
  const asked = askingIn(location.search), at = location.search;
  if (asked?.tool !== "request") {
    app.traffic.forget();
    // A link may fill in who sends, and say nothing of whereto.
    const from = new URLSearchParams(location.search).get("from") ?? "";
    if (from) app.traffic.fill({ from: whole_(from) });
  } else if (at !== sent) {
    const { from } = served ?? {};
    app.traffic.fill({ from: whole_(asked.from) || (from?.pod ? `${from.namespace}/${from.pod}` : ""), to: asked.to });
    if (served) app.traffic.adopt(served);
    else app.traffic.send(asked.count);
  }
  served = null;
  sent = at;
  app.steps = true;
}

/** A pod with its namespace, which older links name beside it. @param {string} from */
const whole_ = (from) => (from && from !== "outside" && !from.includes("/") ? `${new URLSearchParams(location.search).get("namespace") || "default"}/${from}` : from);

app.past.open(location.search).then(fromAddress);
addEventListener("popstate", () => {
  app.steps = false;
  app.past.follow(location.search).then(fromAddress);
});
setInterval(() => app.schedule(), 1000);
app.live.connect();
app.schedule();
