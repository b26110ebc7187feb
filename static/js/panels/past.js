/** That one looks at the past, in words that nobody can miss; and what differs from another moment. */
import { html, nothing } from "lit/html.js";
import { ago } from "../model/moments.js";
import { count } from "../picture/words.js";
import { causeWords, clusterTime } from "../state.js";
import { icon } from "./icons.js";
import { exact } from "./timeline.js";

/** @import { App } from "../app/app.js" */
/** @import { Difference, FieldDifference } from "../app/comparison.js" */

const MOST_FIELDS = 8, LONGEST = 120;
export const SIGNS = { created: "+", deleted: "−", changed: "~", replaced: "⟳" };

/** @param {App} app @param {unknown} [elsewhere] where else the moment can be looked at */
export function banner(app, elsewhere = html`<a class="btn sm not-phone" href=${`${app.page.urls.explorer}tables?at=${app.past.revision}`}>As tables</a>`) {
  const { past } = app, { found } = past.comparison;
  if (past.error) return html`<div class="then bad" role="alert">${icon("warn", 15)}<span class="grow">${past.error}</span><button type="button" class="btn sm" @click=${() => past.back()}>Back to live</button></div>`;
  if (!past.looking) return past.busy ? html`<div class="then" role="status"><span>Going back to revision ${past.wanted}…</span></div>` : nothing;
  const when = ago(clusterTime(app.present, app.now) - app.state.time), since = app.present.revision - past.revision;
  return html`<div class="then" role="region" aria-label="The past">${icon("clock", 15)}
    <p class="grow">${found ? html`<b>Revision ${found.from.revision} against ${found.to.revision}.</b> <span class="w">${words(found.counts)}.</span>` : html`<b>You look at revision ${past.revision}, ${when}.</b> <span class="w">${past.change ? html`${change(app)} ` : nothing}Nothing can be changed here${since > 0 ? `; ${count(since, "change")} since` : ""}.</span>`}</p>
    ${showMe(app)}
    ${found ? nothing : elsewhere}
    ${found ? html`<button type="button" class="btn sm" @click=${() => past.go(past.revision)}>End comparison</button>` : nothing}
    <button type="button" class="btn sm pri" @click=${() => past.back()}>Back to live</button></div>`;
}

/** A way to what changed, which may be out of sight; through all that differs, one after the other. @param {App} app */
function showMe(app) {
  const { comparison, change: tick } = app.past, here = (/** @type {string} */ id) => app.item(id) !== undefined;
  const ids = comparison.found ? comparison.found.objects.map((each) => each.id).filter(here) : tick && here(tick.id) ? [tick.id] : [];
  const next = ids[(ids.indexOf(app.ui.selected) + 1) % ids.length];
  return next ? html`<button type="button" class="btn sm" @click=${() => app.past.reveal(next)}>${ids.length > 1 ? "Show me the next" : "Show me"}</button>` : nothing;
}

/** What led to this moment, and a way to see it. @param {App} app */
function change(app) {
  const { change: tick } = app.past;
  if (!tick) return nothing;
  const there = app.item(tick.id) !== undefined;
  return html`${exact(tick.at)}: ${there ? html`<button type="button" class="link" @click=${() => app.past.reveal(tick.id)}>${tick.words}</button>` : tick.words}, by ${tick.author}${tick.cause ? ` (${tick.cause})` : ""}.`;
}

/** @param {Record<string, number>} counts */
const words = (counts) => Object.entries(counts).filter(([, n]) => n).map(([what, n]) => `${n} ${what}`).join(", ") || "Nothing differs";

/** The list of what differs, in the inspector's place while nothing is selected. @param {App} app */
export function differences(app) {
  const { found } = app.past.comparison;
  if (!found) return nothing;
  const { urls } = app.page, { from, to } = found;
  return html`<div class="side-h"><p class="crumb">${exact(from.time)} and ${exact(to.time)}</p><h2 class="name sans">r${from.revision} against r${to.revision}</h2><p class="muted small">${words(found.counts)}, in ${count(found.changes, "change")}. <a class="link" href="${urls.explorer}compare?from=${from.revision}&to=${to.revision}">As a page</a></p></div>
    <div class="side-b" tabindex="0" role="region" aria-label="What differs"><ul class="diffs">${found.objects.map((each) => html`<li>${row(app, each)}</li>`)}</ul>${found.more ? html`<p class="sec muted">and ${count(found.more, "more object")}</p>` : nothing}${found.objects.length ? nothing : html`<p class="sec muted">Nothing differs between the two.</p>`}</div>`;
}

/** What differs in the selected object, above its panel. @param {App} app */
export function differenceOf(app) {
  const found = app.past.comparison.by.get(app.ui.selected);
  return found ? html`<section class="sec diff-of" aria-label="What differs"><h3><span>${SIGNS[found.what]} ${found.what}</span><button type="button" class="link" @click=${() => app.select("")}>All that differs</button></h3>${body(found)}</section>` : nothing;
}

/** @param {App} app @param {Difference} each */
function row(app, each) {
  return html`<button type="button" class="diff-h is-${each.what}" ?disabled=${!app.item(each.id)} @click=${() => app.past.reveal(each.id)}><i class="dsign" aria-hidden="true">${SIGNS[each.what]}</i><b class="mono">${each.name}</b> <span class="subtle">${each.kind}</span><span class="grow"></span><span class="what">${each.what}</span></button>${body(each)}`;
}

/** @param {Difference} each */
function body({ fields, acts, more }) {
  return html`<p class="by small muted">${acts.map((act, i) => html`${i ? ", " : ""}${act.author || "somebody"}${act.cause ? ` (${causeWords(act.cause)}${act.times > 1 ? `, ${act.times} times` : ""})` : ""}`)}</p>${fields.length ? fieldList(fields, more) : nothing}`;
}

/** Fields with what they were and what they are. @param {readonly FieldDifference[]} fields @param {number} [more] that are not among them */
export function fieldList(fields, more = 0) {
  const hidden = Math.max(0, fields.length - MOST_FIELDS) + more;
  return html`<dl class="fields">${fields.slice(0, MOST_FIELDS).map((field) => html`<dt class="mono">${field.path}</dt><dd>${field.before === null ? nothing : html`<del>${short(field.before)}</del>`} ${field.after === null ? nothing : html`<ins>${short(field.after)}</ins>`}</dd>`)}</dl>${hidden > 0 ? html`<p class="small subtle">and ${count(hidden, "more field")}</p>` : nothing}`;
}

/** @param {unknown} value */
function short(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
