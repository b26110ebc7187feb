/**
 * The explorer's entry: reads the page's data, draws into the frame the template left, listens to mouse and keys.
 */
import { html, nothing, render, svg } from "lit/html.js";
import { objectIn } from "./app/address.js";
import { App } from "./app/app.js";
import { pageData } from "./app/page.js";
import { spots, step } from "./app/walkabout.js";
import { matching, parseSelector } from "./model/find.js";
import { isUntouched, preset, stands, UNSET } from "./model/presets.js";
import { LEAVE, Leaving } from "./picture/leaving.js";
import { Zoom } from "./picture/zoom.js";
import { below } from "./picture/beyond.js";
import { crowdRow, map } from "./picture/map.js";
import { and, nameOf, workloadName } from "./picture/words.js";
import { dnsBox, pacePerTry } from "./panels/dns.js";
import { filterBar, ground, legend, liveSign, notice, zoomer } from "./panels/frame.js";
import { icon } from "./panels/icons.js";
import { inspector } from "./panels/inspector.js";
import { overview } from "./panels/overview.js";
import { requestBox, requestHead } from "./requests/box.js";
import { Trip } from "./requests/trip.js";
import { searchBox } from "./panels/search.js";
import { timeline } from "./panels/timeline.js";
import { sheetHead } from "./panels/sheet.js";
import { twinCard } from "./panels/twin.js";

const FAR_PERCENT = 32;
const PHONE = 600;
/** Services in the near picture above which lines are faint until somebody looks at one. */
const MANY = 12;
/** The near picture can be read down to this size. */
const READABLE = 0.5;
/** How many times as large as life the far picture may be when all of it is to be seen, and in how many columns its
 * bands stand then, the largest first. */
const SPREADS = [2.4, 2, 1.7, 1.4, 1.2, 1].flatMap((spread) => [1, 2, 3].map((columns) => ({ spread, columns })));
/** A band needs room for its name and a tile. */
const NARROWEST = 260;

/** @param {string} id */
const byId = (id) => document.getElementById(id);
const main = /** @type {HTMLElement} */ (byId("main"));

// -- the frame ----------------------------------------------------------------------------------------------------
render(html`<section class="map" aria-label="Map"><h1 class="hidden-line">Cluster ${main.dataset.slug}</h1><div class="bar-slot"></div>
    <div class="sea"><svg class="picture" role="group" aria-label="The cluster"><g class="world"></g></svg><div class="ground-slot"></div><div class="hover" hidden></div><div class="below-slot"></div><div class="note-slot"></div></div><div class="ctl-slot"></div></section>
  <section class="dock" aria-label="DNS"></section><aside class="side" aria-label="Inspector"></aside>
  <footer class="time" aria-label="Timeline"></footer>`, main);
const slot = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (main.querySelector(selector));
const surface = /** @type {SVGSVGElement} */ (main.querySelector("svg.picture"));
const world = /** @type {SVGGElement} */ (main.querySelector("g.world"));
const places = { bar: slot(".bar-slot"), ground: slot(".ground-slot"), hover: slot(".hover"), note: slot(".note-slot"), below: slot(".below-slot"), ctl: slot(".ctl-slot"), dock: slot(".dock"), side: slot(".side"), time: slot(".time"), sea: slot(".sea") };

const app = new App(pageData(main), draw);
const zoom = new Zoom(surface, (k, byHand) => {
  const before = Number(surface.style.getPropertyValue("--k"));
  place();
  if (byHand) changeLevel(k);
  // A pan of the far picture is the transform and nothing else.
  if (app.ui.level !== "far" || Math.abs(before - k) > 0.001) app.schedule();
});
zoom.least = 0.3;
const trip = new Trip(surface, world);

/** Put the picture where the zoom says: a transform and the factor that keeps labels their size. */
function place() {
  world.setAttribute("transform", `translate(${zoom.x.toFixed(1)} ${zoom.y.toFixed(1)}) scale(${zoom.k.toFixed(4)})`);
  surface.style.setProperty("--k", zoom.k.toFixed(3));
  surface.classList.toggle("middle", app.ui.level === "near" && zoom.k < 0.94);
}

