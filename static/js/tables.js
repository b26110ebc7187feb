/**
 * The tables page's entry: every kind as kubectl prints it, live, to look through and to act on many at once. The server
 * wrote the first table whole; this takes it over. The panel at the side, the clock and the search are the explorer's.
 */
import { html, nothing, render } from "lit/html.js";
import { objectIn } from "./app/address.js";
import { App } from "./app/app.js";
import { keepingFocus } from "./app/focus.js";
import { Head } from "./app/head.js";
import { underHand } from "./app/takeover.js";
import { Then } from "./app/then.js";
import { json, told } from "./app/fetching.js";
import { pageData } from "./app/page.js";
import { isCounted, spoken, kindNamed, kindsOf } from "./tables/kinds.js";
import { bulkBar, doneWords, IDLE } from "./tables/bulk.js";
import { carryOut, request, yamlOf } from "./tables/doing.js";
import { Feed } from "./tables/feed.js";
import { moved, PHONE_ROW, ROW, table } from "./tables/grid.js";
import { between, kept, pressed, sorted } from "./tables/rows.js";
import { chooser, plural, shelf } from "./tables/shelf.js";
import { chosenOf, getCommand, searchOf, turned, viewOf } from "./tables/view.js";
import { parseSelector } from "./model/find.js";
import { command, icon } from "./panels/icons.js";
import { inspector } from "./panels/inspector.js";
import { notice } from "./panels/live.js";
import { count, number } from "./picture/words.js";

/** @import { Item } from "./types.d.ts" */
/** @import { Row } from "./tables/rows.js" */
/** @import { TableKind } from "./tables/kinds.js" */

const DISCOVERY = "application/json;v=v2;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList";
const main = /** @type {HTMLElement} */ (document.getElementById("main"));
const page = pageData(main), { api } = page.urls;

/** Objects of which the live connection says nothing are known by their row. */
class Browsing extends App {
  /** @param {string} id @returns {Item|undefined} */
  item(id) {
    const known = super.item(id);
    if (known) return known;
    const row = [...feed.rows.values()].find((each) => each.id === id);
    if (!row || !kind) return undefined;
    const { group, resource } = kind;
    return { id, key: `${group}/${resource}/${row.ns}/${row.name}`, resource, kind: kind.kind, name: row.name, ns: row.ns, uid: row.uid, rv: Number(row.rv) || 0, labels: row.labels, created: row.created, deleting: row.deleting, owner: null, seat: -1 };
  }

  /** @param {number} revision */
  toMoment(revision) {
    location.assign(`${page.urls.explorer}?at=${revision}#${this.ui.selected}`);
  }

  /** @param {Record<string, string>} given */
  toDns(given) {
    location.assign(`${page.urls.dns}?${new URLSearchParams(given)}${this.past.query("&")}`);
  }

  /** @param {Record<string, string>} given */
  toShell(given) {
    location.assign(`${page.urls.explorer}terminal?${new URLSearchParams(given)}`);
  }

  /** @param {Record<string, string>} given */
  toRequests(given) {
    location.assign(`${page.urls.request}?${new URLSearchParams(given)}${this.past.query("&")}`);
  }
}

const app = new Browsing(page, draw), head = new Head(app, main), then = new Then(app, () => ""), feed = new Feed(api, () => app.schedule());
/** @type {readonly TableKind[]} */ let kinds = [];
/** @type {TableKind|undefined} */ let kind;
let view = viewOf(location.search), at = "", anchor = "", doing = IDLE, problem = "";
/** How far down the row that Tab reaches stood last: where it goes, the one that follows takes its stead. */
let downTo = 0;
/** @type {Set<string>} */ let chosen = new Set();

const frame = document.createElement("div");
frame.className = "tbx-in";
render(html`<nav class="shelf" aria-label="Kinds"></nav><section class="tb" aria-label="Table"><div id="then"></div><div class="tb-bar"></div><div class="tb-bulk"></div><div class="tb-sea" tabindex="-1"></div><div class="tb-foot"></div><div class="note-slot"></div></section><aside class="side" aria-label="Inspector"></aside>`, frame);
const slot = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (frame.querySelector(selector));
const places = { shelf: slot(".shelf"), bar: slot(".tb-bar"), bulk: slot(".tb-bulk"), sea: slot(".tb-sea"), foot: slot(".tb-foot"), note: slot(".note-slot"), side: slot(".side") };

