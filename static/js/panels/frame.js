/** What stands round the map: legend, zoom, the empty cluster. */
import { html, nothing } from "lit/html.js";
import { lens } from "../picture/pod.js";
import { STATE_WORDS } from "../picture/words.js";
import { SIGNS } from "./past.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */

const NEAR_SIGNS = ["ready", "notready", "creating", "pending", "seat", "terminating", "failed"];

/** States there always may be, and of the rare ones those that there are. @param {App} app */
const signs = ({ ui, model }) => [...NEAR_SIGNS, ...["unknown", "completed"].filter((state) => (state === "unknown" && ui.level === "far") || [...model.workloads.values()].some(({ counts }) => counts[state]))];

/** @param {App} app */
export const legend = (app) => html`<div class="mapctl legend-box"><ul class="legend" aria-label="Legend">${signs(app).map((state) => html`<li>${lens(state)}${STATE_WORDS[state]}</li>`)}${app.ui.level === "far" && app.picture.ports ? html`<li><svg width="11" height="9" aria-hidden="true"><rect class="port-f" x="1" y="1" width="9" height="7" rx="1.5"></rect></svg>ClusterIP</li><li><svg width="11" height="9" aria-hidden="true"><rect class="port-h" x="1.5" y="1.5" width="8" height="6" rx="1.5"></rect></svg>headless</li>` : nothing}${app.past.comparison.on ? differing(app) : nothing}</ul></div>`;

/** What the outlines of a comparison mean. @param {App} app */
const differing = ({ past: { comparison } }) => Object.entries(comparison.found?.counts ?? {}).filter(([, n]) => n).map(([what]) => html`<li class="d-${what}"><svg width="15" height="13" aria-hidden="true"><rect class="d-ring" x="1.5" y="1.5" width="12" height="10" rx="3"></rect></svg><b class="mono dsign" aria-hidden="true">${SIGNS[/** @type {keyof typeof SIGNS} */ (what)]}</b>${what[0].toUpperCase()}${what.slice(1)}</li>`);

/** @param {number} percent @param {{ out: () => void, in: () => void, fit: () => void, save: (sort: "svg"|"png") => void, manifests: string }} acts */
export const zoomer = (percent, acts) => html`<div class="mapctl zoom-box"><div class="seg" role="group" aria-label="Zoom"><button type="button" aria-label="Zoom out" @click=${acts.out}>${icon("minus", 14)}</button><span class="mono">${percent}%</span><button type="button" aria-label="Zoom in" @click=${acts.in}>${icon("plus", 14)}</button><button type="button" aria-label="Fit everything in" @click=${acts.fit}>${icon("fit", 14)}</button></div><details class="menu menu-right saver"><summary class="btn sm" aria-label="Save the picture">${icon("save", 14)}</summary><div class="pop" @click=${(/** @type {any} */ e) => e.currentTarget.parentElement.removeAttribute("open")}><button type="button" @click=${() => acts.save("svg")}>As SVG</button><button type="button" @click=${() => acts.save("png")}>As PNG</button><a href=${acts.manifests} download>The cluster as manifests</a></div></details></div>`;

/** @param {App} app */
export function ground(app) {
  const { state, model } = app;
  if (state.phase === "loading") return html`<div class="ground" aria-busy="true"><p class="muted">${state.retryAt ? `No connection yet. Trying again in ${Math.max(1, Math.ceil((state.retryAt - app.now) / 1000))} s.` : "Fetching the cluster…"}</p></div>`;
  const something = model.namespaces.some((s) => !s.system && (s.workloads.length || s.services.length));
  if (something) return nothing;
  if (app.past.looking) return html`<div class="ground"><h2>The cluster was empty then.</h2></div>`;
  const { urls } = app.page, step = document.getElementById("step")?.textContent;
  if (urls.lesson) return html`<div class="ground"><h2>Nothing stands here yet.</h2>${step ? html`<p class="muted">The lesson goes on with <b>${step}</b>. The step's text says what to make, and its button <b>Do it for me</b> makes it.</p>` : html`<p class="muted">This cluster belongs to a lesson, whose next step says what to make.</p><p><a class="btn" href=${urls.lesson}>Back to the lesson</a></p>`}</div>`;
  return html`<div class="ground"><h2>This cluster is empty.</h2><p class="muted">Three things to do:</p>
    <ul class="todo"><li><a class="btn" href=${urls.scenarios}>Load a scenario</a><span class="muted">the demo is one: a StatefulSet with a headless and a ClusterIP Service</span></li><li><a class="btn" href=${urls.apply}>Apply a manifest</a><span class="muted">paste YAML or drop files</span></li>${urls.lessons ? html`<li><a class="btn" href=${urls.lessons}>Start lesson 1</a><span class="muted">what a headless Service is</span></li>` : html`<li><button type="button" class="btn" @click=${() => app.questions.ask({ name: "kubernetes" })}>Ask its DNS</button><span class="muted">kubernetes is a name in every cluster</span></li>`}</ul></div>`;
}
