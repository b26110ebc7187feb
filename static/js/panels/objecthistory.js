/** The panel's tab that tells what happened to an object: who changed it, when and why, what that was, and a way there. */
import { html, nothing } from "lit/html.js";
import { count } from "../picture/words.js";
import { fieldList } from "./past.js";
import { exact, tone } from "./timeline.js";

/** @import { App } from "../app/app.js" */
/** @import { Tick } from "../types.d.ts" */

const DONE = /** @type {Record<string, string>} */ ({ create: "Created", delete: "Deleted" });

/** @param {App} app */
export function objectHistory(app) {
  const { records } = app;
  queueMicrotask(() => records.look());
  if (records.error) return html`<p class="sec c-fail" role="alert">${records.error}</p>`;
  if (!records.ticks.length) return html`<p class="sec muted">Fetching…</p>`;
  return html`<section class="sec past-of"><h3><span>${count(records.ticks.length, "change")} that are kept</span></h3><ol reversed>${records.ticks.map((tick) => row(app, tick))}</ol></section>`;
}

/** @param {App} app @param {Tick} tick */
function row(app, tick) {
  const { records } = app, open = records.opened === tick.revision, here = app.past.revision === tick.revision;
  return html`<li aria-current=${here ? "true" : nothing}><p><span class="mono subtle">r${tick.revision}</span> <span class="mono subtle">${exact(tick.at)}</span> ${tick.person ? html`<span class="av av-${tone(tick.author)}" aria-hidden="true">${tick.author[0].toUpperCase()}</span>` : nothing}<b>${DONE[tick.words.split(" ")[0]] ?? tick.words}</b> <span class="muted">by ${tick.author}${tick.cause ? ` (${tick.cause})` : ""}</span></p>
    <p><button type="button" class="link small" aria-expanded=${open ? "true" : "false"} @click=${() => records.open(tick.revision)}>What changed</button> <button type="button" class="link small" @click=${() => app.toMoment(tick.revision)}>Go to r${tick.revision}</button></p>
    ${open ? (records.fields === null ? html`<p class="small subtle">Fetching…</p>` : records.fields.length ? fieldList(records.fields) : html`<p class="small subtle">${tick.words.startsWith("create ") ? "It came to be." : tick.words.startsWith("delete ") ? "It is gone since." : "Nothing that is shown."}</p>`) : nothing}</li>`;
}
