/** The strip at the foot: a tick for each change, people's acts with their words, and a handle that goes back to any of them. */
import { html, nothing, svg } from "lit/html.js";
import { SPEEDS } from "../app/past.js";
import { textWidth } from "../layout/geometry.js";
import { ago, merged, tickAt } from "../model/moments.js";
import { lasting, scale } from "../model/scale.js";
import { number } from "../picture/words.js";
import { clusterTime } from "../state.js";
import { icon } from "./icons.js";
import { lanesBox } from "./lanes.js";
import { momentMenu } from "./momentmenu.js";

/** @import { App } from "../app/app.js" */
/** @import { Tick } from "../types.d.ts" */

const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const EXACT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const LEAST_SPAN = 60, MOST_SPAN = 1800, MOST_ACTS = 12;
/** How long an act's words may be, and must at least be able to be (px). */
const LONGEST = 150, SHORTEST = 60;
/** Pixels of an act's mark, of the number of those folded into it, and of air. */
const BESIDE = 60;
/** From here on to the right end of the strip a press means the present. */
const PRESENT = 0.995;
/** Pixels that the length of an idle stretch needs. */
const GAP_WORDS = 66;
/** Changes that Page Up and Page Down go over. */
const PAGE = 10;
/** What the ticks mean, in the order they are named. */
const KINDS = /** @type {[Tick["kind"], string][]} */ ([["svc", "of Services"], ["pod", "pods Ready"], ["wait", "pods on their way"], ["fail", "pods failed"], ["ctl", "others"]]);

/** @typedef {import("../model/scale.js").Scale & { log: Tick[], first: number, end: number }} Strip */

/** @param {App} app */
export function timeline(app) {
  const { past } = app, strip = stripOf(app), { log, first, end, at, breaks } = strip;
  const stale = app.present.phase !== "live", here = past.looking ? at(app.state.time) : 1;
  return html`${app.ui.lanes ? lanesBox(app, strip) : nothing}<div class="strip">
    <div class="steps" role="group" aria-label="Go through the changes">
      <button type="button" class="iconb" aria-label="Previous change" ?disabled=${!log.length} @click=${() => past.step(-1)}>${icon("previous", 14)}</button>
      <button type="button" class="iconb" aria-label=${past.playing ? "Stop playing" : past.looking ? "Play from here" : "Play what happened"} ?disabled=${!log.length} @click=${() => (past.playing ? past.stop() : past.play())}>${icon(past.playing ? "pause" : "play", 14)}</button>
      <button type="button" class="iconb" aria-label="Next change" ?disabled=${!past.looking} @click=${() => past.step(1)}>${icon("next", 14)}</button>
      <label class="speed"><span class="hidden-line">Speed of playing</span><select @change=${(/** @type {any} */ event) => { past.speed = Number(event.target.value); app.schedule(); }}>${[...new Set([...SPEEDS, past.speed])].map((speed) => html`<option value=${speed} ?selected=${speed === past.speed}>${speed}×</option>`)}</select></label>
    </div>
    <span class="time-at mono">${clockOf(first)}</span>
    <div class="track" @pointerdown=${(/** @type {PointerEvent} */ event) => drag(app, event, strip)}><svg viewBox="0 0 1000 36" preserveAspectRatio="none" width="100%" height="36" role="img" aria-label=${`${log.length} changes since ${clockOf(first)}${breaks.length ? `; drawn short, since nothing happened: ${breaks.map(({ from, to }) => lasting(to - from)).join(", ")}` : ""}`}><title>${kinds(log)}</title><path class="tr-line" d="M0 25.5H1000"></path>${paths(log, at)}${marks(app, at)}</svg>
      ${breaks.map(({ from, to, x, w }) => html`<span class="tk-gap" aria-hidden="true" .style=${`left:${(x * 100).toFixed(2)}%;width:${(w * 100).toFixed(2)}%`}><i></i>${w * (app.width - 300) > GAP_WORDS ? html`<span>${lasting(to - from)}</span>` : nothing}</span>`)}
      ${acts(log, at, trackOf(app)).map(({ tick, x, more, right, room }) => html`<button type="button" class="tk-user ${right ? "r" : ""}" .style=${`left:${(x * 100).toFixed(2)}%;--room:${Math.round(room)}px`} title=${`${tick.author}: ${tick.words}, r${tick.revision}`} @click=${() => { if (app.item(tick.id)) app.select(tick.id); past.go(tick.revision); }}><span class="av av-${tone(tick.author)}" aria-hidden="true">${tick.author[0].toUpperCase()}</span><span class="w">${tick.words}</span>${more ? html`<span class="more"> +${more}</span>` : nothing}<span class="hidden-line"> by ${tick.author}, r${tick.revision}</span></button>`)}
      <span class="handle ${stale && !past.looking ? "stale" : ""} ${past.looking ? "back" : ""}" .style=${`left:${(here * 100).toFixed(2)}%`} role="slider" tabindex="0" aria-label="Moment" aria-orientation="horizontal" aria-valuemin=${app.history.floor} aria-valuemax=${app.history.head} aria-valuenow=${past.revision || app.history.head} aria-valuetext=${valueText(app)} @keydown=${(/** @type {KeyboardEvent} */ event) => key(app, event)}><i></i></span></div>
    <span class="time-at mono">${clockOf(end)}</span>
    <span class="time-r"><span class="lbl">revision</span><b class="mono">${number(app.state.revision)}</b></span>
    ${momentMenu(app)}
    <button type="button" class="iconb" aria-label="All changes" title="All changes" aria-expanded=${app.ui.lanes ? "true" : "false"} @click=${() => app.set({ lanes: !app.ui.lanes })}>${icon(app.ui.lanes ? "chevron" : "up", 14)}</button></div>`;
}

