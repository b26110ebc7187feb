/** The timeline opened: a lane for each object, and every change with who made it and why. */
import { html, nothing, svg } from "lit/html.js";
import { lanes } from "../model/moments.js";
import { count } from "../picture/words.js";
import { exact, paths, tone } from "./timeline.js";

/** @import { App } from "../app/app.js" */
/** @import { Tick } from "../types.d.ts" */
/** @import { Lane } from "../model/moments.js" */
/** @import { Strip } from "./timeline.js" */

const MOST_LANES = 60, MOST_CHANGES = 80;

/** @param {App} app @param {Strip} strip */
export function lanesBox(app, strip) {
  const kinds = new Map([...app.present.objects.values(), ...app.state.objects.values()].map((item) => [item.resource, item.kind]));
  const known = strip.log.filter((tick) => tick.id), all = lanes(known), shown = all.slice(0, MOST_LANES);
  return html`<section class="lanes" aria-label="All changes">
    <div class="lanes-by" role="region" tabindex="0" aria-label="Changes by object"><h2>${count(all.length, "object")}<button type="button" class="btn sm" aria-pressed=${app.ui.whole ? "true" : "false"} title="The strip reaches back to the oldest change that is kept" @click=${() => { if (!app.ui.whole) app.history.glance(); app.set({ whole: !app.ui.whole }); }}>All that is kept</button></h2><ul>${shown.map((lane) => laneRow(app, lane, strip, kinds.get(lane.resource) ?? lane.resource))}</ul>${all.length > shown.length ? html`<p class="subtle">and ${count(all.length - shown.length, "more object")}, which changed earlier</p>` : nothing}</div>
    ${changes(app, known)}</section>`;
}

/** @param {App} app @param {Lane} lane @param {Strip} strip @param {string} kind */
function laneRow(app, lane, { at, time: timeAt }, kind) {
  const here = app.past.looking ? at(app.state.time) : 1, last = /** @type {Tick} */ (lane.ticks.at(-1));
  const go = (/** @type {MouseEvent} */ event) => {
    const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect(), time = timeAt((event.clientX - box.left) / box.width);
    app.past.go(lane.ticks.reduce((best, tick) => (Math.abs(tick.at - time) < Math.abs(best.at - time) ? tick : best)).revision);
  };
  return html`<li class=${app.ui.selected === lane.id ? "on" : ""}><button type="button" class="link lane-n" ?disabled=${!app.item(lane.id)} title=${app.item(lane.id) ? "Select it" : "Not there at this moment"} @click=${() => app.select(lane.id)}><b class="mono">${lane.name}</b> <span class="subtle">${kind}</span></button>
    <svg class="lane" viewBox="0 0 1000 18" preserveAspectRatio="none" aria-hidden="true" @click=${go}><path class="tr-line" d="M0 17.5H1000"></path><g transform="translate(0 -9)">${paths(lane.ticks, at)}</g>${app.past.looking ? svg`<path class="lane-here" d=${`M${(here * 1000).toFixed(1)} 0v18`} vector-effect="non-scaling-stroke"></path>` : nothing}</svg>
    <span class="hidden-line">${count(lane.ticks.length, "change")}, the last: ${last.words} by ${last.author}</span></li>`;
}

/** The changes round the moment on show, one a button: that goes there. @param {App} app @param {readonly Tick[]} log */
function changes(app, log) {
  const { revision } = app.past, place = revision ? log.findLastIndex((tick) => tick.revision <= revision) : log.length - 1;
  const begin = Math.max(0, Math.min(place - MOST_CHANGES / 2, log.length - MOST_CHANGES)), shown = log.slice(begin, begin + MOST_CHANGES).reverse();
  return html`<div class="lanes-all" role="region" tabindex="0" aria-label="Changes in order"><h2>${count(log.length, "change")}${begin ? html` <button type="button" class="link small" @click=${() => app.past.step(-1, MOST_CHANGES)}>earlier ones</button>` : nothing}</h2>
    <ol reversed>${shown.map((tick) => html`<li><button type="button" class="row-b" aria-current=${tick === log[place] && revision ? "true" : nothing} @click=${() => app.past.go(tick.revision)}>
      <span class="mono subtle">r${tick.revision}</span><span class="mono subtle when">${exact(tick.at)}</span><i class="dot tk-${tick.kind}" aria-hidden="true"></i><span class="what">${tick.words}</span><span class="who">${tick.person ? html`<span class="av av-${tone(tick.author)}" aria-hidden="true">${tick.author[0].toUpperCase()}</span>` : nothing}${tick.author}<span class="subtle">${tick.cause ? ` (${tick.cause})` : ""}</span></span></button></li>`)}</ol></div>`;
}

