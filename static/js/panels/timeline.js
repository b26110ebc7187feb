/** The strip at the bottom: a tick for each change seen, people's acts with their words. */
import { html, nothing, svg } from "lit/html.js";
import { number } from "../picture/words.js";
import { clusterTime } from "../state.js";

/** @import { App } from "../app/app.js" */
/** @import { Tick } from "../types.d.ts" */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const LEAST_SPAN = 60, MOST_SPAN = 1800, APART = 120, MOST_ACTS = 12;
/** What the ticks mean, in the order they are named. */
const KINDS = /** @type {[Tick["kind"], string][]} */ ([["svc", "of Services"], ["pod", "pods Ready"], ["wait", "pods on their way"], ["fail", "pods failed"], ["ctl", "others"]]);

/** @param {App} app */
export function timeline(app) {
  const end = clusterTime(app.state, app.now), { log, first } = stretch(app.state.log, end), span = Math.max(1, end - first);
  const at = (/** @type {number} */ t) => Math.max(0, Math.min(1, (t - first) / span));
  const stale = app.state.phase !== "live";
  return html`<span class="time-at mono">${clockOf(first)}</span>
    <div class="track"><svg viewBox="0 0 1000 36" preserveAspectRatio="none" width="100%" height="36" role="img" aria-label=${`${log.length} changes since ${clockOf(first)}`}><title>${kinds(log)}</title><path class="tr-line" d="M0 25.5H1000"></path>${paths(log, at)}</svg>
      ${acts(log, at, app.width).map(({ tick, x, more, right, bare }) => html`<button type="button" class="tk-user ${right ? "r" : ""}" .style=${`left:${(x * 100).toFixed(2)}%`} title=${`${tick.author}: ${tick.words}, r${tick.revision}`} @click=${() => app.item(tick.id) && app.select(tick.id)}><span class="av av-${tone(tick.author)}" aria-hidden="true">${tick.author[0].toUpperCase()}</span><span class=${bare ? "hidden-line" : "w"}>${tick.words}${more ? ` +${more}` : nothing}</span><span class="hidden-line"> by ${tick.author}, r${tick.revision}</span></button>`)}
      <span class="handle ${stale ? "stale" : ""}"><i></i></span></div>
    <span class="time-at mono">${clockOf(end)}</span>
    <span class="time-r"><span class="lbl">revision</span><b class="mono">${number(app.state.revision).replaceAll(",", " ")}</b></span>`;
}

/** The ticks that are shown and where the strip begins: all that is known, but no more than half an hour while there is
 * something in it. @param {readonly Tick[]} all @param {number} end unix s */
export function stretch(all, end) {
  const late = all.filter((tick) => tick.at >= end - MOST_SPAN), log = late.length ? late : all;
  const first = Math.min(log[0]?.at ?? end, end - LEAST_SPAN);
  return { log, first: first - (end - first) * 0.02 }; // the first tick is not the edge
}

/** What happened, in the words of its colours. @param {readonly Tick[]} log */
function kinds(log) {
  const told = KINDS.map(([kind, word]) => [log.filter((tick) => tick.kind === kind).length, word]).filter(([n]) => n);
  return told.length ? `${told.map(([n, word]) => `${n} ${word}`).join(", ")}. Services blue, Ready green, on its way amber, failed red, the rest grey.` : "No changes yet.";
}

/** One path for each kind of tick. @param {readonly Tick[]} log @param {(t: number) => number} at */
function paths(log, at) {
  /** @type {Map<string, string>} */ const by = new Map();
  for (const tick of log) {
    const x = (at(tick.at) * 1000).toFixed(1);
    by.set(tick.kind, `${by.get(tick.kind) ?? ""}M${x} 25.5v${tick.kind === "svc" || tick.kind === "fail" ? -10 : -8}`);
  }
  return [...by].map(([kind, d]) => svg`<path class="tk tk-${kind}" d=${d} vector-effect="non-scaling-stroke"></path>`);
}

/** People's acts that have room for their words, the newest first; one that stands too near a newer one folds into it.
 * @param {readonly Tick[]} log @param {(t: number) => number} at @param {number} width */
export function acts(log, at, width) {
  /** @type {{ tick: Tick, x: number, more: number, right: boolean, bare: boolean }[]} */ const shown = [];
  for (const tick of log.filter((each) => each.person).reverse()) {
    const x = at(tick.at), newer = shown.at(-1), room = newer ? (newer.x - x) * (width - 200) : Infinity;
    if (newer && room < (newer.right ? 2 : 1) * APART) newer.more++;
    else if (shown.length < MOST_ACTS) shown.push({ tick, x, more: 0, right: x > 0.85, bare: false });
  }
  return shown.reverse();
}

/** @param {string} name */
const tone = (name) => [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 3;

/** @param {number} seconds unix */
const clockOf = (seconds) => (seconds ? CLOCK.format(seconds * 1000) : "--:--");
