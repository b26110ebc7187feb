/** How the cluster's time goes: pause, step, speed and pace in the top bar; what would come next, in the side panel. */
import { html, nothing } from "lit/html.js";
import { clusterTime } from "../state.js";
import { count } from "../picture/words.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { NextPlan } from "../types.d.ts" */

export const SPEEDS = [0.1, 0.5, 1, 2, 5, 10, 100];
export const PACES = [["instant", "pods take no time"], ["brisk", "about a second each"], ["real", "as on a real node"]];

/** "10×". @param {number} speed */
export const speedWord = (speed) => `${speed}×`;

/** Buttons for who may change the cluster, words for all others. @param {App} app */
export function clock(app) {
  const { state } = app, paused = state.speed === 0, pace = state.cluster?.pace ?? "";
  if (!state.cluster) return nothing;
  const rate = paused ? "paused" : state.speed === 1 ? "" : speedWord(state.speed);
  if (!state.user?.canWrite) return html`<span class="pace"><span class="lbl">pace</span> ${pace}${rate ? ` ${rate}` : ""}</span>`;
  const cut = state.phase !== "live";
  return html`<span class="clock" role="group" aria-label="Clock of the cluster">
    <button type="button" id="pause" ?disabled=${cut} aria-pressed=${paused ? "true" : "false"} aria-label=${paused ? "Let the clock go on" : "Pause the clock"} title=${paused ? "Go on" : "Pause: controllers and nodes stand still"} @click=${() => app.acts.clock(paused ? { verb: "resume", speed: app.ui.speed } : { verb: "pause" })}>${icon(paused ? "play" : "pause", 14)}</button>
    <button type="button" ?disabled=${cut || !paused} aria-label="Take one step" title=${paused ? "Carry out the next plan" : "Pause first: a step carries out one plan"} @click=${() => app.acts.clock({ verb: "step" })}>${icon("step", 14)}</button>
    <details class="menu menu-right"><summary aria-label=${`pace ${pace}${rate && !paused ? ` ${rate}` : ""}, choose another`}><span class="lbl">pace</span> ${pace} ${rate && !paused ? html`<b class="mono">${rate}</b>` : nothing}${icon("chevron", 12)}</summary>
      <div class="menu-list" role="group" aria-label="Pace and speed"><p class="menu-head">How long pods take</p>
        ${PACES.map(([name, about]) => html`<button type="button" class="row-b" aria-pressed=${name === pace ? "true" : "false"} ?disabled=${cut} @click=${() => app.acts.clock({ verb: "pace", pace: name })}>${name === pace ? icon("check", 13) : html`<i class="gap"></i>`}<span>${name}</span><span class="subtle">${about}</span></button>`)}
        <p class="menu-head">How fast the clock goes</p>
        <div class="speeds">${SPEEDS.map((speed) => html`<button type="button" class="mono" aria-pressed=${speed === state.speed ? "true" : "false"} ?disabled=${cut} @click=${() => app.acts.clock({ verb: "speed", speed })}>${speedWord(speed)}</button>`)}</div></div></details></span>`;
}

/** What a paused cluster would do next, and why; nothing while its clock goes. @param {App} app */
export function comingUp(app) {
  const { state } = app, { next } = state;
  if (state.speed !== 0 || !next) return nothing;
  const { plans, more } = next;
  return html`<section class="sec next" aria-label="What comes next"><h3><span>Paused: what comes next</span><span>${plans.length + more || ""}</span></h3>
    ${plans.length ? html`<ol>${plans.map((plan, i) => html`<li class=${i === 0 ? "first" : ""}>${row(app, plan)}</li>`)}</ol>` : html`<p class="muted">Nothing is left to do now.${waits(app)}</p>`}
    ${more ? html`<p class="muted">and ${count(more, "plan")} more</p>` : nothing}
    ${next.faults.length ? html`<p class="c-fail">${count(next.faults.length, "object")} can be planned by no controller: ${next.faults.join(", ")}.</p>` : nothing}
    ${state.user?.canWrite ? html`<p class="subtle">${plans.length ? "A step carries out the first." : next.later ? "A step goes on to that moment, and carries it out." : ""}</p>` : nothing}</section>`;
}

/** What comes when nothing is due: who waits, and for how long. @param {App} app */
function waits(app) {
  const { later, waits: next } = /** @type {NonNullable<App["state"]["next"]>} */ (app.state.next);
  if (later === null || !next) return nothing;
  const seconds = Math.max(0, later - clusterTime(app.state, app.now));
  return html` ${named(app, next)} is next, ${seconds < 1 ? "in a moment" : `in ${Math.round(seconds)} s`} by the cluster's clock <span class="subtle">(${next.controller})</span>.`;
}

/** @param {App} app @param {NextPlan} plan */
function row(app, plan) {
  return html`<span class="by subtle">${plan.controller}</span>${named(app, plan)}
    <span class="does">${plan.does.join(", ")}${plan.more ? `, and ${count(plan.more, "action")} more` : ""}</span>
    ${plan.why.map((text) => html`<span class="muted why">${text}</span>`)}`;
}

/** A link to what a plan is about, where it is there. @param {App} app @param {{ about: string, name: string }} plan */
function named(app, { about, name }) {
  const shown = html`<b class="mono">${name}</b>`;
  return app.item(about) ? html`<button type="button" class="link" @click=${() => app.select(about)}>${shown}</button>` : shown;
}
