/** The tab with an object's YAML: read, copied, and edited with what the API says of it before it is stored. */
import { html, nothing } from "lit/html.js";
import { ref } from "lit/directives/ref.js";
import { edit } from "../model/kubectl.js";
import { count } from "../picture/words.js";
import { command, icon } from "./icons.js";

/** @import { App } from "../app/app.js" */
/** @import { Item } from "../types.d.ts" */

/** @param {App} app @param {Item} item @param {any} data */
export function yamlTab(app, item, data) {
  const { editing } = app, may = (app.state.user?.canWrite ?? app.page.user.canWrite) && data.api && app.page.modules.editor;
  if (editing.of(item)) return edited(app, item);
  return html`<section class="sec yaml"><div class="yaml-h"><span class="subtle">As stored, managed fields hidden</span><span class="grow"></span>${may ? html`<button type="button" class="btn sm" @click=${() => editing.begin(item, data)}>Edit</button>` : nothing}<button type="button" class="btn sm" data-copy-text=${data.yaml}>${icon("copy", 13)}Copy</button></div>
    ${editing.stored ? html`<p class="muted" role="status">${editing.stored}</p>` : nothing}<pre tabindex="0" aria-label="YAML">${data.yaml}</pre></section>`;
}

/** @param {App} app @param {Item} item */
function edited(app, item) {
  const { editing } = app, checking = editing.checked !== editing.text, changed = editing.text !== editing.before;
  return html`<section class="sec yaml editing"><div class="yaml-place" ${ref((place) => { editing.mount(place); })}></div>
    <p class="subtle small" id="edit-keys">Ctrl Space completes, F1 explains a field, Esc then Tab leaves the editor.</p>
    <div role="status">${checking ? html`<p class="muted">Checking…</p>` : !changed ? html`<p class="muted">Nothing is changed yet.</p>` : editing.problems.length ? html`<p class="c-fail">${count(editing.problems.length, "thing is", "things are")} wrong. Nothing is stored.</p>` : html`<p class="muted">The API takes it. ${editing.changes.length ? "This would change:" : "It would change nothing."}</p>`}</div>
    ${editing.problems.length && !checking ? html`<ul class="why">${editing.problems.map((text) => html`<li class="c-fail">${text}</li>`)}</ul>` : nothing}
    ${editing.changes.length && !editing.problems.length ? html`<div class="diff" role="group" aria-label="What would change" tabindex="0">${editing.changes.map(({ sign, text }) => html`<div class=${sign === "+" ? "a" : sign === "-" ? "d" : "p"}><span>${sign}</span><span>${text}</span></div>`)}</div>` : nothing}
    <div class="yaml-f"><button type="button" class="btn sm quiet" @click=${() => editing.end()}>Cancel</button><span class="grow"></span><button type="button" class="btn sm pri" ?disabled=${!changed || checking || editing.busy || editing.problems.length > 0} @click=${() => editing.apply()}>${editing.busy ? "Storing" : "Apply"}</button></div>
    ${command(edit(item))}</section>`;
}
