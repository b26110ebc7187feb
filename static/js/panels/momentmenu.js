/** What can be done with a moment: compared, marked, forked, sent to somebody, and followed by kubectl. */
import { html, nothing } from "lit/html.js";
import { absolute } from "../app/asking.js";
import { SPEEDS } from "../app/past.js";
import { tickAt } from "../model/moments.js";
import { clusterTime } from "../state.js";
import { speedWord } from "./clock.js";
import { command, icon } from "./icons.js";

/** @import { App } from "../app/app.js" */

/** From the present one looks back so far. */
const SINCE = /** @type {[number, string][]} */ ([[60, "a minute ago"], [300, "5 minutes ago"], [1800, "half an hour ago"]]);

/** @param {App} app */
export function momentMenu(app) {
  const { past, history, page: { urls } } = app, { looking, revision, marked } = past, at = revision || history.head;
  const act = (/** @type {() => void} */ does) => (/** @type {Event} */ event) => {
    /** @type {Element} */ (event.target).closest("details")?.removeAttribute("open");
    does();
  };
  const item = (/** @type {unknown} */ words, /** @type {() => void} */ does) => html`<button type="button" class="row-b" @click=${act(does)}>${words}</button>`;
  return html`<details class="menu menu-right menu-up moment"><summary class="btn sm" aria-label=${`This moment, revision ${at}: compare, play, fork, link`}><span class="w">This moment</span>${icon("chevron", 12)}</summary>
    <div class="menu-list" role="group" aria-label=${`Revision ${at}`}>
      <p class="menu-head">Compare ${looking ? `r${revision}` : "the present"}</p>
      ${looking ? item("with the present", () => past.comparison.show(revision, history.head)) : earlier(app).map(([from, words]) => item(html`with ${words} <span class="subtle mono">r${from}</span>`, () => past.comparison.show(from, history.head)))}
      ${marked && marked !== at ? item(html`with the marked <span class="mono">r${marked}</span>`, () => past.comparison.show(marked, at)) : nothing}
      ${item(marked === at ? "Take the mark away" : html`Mark <span class="mono">r${at}</span> to compare with later`, () => { past.marked = marked === at ? 0 : at; app.schedule(); })}
      <p class="menu-head">Play at</p>
      <div class="speeds">${SPEEDS.map((speed) => html`<button type="button" class="mono" aria-pressed=${speed === past.speed ? "true" : "false"} @click=${() => { past.speed = speed; app.schedule(); }}>${speedWord(speed)}</button>`)}</div>
      <p class="menu-head">From <span class="mono">r${at}</span> on</p>
      <a class="row-b" href="${urls.explorer}fork?at=${at}">Fork into a new cluster</a>
      <button type="button" class="row-b" data-copy-text=${absolute(`${urls.explorer}?at=${at}&play=${past.speed}`)}>Copy a link that plays it</button>
      <p class="menu-head">With kubectl</p>
      ${command(`kubectl get --raw '/api/v1/pods?watch=1&resourceVersion=${at}'`)}
      ${looking ? command(`kubectl get --raw '/api/v1/pods?resourceVersion=${at}&resourceVersionMatch=Exact'`) : nothing}
    </div></details>`;
}

/** Moments to compare the present with: before what a person did last, and those at which it was another one some time
 * ago. @param {App} app @returns {[number, string][]} */
function earlier(app) {
  const { ticks, head, floor } = app.history, now = clusterTime(app.present, app.now);
  /** @type {[number, string][]} */ const found = [];
  const act = ticks.findLast((tick) => tick.person);
  if (act && act.revision > floor) found.push([act.revision - 1, `before “${act.words}”`]);
  for (const [seconds, words] of SINCE) {
    const tick = ticks.length ? tickAt(ticks, now - seconds) : undefined;
    if (tick && tick.at <= now - seconds && tick.revision < head && !found.some(([from]) => from === tick.revision)) found.push([tick.revision, words]);
  }
  return found;
}