/** @param {Partial<typeof view>} changes @param {boolean} [step] whether it is a step of the browser's history */
function look(changes, step = false) {
  const before = view;
  view = { ...view, ...changes };
  // Where the page stands in time is not the table's to say: the strip leads there and back.
  view.at = app.past.revision;
  if (before.kind !== view.kind || before.namespace !== view.namespace || before.selector !== view.selector) forget();
  const to = `${location.pathname}${searchOf(view)}${step ? "" : location.hash}`;
  if (step) history.pushState(null, "", to);
  else history.replaceState(null, "", to);
  follow();
}

/** What was chosen belongs to the table that was left. */
function forget() {
  chosen = new Set();
  at = anchor = "";
  downTo = 0;
  doing = IDLE;
  places.sea.scrollTop = 0;
}

/** Show what the address says. */
function follow() {
  kind = kindNamed(kinds, view.kind);
  if (kind && then.arrived) feed.show(kind, kind.namespaced ? view.namespace : "", view.selector, view.at);
  else feed.stop();
  app.schedule();
}

async function discover() {
  try {
    kinds = kindsOf(await Promise.all(["/api", "/apis"].map((path) => json(`${api}${path}`, { headers: { Accept: DISCOVERY } }))));
    problem = "";
  } catch (wrong) {
    problem = `What kinds there are could not be asked. ${told(wrong)}`;
    setTimeout(discover, 3000);
  }
  follow();
}

/** How many definitions of own kinds there were when the kinds were asked for. */
let definitions = -1;
function watchDefinitions() {
  const now = [...app.state.objects.values()].filter((item) => item.resource === "customresourcedefinitions");
  const sign = now.reduce((sum, item) => sum + item.rv, now.length);
  if (sign === definitions) return;
  if (definitions >= 0) discover();
  definitions = sign;
}

function shownRows() {
  return sorted(kept([...feed.rows.values()], view.text), feed.columns, view.sort);
}

function draw() {
  const { state, ui } = app;
  head.measure();
  if (state.cluster) watchDefinitions();
  // Gone to another moment, or back to the present: another table.
  if (then.arrived && view.at !== app.past.revision) {
    view = { ...view, at: app.past.revision };
    forget();
    follow();
  }
  const rows = shownRows(), side = inspector(app);
  main.classList.toggle("with-side", side !== nothing);
  const going = (/** @type {TableKind} */ next) => look({ kind: next.id, selector: "", sort: null, text: "" }, true);
  const counted = countsOf();
  render(shelf(kinds, kind?.id ?? "", (each) => (each.id === kind?.id && feed.loaded ? feed.rows.size : state.cluster && isCounted(each) ? counted.get(each.resource) ?? 0 : null), (each) => `${location.pathname}${searchOf({ ...view, kind: each.id, selector: "", sort: null, text: "" })}`, going), places.shelf);
  render(bar(rows), places.bar);
  if (kind) render(bulkBar(kind, chosenOf(chosen, rows), doing, page.user.canWrite && !app.past.looking, page.restartable, { set: (changes) => act(changes), go, yaml, clear: () => (chosen = new Set(), app.schedule()) }), places.bulk);
  keepingFocus(places.sea, "data-uid", () => render(body(rows), places.sea), () => rowOf(at) ?? places.sea);
  const { scrollLeft, clientWidth, scrollWidth } = places.sea, beyond = scrollLeft + clientWidth < scrollWidth - 1;
  places.sea.classList.toggle("more-right", beyond);
  render(kind ? html`${command(getCommand(spoken(kind), kind, view))}<span class="muted num" role="status">${feed.loaded ? `${counts(rows.length)}${beyond ? ", more columns at the right" : ""}` : ""}</span>` : nothing, places.foot);
  render(notice(app, "table"), places.note);
  render(side, places.side);
  head.draw();
  then.draw();
  if (ui.selected) app.objects.look();
  // Until there are rows the server's own table stays: the page never goes blank.
  if (!frame.isConnected && (feed.loaded || problem || (kinds.length && !kind)) && !underHand(main)) {
    takeOver();
    app.schedule();
  }
}

/** The table that the server wrote goes; who has the focus on a kind there, or looked further down, finds both again. */
function takeOver() {
  const held = document.activeElement, top = main.querySelector(".tb-sea")?.scrollTop ?? 0;
  const kindAt = (/** @type {HTMLAnchorElement} */ link) => new URLSearchParams(link.search).get("kind");
  const wanted = held instanceof HTMLAnchorElement && main.contains(held) ? kindAt(held) : null;
  main.replaceChildren(frame);
  places.sea.scrollTop = top;
  if (wanted) [...places.shelf.querySelectorAll("a")].find((link) => kindAt(link) === wanted)?.focus();
  else if (held?.classList.contains("tb-sea")) places.sea.focus();
}

