/** Whether the page is alive: the sign in its head with the clock, and the strip for a lost connection and what was done. */
import { html, nothing } from "lit/html.js";
import { progress } from "../app/draining.js";
import { clock } from "./clock.js";
import { icon } from "./icons.js";

/** @import { App } from "../app/app.js" */

/** @param {App} app */
export function liveSign(app) {
  const { state } = app, words = { live: "Live", lost: html`<span class="long">Connection </span>lost`, loading: "Connecting", error: "Stopped" }[state.phase];
  const seconds = Math.max(1, Math.ceil((state.retryAt - app.now) / 1000));
  const others = state.people.filter((person) => person.name !== state.user?.name);
  // From the moment on that somebody wants to be there: until then the page neither is of now nor says so.
  const then = app.past.looking ? state.revision : app.past.wanted;
  if (then !== null) return html`<span class="live" data-state="past"><i></i><span class="w">Past</span><span class="mono rev">r${then}</span></span>`;
  const paused = state.phase === "live" && state.speed === 0;
  return html`${clock(app)}
    <span class="live" data-state=${paused ? "paused" : state.phase === "live" ? "live" : "lost"} title=${state.phase === "lost" ? `trying again in ${seconds} s` : ""}><i></i><span class="w">${paused ? "Paused" : words}</span><span class="mono rev">r${state.revision}</span></span>
    ${others.length ? html`<span class="avs" role="img" aria-label=${`Here too: ${others.map((p) => p.name).join(", ")}`}>${others.slice(0, 3).map((person, i) => html`<span class="av av-${i}" title=${person.name}>${person.initial}</span>`)}${others.length > 3 ? html`<span class="av">+${others.length - 3}</span>` : nothing}</span>` : nothing}`;
}

/** What stands in the way, or what was done last. @param {App} app @param {string} [what] that stands still without a connection */
export function notice(app, what = "picture") {
  const state = app.present, again = `rying again in ${Math.max(1, Math.ceil((state.retryAt - app.now) / 1000))} s.`;
  if (state.phase === "lost") {
    return html`<div class="notice bad">${icon("warn", 15)}<span>${app.ui.held ? html`<b>Nothing was sent.</b> ` : nothing}Connection lost. The ${what} stands at r${state.revision}; t${again}</span><button type="button" class="link" @click=${() => app.live.now()}>Try now</button></div>`;
  }
  if (state.phase === "loading" && state.retryAt && what !== "picture") return html`<div class="notice bad">${icon("warn", 15)}<span>No connection yet. T${again}</span></div>`;
  if (state.phase === "error") return html`<div class="notice bad">${icon("warn", 15)}<span>${state.problem}</span></div>`;
  const act = app.state.acts.get(app.ui.act);
  if (act?.refused) return html`<div class="notice bad">${icon("warn", 15)}<span>${act.refused}</span><button type="button" class="iconb tiny" aria-label="Close this note" @click=${() => app.set({ act: "" })}>${icon("close", 13)}</button></div>`;
  if (act?.done && act.kubectl) return html`<div class="notice">${icon("check", 15)}<code>${act.kubectl}</code><button type="button" class="iconb tiny" data-copy-text=${act.kubectl} aria-label="Copy the command">${icon("copy", 13)}</button><button type="button" class="iconb tiny" aria-label="Close this note" @click=${() => app.set({ act: "" })}>${icon("close", 13)}</button></div>`;
  const drain = [...app.draining.under.values()].at(-1);
  // Its panel says it all.
  if (drain && app.ui.selected !== drain.node.id) return html`<div class="notice">${icon("reset", 15)}<span>Draining <button type="button" class="link" @click=${() => app.select(drain.node.id)}>${drain.node.name}</button>: ${progress(drain, state.objects, false)}</span><button type="button" class="btn sm" @click=${() => app.draining.stop(drain.node.id)}>End</button></div>`;
  return nothing;
}