/** Zooming out of the near picture leads to the far one and back: a person's act, never the data's. @param {number} k */
function changeLevel(k) {
  if (app.ui.level === "near" && k < 0.36) switchTo("far", "");
  else if (app.ui.level === "far" && k > 2.6) switchTo("near", bandAtCentre());
}

/** @param {"near"|"far"} level @param {string} focus */
function switchTo(level, focus) {
  app.set({ level, focus, tab: app.ui.selected, spread: 1, columns: 1 });
  settled = "";
}

/** The namespace in the middle of what is in sight. */
function bandAtCentre() {
  const { width, height } = zoom.size, x = (width / 2 - zoom.x) / zoom.k, y = (height / 2 - zoom.y) / zoom.k;
  return app.picture.bands.find((band) => x >= band.x && x < band.x + band.w && y < band.y + band.h)?.name ?? "";
}

/** All of it, as large as it fits: near where that can be read, else far, with the bands as narrow as the height allows. */
function fit() {
  const level = zoom.room(app.at({ level: "near", spread: 1, columns: 1 })) >= READABLE ? "near" : "far";
  if (level !== app.ui.level) switchTo(level, app.ui.focus);
  // The map's own height changes with the level.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (level === "far" && !app.phone) {
      const best = SPREADS.find(({ spread, columns }) => app.width / spread / columns >= NARROWEST && zoom.room(app.at({ level, spread, columns }), spread) >= spread);
      Object.assign(app.ui, best ?? { spread: 1, columns: 1 });
    }
    const { width, height } = app.picture;
    zoom.bounds = { width, height };
    zoom.fit(app.ui.spread);
  }));
}

let settled = "";
const leaving = new Leaving();
/** @type {ReturnType<typeof setTimeout>|undefined} */ let left;
/** @type {string} */ let said = "";
/** The question whose pods were brought into sight. */
let broughtFor = "";

function draw() {
  const { state, ui } = app;
  const { clientWidth: width } = surface;
  if (width !== app.width) ui.spread = ui.columns = 1;
  app.width = width || 1120;
  app.height = surface.clientHeight;
  app.phone = innerWidth <= PHONE;
  if (state.cluster && !ui.current) prefill();
  const picture = app.picture, now = app.now;
  document.body.classList.toggle("far-level", ui.level === "far");
  document.body.classList.toggle("phone", app.phone);
  surface.classList.toggle("many", picture.level === "near" && picture.plates.length > MANY);
  zoom.bounds = { width: picture.width, height: picture.height };
  const shape = `${ui.level}|${ui.focus}|${app.width}|${state.cluster?.uid}`;
  if (shape !== settled && state.cluster) {
    settled = shape;
    zoom.reset();
  }
  place();
  const matches = matchesOf(), going = leaving.of(picture, shape, now);
  if (going.length) {
    clearTimeout(left);
    left = setTimeout(() => app.schedule(), LEAVE + 20);
  }
  travel();
  render(map(state, app.model, picture, { going, selected: ui.selected, hover: ui.hover, tab: reachable(picture), ...answered(), matches, k: zoom.k, now, view: zoom.view() }), /** @type {any} */ (world));
  render(filterBar(app), places.bar);
  render(ground(app), places.ground);
  render(notice(app), places.note);
  render(further(picture), places.below);
  render(html`${legend(app)}${zoomer(Math.round(zoom.k * (ui.level === "far" ? FAR_PERCENT : 100)), { out: () => zoom.to(zoom.k / 1.25), in: () => zoom.to(zoom.k * 1.25), fit })}`, places.ctl);
  const side = inspector(app);
  const head = app.traffic.open ? requestHead(app.traffic) : sheetHead(app);
  places.dock.setAttribute("aria-label", app.traffic.open ? "Requests" : "DNS");
  render(app.phone && ui.sheet !== "dns" ? head : html`${app.phone ? head : nothing}${app.traffic.open ? requestBox(app.traffic) : html`${dnsBox(app)}${twinCard(app)}`}`, places.dock);
  const trace = app.traffic.open ? app.traffic.trace : null;
  surface.classList.toggle("by-request", trace !== null);
  surface.classList.toggle("by-proxy", trace?.virtual ?? false);
  if (trip.follow(picture, trace) && trace?.service && !app.phone) show(trace.service);
  render(side === nothing ? overview(app, matches) : side, places.side);
  render(timeline(app), places.time);
  const search = byId("search"), live = byId("live");
  if (search) render(searchBox(app, { open: goTo, run }), search);
  if (live) render(liveSign(app), live);
  main.dataset.phase = state.phase;
  main.dataset.revision = String(state.revision);
  main.classList.toggle("with-side", ui.selected !== "");
  main.classList.toggle("sheet-dns", app.phone && ui.sheet === "dns");
  main.classList.toggle("sheet-object", app.phone && ui.sheet === "object");
  if (said !== state.said) {
    said = state.said;
    const line = byId("announce");
    if (line) line.textContent = said;
  }
  bringLit();
  if (ui.selected) app.look();
  app.bytes();
}

