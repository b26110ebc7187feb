/** The same question put to a headless Service and to one with a virtual address, each with its own answer. */
import { html, nothing } from "lit/html.js";
import { outcome } from "../state.js";
import { records } from "./records.js";
import { choose, mini, picker } from "./twin.js";

/** @import { App } from "../app/app.js" */
/** @import { Answer, ServiceModel } from "../types.d.ts" */

/** The questions of the two sides have these ids; they are no questions of the person. */
export const SIDES = /** @type {const} */ (["twin-left", "twin-right"]);

/** Keep a question open to each side, like the person's in type and asker. @param {App} app */
export function askBoth(app) {
  const { left, right } = choose(app, asked(app)), { type, pod, namespace } = asked(app);
  [left, right].forEach((service, i) => {
    const id = SIDES[i], open = app.state.answers.get(id)?.question;
    const name = service ? (service.item.ns === namespace ? service.item.name : `${service.item.name}.${service.item.ns}`) : "";
    if (open && open.name === name && open.type === type && open.pod === pod && open.namespace === namespace) return;
    if (open) app.questions.drop(id);
    if (name) app.questions.put({ id, name, type, pod, namespace });
  });
}

/** What the person asked last, else what the form would ask. @param {App} app */
const asked = (app) => app.state.answers.get(app.ui.current)?.question ?? app.ui.form;

/** @param {App} app */
export function compare(app) {
  const { left, right } = choose(app, asked(app)), { choosing } = app.ui;
  if (!left && !right) return nothing;
  return html`<section class="sheet-card" aria-labelledby="twin-title"><h2 id="twin-title">The same question to two Services<span class="grow"></span><button type="button" class="link muted small" aria-expanded=${choosing ? "true" : "false"} @click=${() => app.set({ choosing: !choosing })}>${choosing ? "Done" : "Choose others"}</button></h2>
    ${choosing ? html`<div class="choose">${picker(app, "left", left)}${picker(app, "right", right)}</div>` : nothing}
    <div class="twin full">${[left, right].map((service, i) => service ? side(app, service, app.state.answers.get(SIDES[i])) : nothing)}</div></section>`;
}

/** @param {App} app @param {ServiceModel} service @param {Answer|undefined} answer */
function side(app, service, answer) {
  const { item, shape } = service, headless = shape === "headless", walk = answer?.walk;
  return html`<div class=${headless ? "" : "virtual"}><h3><button type="button" class="plain" @click=${() => app.select(item.id)}>${item.name}</button></h3>
    <span class="k">${headless ? "clusterIP: None" : `${item.type} ${item.clusterIP}`}</span>${mini(service, app.model)}
    ${walk && answer ? html`<p><span class="badge ${walk.records.length ? "b-answer" : "b-wait"}">${walk.rcode}</span></p>${records(app, answer)}
      <p><b>DNS says ${outcome(walk)}.</b>${then(service, walk.records.length)}</p>${walk.reasons.map((text) => html`<p class="because">${text}</p>`)}`
    : html`<p class="muted">${answer?.refused || "Asking…"}</p>`}</div>`;
}

/** @param {ServiceModel} service @param {number} found */
function then({ shape, behind }, found) {
  if (!found) return nothing;
  if (shape === "headless") return " The client chooses the pod.";
  return behind ? ` The proxy chooses the pod, 1 in ${behind} each.` : " Nobody is behind it.";
}