/** What of the log the strip shows, and where on it a time stands. @param {App} app @returns {Strip} */
export function stripOf(app) {
  const end = clusterTime(app.present, app.now), { whole, ticks: known } = app.history, ticks = app.ui.whole && whole.length ? merged(whole, known) : known;
  // Half an hour of whoever looks: a cluster whose clock goes faster has lived longer in it.
  const { log, first: usual } = stretch(ticks, end, app.ui.whole ? Infinity : MOST_SPAN * Math.max(1, app.present.speed));
  const begin = app.past.looking ? Math.min(usual, app.state.time - (end - app.state.time) * 0.02) : usual;
  const shown = begin < usual ? ticks.filter((tick) => tick.at >= begin) : log;
  return { log: /** @type {Tick[]} */ (shown), first: begin, end, ...scale(eventful(shown, app.ui.whole).map((tick) => tick.at), begin, end) };
}

/** Changes that make a time eventful: a node that only says that it lives is no event. The log at a glance has counted
 * changes alone. @param {readonly Tick[]} log @param {boolean} whole */
export const eventful = (log, whole) => (whole ? log : log.filter(({ id, person }) => person || !/^(nodes|leases)\//.test(id)));

/** "Revision 169, 14:02:07, 2 min ago", or that one sees the present. @param {App} app */
export function valueText(app) {
  const { past } = app;
  if (!past.looking) return `Live, revision ${app.present.revision}`;
  return `Revision ${past.revision}, ${exact(app.state.time)}, ${ago(clusterTime(app.present, app.now) - app.state.time)}${past.change ? `: ${past.change.words}, by ${past.change.author}` : ""}`;
}

/** @param {App} app @param {KeyboardEvent} event */
function key(app, event) {
  const { past } = app, { floor, head } = app.history;
  switch (event.key) {
    case "ArrowLeft": case "ArrowDown": past.step(-1); break;
    case "ArrowRight": case "ArrowUp": past.step(1); break;
    case "PageUp": past.step(1, PAGE); break;
    case "PageDown": past.step(-1, PAGE); break;
    case "Home": if (floor < head) past.go(Math.max(floor, 1)); break; // in a cluster that only begins there is nothing older
    case "End": case "Escape": past.back(); break;
    default: return;
  }
  event.preventDefault();
  event.stopPropagation();
}

/** Hold the handle, or anywhere on the strip, and lead it. @param {App} app @param {PointerEvent} event @param {Strip} strip */
function drag(app, event, { log, time }) {
  const track = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.button !== 0 || /** @type {Element} */ (event.target).closest("button") || !log.length) return;
  event.preventDefault();
  track.setPointerCapture(event.pointerId);
  /** @type {HTMLElement|null} */ (track.querySelector("[role=slider]"))?.focus();
  const lead = (/** @type {PointerEvent} */ move) => {
    const box = track.getBoundingClientRect(), place = Math.max(0, Math.min(1, (move.clientX - box.left) / box.width));
    if (place >= PRESENT) app.past.back();
    else app.past.go(tickAt(log, time(place)).revision);
  };
  const end_ = () => track.removeEventListener("pointermove", lead);
  track.addEventListener("pointermove", lead);
  track.addEventListener("pointerup", end_, { once: true });
  track.addEventListener("pointercancel", end_, { once: true });
  lead(event);
}

/** The marked moment, and what lies between two that are compared. @param {App} app @param {(t: number) => number} at */
function marks(app, at) {
  const { marked, comparison } = app.past, tick = app.history.ticks.find(({ revision }) => revision === marked);
  const { found } = comparison;
  return svg`${found ? svg`<rect class="tr-between" x=${at(found.from.time) * 1000} y="13" width=${Math.max(2, (at(found.to.time) - at(found.from.time)) * 1000)} height="12"></rect>` : nothing}${tick ? svg`<path class="tr-mark" d=${`M${(at(tick.at) * 1000).toFixed(1)} 12v18`} vector-effect="non-scaling-stroke"></path>` : nothing}`;
}

/** The ticks that are shown and where the strip begins: all that is known, but no more than half an hour while there is
 * something in it. @param {readonly Tick[]} all @param {number} end unix s @param {number} [most] s */
export function stretch(all, end, most = MOST_SPAN) {
  const late = all.filter((tick) => tick.at >= end - most), log = late.length ? late : all;
  const first = Math.min(log[0]?.at ?? end, end - LEAST_SPAN);
  return { log, first: first - (end - first) * 0.02 }; // the first tick is not the edge
}

/** What happened, in the words of its colours. @param {readonly Tick[]} log */
function kinds(log) {
  const told = KINDS.map(([kind, word]) => [log.filter((tick) => tick.kind === kind).length, word]).filter(([n]) => n);
  return told.length ? `${told.map(([n, word]) => `${n} ${word}`).join(", ")}. Services blue, Ready green, on its way amber, failed red, the rest grey.` : "No changes yet.";
}

/** One path for each kind of tick. @param {readonly Tick[]} log @param {(t: number) => number} at */
export function paths(log, at) {
  /** @type {Map<string, string>} */ const by = new Map(), last = new Map();
  for (const tick of log) {
    const x = Math.round(at(tick.at) * 1000).toString();
    if (last.get(tick.kind) === x) continue; // a burst is one stroke, however many changes it has
    last.set(tick.kind, x);
    by.set(tick.kind, `${by.get(tick.kind) ?? ""}M${x} 25.5v${tick.kind === "svc" || tick.kind === "fail" ? -10 : -8}`);
  }
  return [...by].map(([kind, d]) => svg`<path class="tk tk-${kind}" d=${d} vector-effect="non-scaling-stroke"></path>`);
}

/** How long the strip's track is: the window without what stands at its ends. @param {App} app */
const trackOf = ({ phone }) => innerWidth - (phone ? 200 : 540);

/** People's acts that have room for their words, the newest first; one that stands too near a newer one folds into it.
 * Words have the room up to the next ones, on whichever side of their tick those stand.
 * @param {readonly Tick[]} log @param {(t: number) => number} at @param {number} width of the track */
export function acts(log, at, width) {
  /** @type {{ tick: Tick, x: number, more: number, right: boolean, room: number }[]} */ const shown = [];
  for (const tick of log.filter((each) => each.person).reverse()) {
    const x = at(tick.at), newer = shown.at(-1), taken = newer?.right ? Math.min(newer.room, textWidth(newer.tick.words, 11)) + BESIDE : 0;
    const room = newer ? (newer.x - x) * width - BESIDE - taken : LONGEST;
    if (newer && room < SHORTEST) newer.more++;
    else if (shown.length < MOST_ACTS) shown.push({ tick, x, more: 0, right: x > 0.85, room: Math.min(LONGEST, room) });
  }
  return shown.reverse();
}

/** @param {string} name */
export const tone = (name) => [...name].reduce((sum, c) => sum + c.charCodeAt(0), 0) % 3;

/** @param {number} seconds unix */
const clockOf = (seconds) => (seconds ? CLOCK.format(seconds * 1000) : "--:--");

/** "14:02:07". @param {number} seconds unix */
export const exact = (seconds) => EXACT.format(seconds * 1000);