/** How long the question on show takes through its search list: what it lights up waits for that. */
function travel() {
  const tries = app.state.answers.get(app.ui.current)?.walk?.steps.filter((each) => each.asked).length ?? 0;
  surface.style.setProperty("--travel", `${tries * pacePerTry(tries)}ms`);
}

/** On a phone the sheet covers most of the map: the first pod that a new answer names comes into the rest. */
function bringLit() {
  const answer = app.state.answers.get(app.ui.current);
  if (!app.phone || !answer?.walk || broughtFor === app.ui.current) return;
  broughtFor = app.ui.current;
  const first = answer.walk.targets.map((target) => target.id ?? "").find((id) => app.picture.slotOf.has(id) || app.picture.plateOf.has(id));
  if (first) requestAnimationFrame(() => requestAnimationFrame(() => show(first)));
}

/** @type {import("./model/presets.js").Preset} what the form was given last */
let given = UNSET;

/** The first question one could ask, ready in the form until somebody typed there: pods come and go meanwhile. */
function prefill() {
  if (!isUntouched(app.ui.form, given) || stands(app.model, given) || places.dock.contains(document.activeElement)) return;
  const found = preset(app.model);
  if (!found) return;
  given = found;
  app.ui.form = { ...app.ui.form, ...found };
}

/** What the pinned answers name, who asked, and the Services whose proxy would take a connection from there. */
function answered() {
  if (app.traffic.open && app.traffic.trace) return app.traffic.touched;
  const lit = new Set(), askers = new Set(), routed = new Set(), { cards } = app.picture;
  // Where no card stands beside the picture, or it is folded, nothing would say why its pods are lit.
  const told = cards.length ? cards.filter((card) => !card.folded).map((card) => card.answer) : app.pinned.filter(({ question }) => question.id === app.ui.current);
  for (const { walk, question } of told) {
    for (const target of walk?.targets ?? []) if (target.id) lit.add(target.id);
    if (walk?.route) routed.add(walk.route.service);
    if (question.pod) askers.add(`pods/${question.namespace}/${question.pod}`);
  }
  return { lit, askers, routed };
}

function matchesOf() {
  const terms = app.ui.filter ? parseSelector(app.ui.filter) : null;
  return terms ? matching(app.model, terms).workloads : null;
}

/** The one thing on the map that Tab reaches. @param {import("./types.d.ts").Picture} picture */
function reachable(picture) {
  const { tab } = app.ui;
  if (tab && (picture.slotOf.has(tab) || picture.tileOf.has(tab) || picture.plateOf.has(tab) || picture.bands.some((band) => band.id === tab) || (tab === "fold" && picture.fold))) return tab;
  return picture.bands[0]?.id ?? "";
}

/** Select something and bring it into sight, changing the level when it is not drawn here. @param {string} id */
function goTo(id) {
  app.select(id);
  const tile = app.model.workloadOf.get(id);
  if (app.ui.level === "far" && (tile || app.model.services.has(id))) switchTo("near", app.item(id)?.ns ?? "");
  requestAnimationFrame(() => requestAnimationFrame(() => show(id)));
}

