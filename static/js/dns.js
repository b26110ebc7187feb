/**
 * The DNS page's entry. The server wrote the page whole; this takes it over as soon as the same question was answered
 * over the live connection, and from then on the answers change where they stand.
 */
import { html, nothing, render } from "lit/html.js";
import { askingIn, withAsking } from "./app/address.js";
import { App } from "./app/app.js";
import { Head } from "./app/head.js";
import { takenAlong, underHand } from "./app/takeover.js";
import { Then } from "./app/then.js";
import { pageData } from "./app/page.js";
import { preset } from "./model/presets.js";
import { askBoth, compare } from "./panels/compare.js";
import { notice } from "./panels/live.js";
import { askForm, copies, dotsWords, elsewhere, firstName, history, reasonLines, routeLine, steps } from "./panels/dns.js";
import { records } from "./panels/records.js";
import { outcome } from "./state.js";

/** @import { Answer, Walk } from "./types.d.ts" */

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const page = pageData(main);

/** What is asked stands in the address; what is selected is shown on the map. */
class Asking extends App {
  /** Whether a question becomes a step of the browser's history. */
  steps = false;

  /** @param {string} id */
  select(id) {
    location.assign(`${page.urls.explorer}${this.past.query("?")}#${id}`);
  }

  /** @param {import("./app/address.js").Asked|null} asked */
  asking = (asked) => {
    if (!this.steps) return;
    shown.classList.remove("quiet");
    if (withAsking("", askingIn(location.search)) !== withAsking("", asked)) window.history.pushState(null, "", location.pathname + withAsking(location.search, asked));
  };
}

const app = new Asking(page, draw), head = new Head(app, main);
const then = new Then(app, () => withAsking("", askingIn(location.search)).replace("?", "&"));
const still = /** @type {HTMLElement} */ (document.getElementById("still")), shown = document.createElement("div");
shown.className = "dns-live quiet";

function draw() {
  const { state, ui } = app, answer = state.answers.get(ui.current);
  head.measure();
  head.draw();
  then.draw();
  if (state.cluster && then.arrived) askBoth(app);
  if (state.cluster && !ui.form.name && !ui.current) ui.form = { ...ui.form, name: firstName(app), ...(ui.form.pod ? {} : preset(app.model)) };
  // Until there is an answer the server's own stays: the page never goes blank.
  if (!shown.isConnected && state.cluster && then.arrived && (!ui.current || answer?.walk || answer?.refused) && !underHand(still)) takeOver(answer);
  if (shown.isConnected) render(whole(answer), shown);
  app.questions.bytes();
}

/** @param {Answer|undefined} answer */
function takeOver(answer) {
  const { ui } = app, { written, focusIn } = takenAlong(still, { namespace: "from", pod: "from" }), { left, right, ...asked } = written;
  // A pod of another namespace is none of the one that was chosen since.
  ui.form = { ...ui.form, ...(asked.namespace ? { pod: "" } : {}), ...asked };
  ui.twin = { left: side(left ?? "") || ui.twin.left, right: side(right ?? "") || ui.twin.right };
  still.replaceWith(shown);
  render(whole(answer), shown);
  focusIn(shown);
}

/** @param {Answer|undefined} answer */
function whole(answer) {
  return html`${askForm(app)}${history(app)}<div class="dns-note">${notice(app, "page")}</div>
    ${answer?.walk ? told(answer, answer.walk) : html`${answer ? html`<p class="verdict ${answer.refused ? "bad" : ""}" role="status">${answer.refused || `Asking for ${answer.question.name}…`}</p>` : html`<p class="muted">No question yet. Pick a pod and a name; <button type="button" class="link mono" @click=${() => app.questions.ask({ name: firstName(app) || "kubernetes" })}>${firstName(app) || "kubernetes"}</button> is a good first one.</p>`}${compare(app)}`}`;
}

/** @param {Answer} answer @param {Walk} walk */
function told(answer, walk) {
  const { ui } = app, good = walk.records.length > 0;
  return html`<section class="sheet-card" aria-labelledby="walk-title"><h2 id="walk-title">The way through the search list</h2>${steps(answer, walk)}<p class="subtle small">${dotsWords(answer.question.name, walk)}</p>
      <details class="muted"><summary>/etc/resolv.conf of ${walk.asker.pod || "any pod"}, dnsPolicy ${walk.asker.policy ?? "ClusterFirst"}</summary><pre class="dig" tabindex="0">${walk.asker.resolv_conf || "# as its node has it"}</pre></details></section>
    <section class="sheet-card" aria-labelledby="answer-title"><h2 id="answer-title">Answer <span class="badge ${good ? "b-answer" : "b-wait"}">${walk.rcode}${good ? `, ${outcome(walk)}` : ""}</span><span class="grow"></span>${answer.stale ? html`<span class="subtle small">asked before the connection was lost</span>` : nothing}</h2>${records(app, answer)}${reasonLines(walk)}${routeLine(app, walk)}</section>
    ${compare(app)}
    <section class="sheet-card" aria-labelledby="dig-title"><h2 id="dig-title">As dig prints it<span class="grow"></span><span class="copies">${copies(app, answer, walk)}</span></h2>
      ${walk.command.dig ? nothing : html`<p class="muted">${elsewhere(app)}</p>`}<pre class="dig" tabindex="0" aria-label="dig output">${walk.dig}</pre>
      <div><button type="button" class="link" aria-expanded=${ui.raw.open ? "true" : "false"} @click=${() => app.set({ raw: { ...ui.raw, open: !ui.raw.open, of: null } })}>Raw bytes</button></div>
      ${ui.raw.open ? html`<pre class="dig" tabindex="0" aria-label="raw bytes">${ui.raw.error || ui.raw.text || "Fetching…"}</pre>` : nothing}</section>`;
}

/** The question in the address, as the server read it too. */
function fromAddress() {
  const given = new URLSearchParams(location.search), text = (/** @type {string} */ name) => given.get(name)?.trim() ?? "";
  const asked = askingIn(location.search);
  const form = asked?.tool === "dns" ? { name: asked.name, type: asked.type, pod: asked.pod, namespace: asked.namespace } : { name: "", type: "A", pod: text("pod"), namespace: text("namespace") || "default" };
  app.steps = false;
  app.ui.form = form;
  app.ui.twin = { left: side(text("left")), right: side(text("right")) };
  if (form.name) app.questions.ask();
  else app.set({ current: "" });
  app.steps = true;
}

/** @param {string} name namespace/name */
const side = (name) => (name ? `services/${name}` : "");

app.questions.recall();
app.past.open(location.search).then(fromAddress);
addEventListener("popstate", () => app.past.follow(location.search).then(fromAddress));
setInterval(() => app.schedule(), 1000);
app.live.connect();
app.schedule();
