/** Above the map: by what it is grouped, and what a filter leaves of it. */
import { html, nothing } from "lit/html.js";
import { choices, isFiltered, keptWords, NO_FILTER } from "../model/filter.js";
import { looksLikeSelector, parseSelector } from "../model/find.js";
import { BY_SERVICE, labelKeys, viewOf, viewText } from "../model/views.js";
import { count, STATE_WORDS } from "../picture/words.js";
import { icon } from "./icons.js";
import { overviewButton } from "./overview.js";

/** @import { App } from "../app/app.js" */
/** @import { Filter, Kept, View } from "../types.d.ts" */

const WORDS = /** @type {const} */ ([["service", "Service"], ["workload", "Workload"], ["node", "Node"], ["label", "Label"]]);
const MOST_KEYS = 30;
/** A map narrower than this has no room for all the names of the views beside one another. */
const NARROW = 760;

/** Pods of no controller are grouped, and yet their kind is one among others. @param {string} kind */
const kindWord = (kind) => (kind === "Pods" ? "Pod" : kind);

/** @param {App} app */
function viewSwitch(app) {
  const { view } = app.ui, keys = labelKeys(app.model).slice(0, MOST_KEYS), key = view.key || keys[0] || "app";
  const to = (/** @type {View} */ next) => app.look({ view: next });
  if (app.phone || app.width < NARROW) {
    const views = [...WORDS.filter(([by]) => by !== "label").map(([by, word]) => ({ view: { by, key: "" }, word: `By ${word.toLowerCase()}` })), ...[...new Set([key, ...keys])].slice(0, 8).map((each) => ({ view: /** @type {View} */ ({ by: "label", key: each }), word: `By ${each}` }))];
    return html`<select class="sel views" aria-label="View by" @change=${(/** @type {any} */ e) => to(viewOf(e.target.value))}>${views.map(({ view: each, word }) => html`<option value=${viewText(each)} ?selected=${viewText(each) === viewText(view)}>${word}</option>`)}</select>`;
  }
  return html`<div class="views"><div class="seg words" role="group" aria-label="View by">${WORDS.map(([by, word]) => html`<button type="button" aria-pressed=${view.by === by ? "true" : "false"} title=${`View by ${word.toLowerCase()}`} @click=${() => to({ by, key: by === "label" ? key : "" })}>${word}</button>`)}</div>
    ${view.by === "label" ? html`<select class="sel" aria-label="Label to group by" @change=${(/** @type {any} */ e) => to({ by: "label", key: e.target.value })}>${[...new Set([key, ...keys])].map((each) => html`<option value=${each} ?selected=${each === key}>${each}</option>`)}</select>` : nothing}</div>`;
}

/** What stands beside the zoom: the views always, the filter while there is no bar. @param {App} app @param {boolean} bar */
export const viewTools = (app, bar) => html`${app.phone ? overviewButton(app) : nothing}${bar ? nothing : html`<button type="button" class="btn sm filterer" aria-label="Filter" @click=${() => app.set({ filtering: true })}>${icon("filter", 13)}<span>Filter</span></button>`}${viewSwitch(app)}`;

/** @param {App} app @param {Kept|null} left @param {(left: Kept) => void} show brings what is left into sight */
export function filterBar(app, left, show) {
  const { filter, focus, level, view, unfolded } = app.ui, other = viewText(view) !== viewText(BY_SERVICE);
  if (!isFiltered(filter) && !focus && level !== "far" && !other && !app.ui.filtering) return nothing;
  return html`<div class="filterbar">
    ${focus ? html`<button type="button" class="btn sm" @click=${() => app.enter("far", "")}>All namespaces</button><b>${focus}</b>` : nothing}
    <span class="field filterfield">${menu(app)}${chips(app)}</span>
    <span class="muted tally" role="status">${left ? keptWords(app.model, left, unfolded) : inAll(app)}</span>${left?.workloads.size ? html`<button type="button" class="btn sm" aria-label="Fit to what matches" title="Fit to what matches" @click=${() => show(left)}>${icon("fit", 14)}<span class="not-phone">Fit</span></button>` : nothing}
    ${badges(app)}<span class="grow"></span>${level === "far" ? html`<button type="button" class="btn sm not-phone" title="Put the tiles in order of name" @click=${() => app.set({ order: "name" })}>${icon("reset", 13)}Tidy</button>` : nothing}</div>`;
}

