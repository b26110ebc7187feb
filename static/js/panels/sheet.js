/** The phone's sheet: the newest pinned answer in three lines; a tap opens the DNS box. */
import { html, nothing } from "lit/html.js";
import { outcome } from "../state.js";

/** @import { App } from "../app/app.js" */

/** @param {App} app */
export function sheetHead(app) {
  const answer = app.state.answers.get(app.ui.current) ?? app.questions.pinned[0], open = app.ui.sheet === "dns";
  const toggle = () => app.set({ sheet: open ? "" : "dns" }), [plan] = app.state.speed === 0 ? app.state.next?.plans ?? [] : [];
  const comes = plan ? html`<span class="muted">Paused. Next, ${plan.controller}: ${plan.does[0]}.</span>` : nothing;
  if (!answer?.walk) return html`<button type="button" class="sheet-h" aria-expanded=${open ? "true" : "false"} @click=${toggle}><span class="grip" aria-hidden="true"></span><span class="dock-h"><b>${answer ? `Asking for ${answer.question.name}…` : "Ask the cluster's DNS"}</b></span><span class="muted">${answer?.refused ?? "Pick a pod and a name; the pods it names light up."}</span>${comes}</button>`;
  const { walk, question } = answer, hit = walk.steps.findIndex((step) => step.asked && step.rcode === "NOERROR" && step.records.length > 0);
  const good = walk.rcode === "NOERROR" && walk.records.length > 0;
  return html`<button type="button" class="sheet-h" aria-expanded=${open ? "true" : "false"} @click=${toggle}><span class="grip" aria-hidden="true"></span>
    <span class="dock-h"><b class="mono">${question.name}</b><span class="grow"></span><span class="badge b-${good ? "answer" : "wait"}">${good ? `${walk.rcode}, ${outcome(walk)}` : walk.rcode}</span></span>
    <span class="muted">Asked by ${walk.asker.pod || walk.asker.namespace}. ${hit >= 0 ? html`Found at try ${hit + 1} of ${walk.steps.length}:<br><span class="mono q">${walk.steps[hit].qname}</span>` : walk.reasons[0] ?? ""}</span>${comes}</button>`;
}