/** @param {string} uid */
const rowOf = (uid) => /** @type {HTMLElement|null} */ (places.sea.querySelector(`tr[data-uid="${CSS.escape(uid)}"]`));

/** How many of each resource the live connection knows. */
function countsOf() {
  /** @type {Map<string, number>} */ const by = new Map();
  for (const { resource } of app.state.objects.values()) by.set(resource, (by.get(resource) ?? 0) + 1);
  return by;
}

/** @param {number} left */
const counts = (left) => (left === feed.rows.size ? count(left, kind?.singular ?? "object", spoken(/** @type {TableKind} */ (kind))) : `${number(left)} of ${number(feed.rows.size)}`);

/** @param {readonly Row[]} rows */
function bar(rows) {
  const spaces = [...app.state.objects.values()].filter((item) => item.resource === "namespaces").map((item) => item.name).sort();
  const wide = feed.columns.some((column) => column.priority > 0);
  return html`<h1>${kind ? plural(kind) : "Tables"}</h1>${chooser(kinds, kind?.id ?? "", (id) => look({ kind: id, selector: "", sort: null, text: "" }, true))}
    ${kind?.namespaced ? html`<label class="field"><span class="lbl">In</span><select aria-label="Namespace" .value=${view.namespace} @change=${(/** @type {any} */ e) => look({ namespace: e.target.value }, true)}><option value="">all namespaces</option>${spaces.map((name) => html`<option ?selected=${name === view.namespace}>${name}</option>`)}</select></label>` : nothing}
    <label class="field wide">${icon("filter", 14)}<input type="search" aria-label="Keep the rows with these words, or with a selector as app=web" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="Words, or app=web" .value=${view.text} @input=${(/** @type {any} */ e) => look({ text: e.target.value })}></label>
    ${wide ? html`<label class="check"><input type="checkbox" .checked=${view.wide} @change=${(/** @type {any} */ e) => look({ wide: e.target.checked })}>Wide</label>` : nothing}
    ${rows.length !== feed.rows.size ? html`<button type="button" class="btn sm" @click=${() => look({ text: "" })}>All ${number(feed.rows.size)}</button>` : nothing}`;
}

