/** The tab with an object's YAML: read, copied, and edited with what the API says of it before it is stored. */
import { html, nothing } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { ref } from "lit/directives/ref.js";
import { edit } from "../model/kubectl.js";
import { count } from "../picture/words.js";
import { command, icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { Meanwhile } from "../app/editing.js" */
/** @import { Differing } from "../model/linediff.js" */
/** @import { Item } from "../types.d.ts" */

const MOST_TICKS = 4;

/** @param {App} app @param {Item} item @param {any} data */
export function yamlTab(app, item, data) {
  const { editing } = app, may = (app.state.user?.canWrite ?? app.page.user.canWrite) && data.api && app.page.modules.editor;
  if (editing.of(item)) return edited(app, item);
  return html`<section class="sec yaml"><div class="yaml-h"><span class="subtle">As stored, managed fields hidden</span><span class="grow"></span>${may ? html`<button type="button" class="btn sm" @click=${() => editing.begin(item, data)}>Edit</button>` : nothing}<button type="button" class="btn sm" data-copy-text=${data.yaml}>${icon("copy", 13)}Copy</button></div>
    ${editing.stored ? html`<p class="muted" role="status">${editing.stored}</p>` : nothing}<pre tabindex="0" aria-label="YAML">${guard([data.yaml], () => readable(data.yaml))}</pre></section>`;
}

/** A line too long goes on below, further in than it began. @param {string} yaml */
const readable = (yaml) => yaml.trimEnd().split("\n").map((each) => html`<span .style=${`--in:${each.search(/[^ -]|$/) + 2}ch`}>${each}\n</span>`);

/** @param {App} app @param {Item} item */
function edited(app, item) {
  const { editing } = app, { meanwhile } = editing, checking = editing.checked !== editing.text, changed = editing.text !== editing.before, met = meanwhile?.met ?? false;
  return html`<section class="sec yaml editing"><div class="yaml-place" ${ref((place) => { editing.mount(place); })}></div>
    <p class="subtle small" id="edit-keys">Ctrl Space completes, F1 explains a field, Esc then Tab leaves the editor.</p>
    ${meanwhile ? changedMeanwhile(app, item, meanwhile) : nothing}
    <div role="status">${met ? html`<p class="c-wait">Nothing is stored until one of both is chosen.</p>` : checking ? html`<p class="muted">Checking…</p>` : !changed ? html`<p class="muted">Nothing is changed yet.</p>` : editing.problems.length ? html`<p class="c-fail">${count(editing.problems.length, "thing is", "things are")} wrong. Nothing is stored.</p>` : html`<p class="muted">The API takes it. ${editing.changes.length ? "This would change:" : "It would change nothing."}</p>`}</div>
    ${editing.problems.length && !checking ? html`<ul class="why">${editing.problems.map((text) => html`<li class="c-fail">${text}</li>`)}</ul>` : nothing}
    ${editing.changes.length && !editing.problems.length && !met ? difference(editing.changes, "What would change") : nothing}
    ${command(edit(item))}
    <div class="yaml-f"><button type="button" class="btn sm quiet" @click=${() => editing.end()}>Cancel</button><span class="grow"></span><button type="button" class="btn sm pri" ?disabled=${!changed || checking || met || editing.busy || editing.problems.length > 0} @click=${() => editing.apply()}>${editing.busy ? "Storing" : "Apply"}</button></div></section>`;
}

/** @param {readonly Differing[]} lines @param {string} label */
const difference = (lines, label) => html`<div class="diff" role="group" aria-label=${label} tabindex="0">${lines.map(({ sign, text }) => html`<div class=${sign === "+" ? "a" : sign === "-" ? "d" : "p"}><span>${sign}</span><span>${text}</span></div>`)}</div>`;

/** That somebody else was faster: who, what, and what becomes of the text here. @param {App} app @param {Item} item @param {Meanwhile} meanwhile */
function changedMeanwhile({ editing }, item, { revision, ticks, changes, met }) {
  const shown = ticks.slice(-MOST_TICKS);
  return html`<div class="meanwhile"><p role="alert"><b>${item.name} was changed meanwhile</b>, and is at r${revision} now${shown.length ? ":" : "."}</p>
    ${shown.length ? html`<ul>${shown.map((tick) => html`<li>${tick.words} by ${tick.author}, <span class="mono">r${tick.revision}</span></li>`)}</ul>` : nothing}
    ${difference(changes, "What was changed meanwhile")}
    ${met ? html`<p>Your text changes the same lines. Whose are to stand there? All other changes of both are kept.</p><div class="yaml-f"><button type="button" class="btn sm" @click=${() => editing.settle("mine")}>Mine</button><button type="button" class="btn sm" @click=${() => editing.settle("theirs")}>Those of r${revision}</button></div>` : html`<p>Nothing of yours is stored yet. Your changes stand in the text of r${revision} now: look at both, and apply again.</p>`}</div>`;
}