/** A command of the search box. @param {import("./model/commands.js").Command["does"]} does */
function run(does) {
  const { urls } = app.page;
  switch (does) {
    case "fit": return zoom.fit();
    case "near": return switchTo("near", bandAtCentre());
    case "far": return switchTo("far", "");
    case "tidy": return app.set({ order: "name" });
    case "apply": return location.assign(urls.apply);
    case "dns": return location.assign(urls.dns);
    case "theme": return /** @type {HTMLElement|null} */ (document.querySelector("[data-theme-switch]"))?.click();
    case "ask":
      if (app.phone) app.set({ sheet: "dns" });
      requestAnimationFrame(() => requestAnimationFrame(() => /** @type {HTMLElement|null} */ (document.querySelector(".dns input[name=name]"))?.focus()));
  }
}

/** @param {string} id */
function show(id) {
  const spot = spots(app.picture).find((each) => each.id === id);
  if (spot) zoom.show(spot);
}

// -- mouse and keys -----------------------------------------------------------------------------------------------
/** A card's own buttons: put it away, or unfold it. @param {Element} target @returns {boolean} whether it was one */
function press(target) {
  const unpin = target.closest("[data-unpin]")?.getAttribute("data-unpin"), open = target.closest("[data-open]")?.getAttribute("data-open");
  if (unpin) app.unpin(unpin);
  else if (open) app.ask({ ...app.state.answers.get(open)?.question });
  return Boolean(unpin || open);
}

/** Show the system's own or put it away; what was unfolded comes into sight. */
function unfold() {
  const open = !app.ui.unfolded;
  app.set({ unfolded: open });
  if (!open) return;
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const { bands, plates } = app.picture, first = bands.find((band) => band.namespace.system) ?? plates.find((plate) => plate.id === "services/default/kubernetes");
    if (first) zoom.show({ x: first.x, y: first.y, w: first.w, h: Math.min(first.h, zoom.size.height / zoom.k - 60) });
  }));
}

/** A map has no scrollbar: what lies below is said, and a press goes there. @param {import("./types.d.ts").Picture} picture */
function further(picture) {
  const words = below(picture, (zoom.size.height - zoom.y) / zoom.k);
  return words ? html`<button type="button" class="btn sm" @click=${() => zoom.by(0, -zoom.size.height * 0.7)}>${icon("chevron", 12)}${words}</button>` : nothing;
}

/** @param {Event} event */
const idAt = (event) => /** @type {Element} */ (event.target).closest?.("[data-id]")?.getAttribute("data-id") ?? "";

surface.addEventListener("click", (event) => {
  if (zoom.dragged) return;
  if (press(/** @type {Element} */ (event.target))) return;
  const id = idAt(event);
  if (id === "fold") return unfold();
  if (id.startsWith("namespaces//")) return app.select("");
  if (id) app.select(id);
  else app.select("");
});
surface.addEventListener("dblclick", (event) => {
  const id = idAt(event);
  if (app.ui.level === "far" && id) goTo(id.startsWith("namespaces") ? id : id);
});
surface.addEventListener("pointerover", (event) => {
  const id = idAt(event);
  if (id !== app.ui.hover) app.set({ hover: id });
  const { clientX, clientY } = /** @type {PointerEvent} */ (event);
  hover(/** @type {Element} */ (event.target), id, clientX, clientY);
});
surface.addEventListener("pointerleave", () => {
  places.hover.hidden = true;
  app.set({ hover: "" });
});
surface.addEventListener("focusin", (event) => {
  const id = idAt(event);
  if (!id) return;
  app.set({ hover: id, tab: id });
  const box = /** @type {Element} */ (event.target).getBoundingClientRect();
  hover(/** @type {Element} */ (event.target), id, box.right, box.bottom);
});
surface.addEventListener("focusout", () => { places.hover.hidden = true; });
surface.addEventListener("keydown", (event) => {
  if ((event.key === "Enter" || event.key === " ") && press(/** @type {Element} */ (event.target))) return event.preventDefault();
  const id = idAt(event);
  if (!id) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    if (id === "fold") unfold();
    else if (app.ui.level === "far" && app.ui.selected === id && app.model.workloads.has(id)) switchTo("near", app.model.workloads.get(id)?.ns ?? "");
    else app.select(id.startsWith("namespaces//") ? "" : id);
    return;
  }
  if (event.key === "Escape" && app.ui.selected) return app.select("");
  const to = step(app.picture, id, event.key);
  if (!to) return;
  event.preventDefault();
  zoom.show(to);
  app.set({ tab: to.id });
  requestAnimationFrame(() => requestAnimationFrame(() => /** @type {SVGElement|null} */ (surface.querySelector(`[role=treeitem][data-id="${CSS.escape(to.id)}"]`))?.focus({ preventScroll: true })));
});
addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    byId("find")?.focus();
  } else if (event.key === "Escape" && app.phone && app.ui.sheet) app.set({ sheet: "" });
  else if (event.key === "Escape" && app.ui.selected && !event.defaultPrevented && !isField(event.target)) app.select("");
});