/** @param {readonly Row[]} rows */
function body(rows) {
  if (problem) return html`<p class="verdict bad" role="alert">${icon("warn", 15)}<span>${problem}</span></p>`;
  if (kinds.length && !kind) return html`<div class="tb-empty"><h2>There is no kind ${view.kind}.</h2><p class="muted">A kind is written as in kubectl: pods, statefulsets, widgets.example.com.</p><button type="button" class="btn" @click=${() => look({ kind: "pods" }, true)}>Show pods</button></div>`;
  if (!kind || !feed.loaded) return html`<p class="tb-empty muted" aria-busy="true">${feed.problem || "Fetching…"}</p>`;
  if (feed.problem) return html`<p class="verdict bad" role="alert">${icon("warn", 15)}<span>${feed.problem}</span></p>`;
  if (!rows.length) return html`<div class="tb-empty"><h2>${feed.rows.size ? "No row has that." : `No ${spoken(kind)}${view.namespace && kind.namespaced ? ` in ${view.namespace}` : ""}.`}</h2>${feed.rows.size ? html`<p class="muted">${/[=!(]/.test(view.text) && !parseSelector(view.text) ? html`${view.text} is no selector: one is written as app=web, app!=web or app in (a, b). As words it is` : html`${view.text} is`} in no name, label or cell of ${count(feed.rows.size, kind.singular, spoken(kind))}.</p><button type="button" class="btn" @click=${() => look({ text: "" })}>Show all</button>` : html`<p class="muted">What you apply shows here as soon as it is stored.</p><a class="btn" href=${page.urls.apply}>Apply a manifest</a>`}</div>`;
  const shown = feed.columns.flatMap((column, i) => (column.priority === 0 || view.wide ? [i] : []));
  const index = rows.findIndex((row) => row.uid === at);
  downTo = index < 0 ? Math.min(downTo, rows.length - 1) : index;
  at = rows[downTo].uid;
  return table(app, { rows, columns: feed.columns, shown, withNamespace: kind.namespaced && !view.namespace, choosable: !app.past.looking, sort: view.sort, chosen, at, selected: app.ui.selected, top: places.sea.scrollTop, height: places.sea.clientHeight || 600, label: plural(kind) }, {
    sort: (column) => look({ sort: turned(view.sort, column) }), open, choose,
    all: (on) => (chosen = new Set(on ? rows.map((row) => row.uid) : []), app.schedule()),
  });
}

/** @param {Row} row */
function open(row) {
  at = row.uid;
  app.select(row.id);
}

/** @param {Row} row @param {{ range: boolean }} how */
function choose(row, { range }) {
  if (app.past.looking) return; // what is over cannot be changed
  chosen = pressed(chosen, shownRows(), row.uid, range ? anchor : "");
  at = anchor = row.uid;
  doing = { ...doing, done: "", faults: [] };
  app.schedule();
}

/** @param {Partial<typeof doing>} changes */
function act(changes) {
  doing = { ...doing, ...changes };
  app.schedule();
}

/** @param {import("./tables/doing.js").Verb} verb */
async function go(verb) {
  const rows = chosenOf(chosen, shownRows()), replicas = Number(doing.replicas), of = kind;
  if (!of || !rows.length || doing.of) return; // a second press before the first one shows
  act({ of: rows.length, running: 0, faults: [], done: "" });
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const faults = await carryOut(rows.map((row) => request(verb, api, of, row, { replicas, now })), (running) => act({ running }));
  const done = rows.length - faults.length;
  act({ of: 0, running: 0, verb: faults.length ? verb : "", faults, done: done ? doneWords(verb, of, done, replicas) : "" });
}

async function yaml() {
  if (!kind) return;
  try {
    await navigator.clipboard.writeText(await yamlOf(api, kind, chosenOf(chosen, shownRows())));
    act({ yaml: "Copied" });
  } catch (wrong) {
    act({ yaml: "", faults: [wrong instanceof DOMException ? "The browser does not let this page copy." : told(wrong)] });
  }
  setTimeout(() => act({ yaml: "" }), 2000);
}

// -- keys ---------------------------------------------------------------------------------------------------------
/** A row that a key leads to and that is not drawn yet: the next key goes on from there. */
let ahead = "";
places.sea.addEventListener("keydown", (event) => {
  // The row itself may be out of sight: the focus is on what holds it then, and goes on from where it was.
  const target = /** @type {HTMLElement} */ (event.target), uid = ahead || (target === places.sea ? at : target.closest("tr")?.dataset.uid);
  if (!uid || target.matches("input")) return;
  const rows = shownRows(), here = rows.findIndex((row) => row.uid === uid), row = rows[here];
  if (event.key === "Enter") return event.preventDefault(), open(row);
  if (event.key === " ") return event.preventDefault(), choose(row, { range: false });
  if ((event.ctrlKey || event.metaKey) && event.key === "a") {
    event.preventDefault();
    if (!app.past.looking) chosen = new Set(rows.map((each) => each.uid));
    return app.schedule();
  }
  const each = app.phone ? PHONE_ROW : ROW, to = moved(event.key, here, rows.length, Math.max(1, Math.floor(places.sea.clientHeight / each) - 2));
  if (to < 0) return;
  event.preventDefault();
  at = rows[to].uid;
  if (event.shiftKey && !app.past.looking) for (const one of between(rows, uid, at)) chosen = new Set([...chosen, one.uid]);
  const top = to * each, { scrollTop, clientHeight } = places.sea;
  if (top < scrollTop) places.sea.scrollTop = top;
  else if (top + 2 * each > scrollTop + clientHeight) places.sea.scrollTop = top + 2 * each - clientHeight;
  app.schedule();
  // At once where it can be: who presses twice between two drawings goes two rows.
  const there = rowOf(at), wanted = at;
  ahead = there ? "" : wanted;
  if (there) return there.focus({ preventScroll: true });
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (ahead !== wanted) return;
    ahead = "";
    rowOf(wanted)?.focus({ preventScroll: true });
  }));
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && app.ui.selected && !event.defaultPrevented && !(event.target instanceof HTMLElement && event.target.matches("input, textarea, select"))) app.select("");
});

// -- start --------------------------------------------------------------------------------------------------------
places.sea.addEventListener("scroll", () => app.schedule(), { passive: true });
new ResizeObserver(() => app.schedule()).observe(places.sea);
addEventListener("popstate", () => {
  const before = view.kind + view.namespace + view.selector;
  view = { ...viewOf(location.search), at: app.past.revision };
  app.past.follow(location.search);
  if (before !== view.kind + view.namespace + view.selector) forget();
  app.select(objectIn(location.hash), { push: false });
  follow();
});
document.addEventListener("kubarium:back", () => feed.now());
setInterval(() => app.schedule(), 1000);
app.ui.selected = objectIn(location.hash);
app.live.connect();
app.past.open(location.search).then(follow);
discover();