/** What there is, without what is folded away. @param {App} app */
function inAll({ model, ui }) {
  const spaces = model.namespaces.filter((space) => ui.unfolded || !space.system), sum = (/** @type {number[]} */ all) => all.reduce((a, b) => a + b, 0);
  return `${count(sum(spaces.map((space) => space.workloads.length)), "workload")}, ${count(sum(spaces.map((space) => space.pods)), "pod")}`;
}

/** Each part of the filter, to be taken out. @param {App} app */
function chips(app) {
  const { filter } = app.ui, without = (/** @type {Partial<Filter>} */ less) => app.look({ filter: { ...filter, ...less } });
  const chip = (/** @type {string} */ text, /** @type {() => void} */ drop, mono = false) => html`<span class="tok ${mono ? "mono" : ""}">${text}<button type="button" class="iconb tiny" aria-label=${`Take ${text} out of the filter`} @click=${drop}>${icon("close", 11)}</button></span>`;
  return html`${filter.ns.map((each) => chip(each, () => without({ ns: filter.ns.filter((one) => one !== each) })))}
    ${filter.kind.map((each) => chip(kindWord(each), () => without({ kind: filter.kind.filter((one) => one !== each) })))}
    ${filter.state.map((each) => chip(STATE_WORDS[each], () => without({ state: filter.state.filter((one) => one !== each) })))}
    ${filter.selector ? chip(filter.selector, () => without({ selector: "" }), true) : nothing}
    ${isFiltered(filter) ? html`<button type="button" class="iconb tiny" aria-label="Clear the filter" @click=${() => app.look({ filter: NO_FILTER })}>${icon("close", 13)}</button>` : html`<span class="subtle not-phone">All</span>`}`;
}

/** @param {App} app */
function menu(app) {
  const { filter } = app.ui, given = choices(app.model, app.ui.unfolded);
  const flip = (/** @type {"ns"|"kind"|"state"} */ part, /** @type {string} */ value) => app.look({ filter: { ...filter, [part]: filter[part].includes(value) ? filter[part].filter((one) => one !== value) : [...filter[part], value] } });
  const set = (/** @type {string} */ title, /** @type {"ns"|"kind"|"state"} */ part, /** @type {(value: string) => string} */ word) => html`<fieldset><legend>${title}</legend>${[...new Set([...given[part], ...filter[part]])].map((value) => html`<label><input type="checkbox" .checked=${filter[part].includes(value)} @change=${() => flip(part, value)}>${word(value)}</label>`)}</fieldset>`;
  const selector = (/** @type {any} */ event) => {
    const text = event.target.value.trim(), good = text === "" || parseSelector(text) !== null;
    event.target.setCustomValidity(good ? "" : `${text} is no label selector. One looks like app=web,tier in (web, data).`);
    if (good) app.look({ filter: { ...filter, selector: text } });
    else event.target.reportValidity();
  };
  return html`<details class="menu filters" ?open=${app.ui.filtering} @toggle=${(/** @type {any} */ e) => app.set({ filtering: e.target.open })}><summary aria-label="Filter">${icon("filter", 14)}<span>Filter</span></summary>
    <div class="pop"><label class="selector">Selector<input type="text" class="mono" spellcheck="false" autocomplete="off" placeholder="tier in (web, data)" .value=${filter.selector} @change=${selector}></label>
    ${set("Namespace", "ns", (value) => value)}${set("State", "state", (value) => STATE_WORDS[value])}${set("Kind", "kind", kindWord)}</div></details>`;
}

/** How many are broken or changing, and a press leaves these: on a phone there is no room for the list. @param {App} app */
function badges(app) {
  const all = [...app.model.workloads.values()], bad = all.filter((w) => w.worst === "bad").length, wait = all.filter((w) => w.worst === "wait").length;
  const only = (/** @type {string[]} */ state) => app.look({ filter: { ...app.ui.filter, state } });
  return html`${bad ? html`<button type="button" class="badge b-fail only-phone" @click=${() => only(["failed", "unknown"])}>${bad} broken</button>` : nothing}${wait ? html`<button type="button" class="badge b-wait only-phone" @click=${() => only(["notready", "creating", "pending", "seat"])}>${wait} not all ready</button>` : nothing}`;
}

/** What a selector typed in the search box would leave. @param {App} app @param {string} text @param {(filter: Filter) => Kept|null} leaves */
export function selectorWords(app, text, leaves) {
  if (!looksLikeSelector(text)) return `${text} is no selector`;
  const left = leaves({ ...NO_FILTER, selector: text });
  if (!left) return `${text} is no selector`;
  const words = keptWords(app.model, left, app.ui.unfolded);
  return words === "Nothing matches" ? `Nothing matches ${text.trim()}` : words;
}
