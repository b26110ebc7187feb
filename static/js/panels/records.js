/** The records of an answer as a list: address, whose it is, and for a moment what it was before. */
import { html, nothing } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { rowsOf } from "../model/answers.js";
import { lens } from "../picture/pod.js";
import { nameOf } from "../picture/words.js";

/** @import { App } from "../app/app.js" */
/** @import { Answer } from "../types.d.ts" */

const MOST = 60;

/** @param {App} app @param {Answer} answer */
export function records(app, answer) {
  const { rows, gone } = rowsOf(answer, app.now), names = new Set(rows.map(({ record }) => record.name)).size > 1;
  if (!rows.length && !gone.length) return nothing;
  return html`<ul class="recs" aria-label=${`Records for ${answer.question.name}`}>
    ${repeat(rows.slice(0, MOST), ({ record, target }) => `${target ?? record.data} ${record.type} ${record.name}`, ({ record, target, was }) => html`<li class=${was ? "new" : ""}>
      <b class="mono">${record.data}</b>${was ? html`<s class="mono subtle">${was}</s>` : nothing}${whose(app, target)}<span class="grow"></span><span class="subtle mono">${names ? `${record.name} ` : ""}${record.ttl} ${record.type}</span></li>`)}
    ${gone.slice(0, 4).map((data) => html`<li class="gone"><s class="mono">${data}</s><span class="subtle">no longer</span></li>`)}
    ${rows.length > MOST ? html`<li class="subtle">and ${rows.length - MOST} more</li>` : nothing}</ul>`;
}

/** @param {App} app @param {string|null} target */
function whose(app, target) {
  if (!target) return nothing;
  const pod = app.model.pods.get(target), service = target.startsWith("services/");
  return html`<span class="who">${pod ? lens(pod.state ?? "unknown", 13) : nothing}${service ? html`<span class="muted">virtual address of</span> ` : nothing}<button type="button" class="link" @click=${() => app.select(target)}>${nameOf(target)}</button></span>`;
}