/** Where one types or chooses, Escape is the field's own. @param {EventTarget|null} target */
const isField = (target) => target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));

/** Why a pod is in no answer, as a sentence; "" when nothing holds it back. @param {string} id */
function heldBack(id) {
  const held = app.ui.level === "near" ? (app.model.linksOf.get(id) ?? []).filter((link) => !link.published) : [];
  return held.length ? `${nameOf(id)} is selected but not in the answer of ${and(held.map((link) => nameOf(link.service)))}: it ${held[0].why}.` : "";
}

/** The card that names what pointer or focus is on: a line's reason, a far tile's pods.
 * @param {Element} target @param {string} id @param {number} clientX @param {number} clientY */
function hover(target, id, clientX, clientY) {
  const why = target.closest("[data-why]")?.getAttribute("data-why") ?? heldBack(id);
  const workload = app.ui.level === "far" ? app.model.workloads.get(id) : undefined;
  places.hover.hidden = !why && !workload;
  if (!why && !workload) return;
  if (why) render(html`<p>${why}</p>`, places.hover);
  else if (workload) {
    const shown = [...workload.pods].sort((a, b) => (a.ordinal ?? 0) - (b.ordinal ?? 0)).slice(0, 6), ill = workload.pods.find((pod) => pod.why && pod.state !== "ready");
    render(html`<div class="row"><b>${workload.name}</b><span class="subtle">${workload.kind}${workload.services.some((s) => s.shape === "headless") ? ", headless" : ""}</span><span class="grow"></span><b class="mono c-${workload.worst === "bad" ? "fail" : workload.worst === "wait" ? "wait" : ""}">${workload.ready}/${workload.wanted}</b></div>
      <svg width="260" height="36" viewBox="0 0 260 36" role="img" aria-label=${workloadName(workload)}>${svg`${crowdRow(shown)}`}</svg>${ill ? html`<p>${ill.name}: <span class="muted">${ill.why}</span></p>` : nothing}`, places.hover);
  }
  const box = places.sea.getBoundingClientRect();
  const x = Math.min(clientX - box.left + 14, box.width - 300), y = clientY - box.top + 16;
  places.hover.style.left = `${Math.max(8, x)}px`;
  places.hover.style.top = `${y + 130 > box.height ? Math.max(8, y - 150) : y}px`;
}

// -- start --------------------------------------------------------------------------------------------------------
addEventListener("popstate", () => {
  const id = objectIn(location.hash);
  if (id || location.hash.length < 2) app.select(id, { push: false });
});
new ResizeObserver(() => app.schedule()).observe(surface);
// Ages in the picture and seconds until the next try: the only things that change without a frame.
setInterval(() => app.ui.selected || app.state.phase === "lost" || app.state.phase === "loading" ? app.schedule() : undefined, 1000);
setInterval(() => app.schedule(), 10000);
app.ui.selected = objectIn(location.hash);
if (location.hash && !app.ui.selected) history.replaceState(null, "", location.pathname + location.search);
if (app.ui.selected) app.ui.sheet = "object"; // on a phone; elsewhere nothing reads it
app.recall();
app.live.connect();
app.past();
app.schedule();
