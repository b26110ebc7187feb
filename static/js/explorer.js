/**
 * The explorer's entry: reads the page's data, draws into the frame the template left, listens to mouse and keys.
 */
import { html, nothing, render, svg } from "lit/html.js";
import { objectIn } from "./app/address.js";
import { App } from "./app/app.js";
import { keepingFocus } from "./app/focus.js";
import { Head } from "./app/head.js";
import { pageData } from "./app/page.js";
import { run } from "./explorer/commands.js";
import { frame } from "./explorer/frame.js";
import { listen } from "./explorer/hands.js";
import { Hover } from "./explorer/hover.js";
import { Prefill } from "./explorer/prefill.js";
import { answered, matching, reachable, travel } from "./explorer/shown.js";
import { save } from "./explorer/saving.js";
import { Sight } from "./explorer/sight.js";
import { Tour } from "./explorer/tour.js";
import { Trail } from "./explorer/trail.js";
import { viewText } from "./model/views.js";
import { LEAVE, Leaving } from "./picture/leaving.js";
import { differencesOver } from "./picture/differences.js";
import { map } from "./picture/map.js";
import { dnsBox } from "./panels/dns.js";
import { ground, legend, zoomer } from "./panels/frame.js";
import { filterBar, viewTools } from "./panels/filters.js";
import { inspector } from "./panels/inspector.js";
import { notice } from "./panels/live.js";
import { overview } from "./panels/overview.js";
import { requestBox, requestHead } from "./requests/box.js";
import { Trip } from "./requests/trip.js";
import { fulfil } from "./app/deeds.js";
import { manifestsUrl } from "./app/elsewhere.js";
import { shellBox, shellHead } from "./panels/shell.js";
import { banner, differenceOf, differences } from "./panels/past.js";
import { timeline } from "./panels/timeline.js";
import { sheetHead } from "./panels/sheet.js";
import { twinCard } from "./panels/twin.js";

const FAR_PERCENT = 32;
/** Services in the near picture above which lines are faint until somebody looks at one. */
const MANY = 12;
const main = /** @type {HTMLElement} */ (document.getElementById("main"));

const places = frame(main), { surface, world } = places;
const app = new App(pageData(main), draw);
const sight = new Sight(app, places), { zoom } = sight;
const hover = new Hover(app, places);
const prefill = new Prefill(app, places.dock);
const trip = new Trip(surface, world);
const tour = new Tour(app, places.tour);
const trail = new Trail(app);
const head = new Head(app, main, {
  open: (id) => sight.find(id), run: (does) => run(app, sight, places, tour, does), answer: (offer) => fulfil(app, offer),
  light: (selector) => app.look({ filter: { ...app.ui.filter, selector } }),
});

const leaving = new Leaving();
/** @type {ReturnType<typeof setTimeout>|undefined} */ let left;
/** Somebody came to be shown around. */
let touring = new URLSearchParams(location.search).has("tour");
/** What an address selects comes into sight, once it is there. */
let coming = "";
/** What a step beside the picture speaks of, until it was shown. @type {string[]} */
let about = [];
/** The filter whose matches were looked for. */
let filtered = "";
/** The question whose pods were brought into sight. */
let broughtFor = "";

function draw() {
  const { state, ui } = app;
  const { width, height } = zoom.size;
  if (width !== app.width) ui.spread = ui.columns = 1;
  app.width = width || 1120;
  app.height = height;
  head.measure();
  if (state.cluster && !ui.current) prefill.offer();
  sight.choose();
  const picture = app.picture, now = app.now;
  document.body.classList.toggle("far-level", ui.level === "far");
  surface.classList.toggle("many", picture.level === "near" && picture.plates.length > MANY);
  const shape = `${ui.level}|${ui.focus}|${viewText(ui.view)}|${app.width}|${state.cluster?.uid}`;
  sight.settle(picture, shape);
  const matches = matching(app), going = leaving.of(picture, shape, now);
  if (going.length) {
    clearTimeout(left);
    left = setTimeout(() => app.schedule(), LEAVE + 20);
  }
  surface.style.setProperty("--travel", `${travel(app)}ms`);
  const look = { going, selected: ui.selected, hover: ui.hover, tab: reachable(app, picture), ...answered(app), matches, k: zoom.k, now, view: zoom.view() };
  keepingFocus(world, "data-id", () => render(svg`${map(state, app.model, picture, look)}${differencesOver(picture, app.past.comparison.marks, zoom.k)}`, /** @type {any} */ (world)), () => world.querySelector("[role=treeitem][tabindex='0']"));
  hover.draw();
  render(banner(app), places.then);
  render(filterBar(app, matches, (all) => sight.matches(all)), places.bar);
  render(ground(app), places.ground);
  render(notice(app), places.note);
  render(sight.further(picture), places.below);
  render(html`${legend(app)}${viewTools(app, places.bar.childElementCount > 0)}${zoomer(Math.round(zoom.k * (ui.level === "far" ? FAR_PERCENT : 100)), { out: () => zoom.to(zoom.k / 1.25), in: () => zoom.to(zoom.k * 1.25), fit: () => sight.fit(), save: (sort) => save(app, places, sort), manifests: manifestsUrl(app) })}`, places.ctl);
  const side = inspector(app);
  const sheet = app.traffic.open ? requestHead(app.traffic) : app.shell.open ? shellHead(app) : sheetHead(app);
  places.dock.setAttribute("aria-label", app.traffic.open ? "Requests" : app.shell.open ? "Shell" : "DNS");
  render(app.phone && ui.sheet !== "dns" ? sheet : html`${app.phone ? sheet : nothing}${app.traffic.open ? requestBox(app.traffic) : app.shell.open ? shellBox(app) : html`${dnsBox(app)}${twinCard(app)}`}`, places.dock);
  main.classList.toggle("tall-dock", app.shell.open && ui.tall);
  const trace = app.traffic.open ? app.traffic.trace : null;
  surface.classList.toggle("by-request", trace !== null);
  surface.classList.toggle("by-proxy", trace?.virtual ?? false);
  if (trip.follow(picture, trace) && trace?.service && !app.phone) sight.show(trace.service);
  // Who works with keys stays in the panel when what was pressed there goes, and is back on the map when the panel does.
  const byKeys = document.activeElement?.matches(":focus-visible");
  keepingFocus(places.side, "id", () => render(side !== nothing ? html`${differenceOf(app)}${side}` : app.past.comparison.on ? differences(app) : overview(app, matches), places.side), () =>
    !byKeys ? null : side !== nothing ? places.side.querySelector("[role=tab][aria-selected=true], .side-h button") : world.querySelector("[role=treeitem][tabindex='0']"));
  render(timeline(app), places.time);
  head.draw();
  main.toggleAttribute("data-past", app.past.looking);
  main.classList.toggle("with-side", ui.selected !== "" || (app.phone && ui.sheet === "object"));
  main.classList.toggle("sheet-dns", app.phone && ui.sheet === "dns");
  main.classList.toggle("sheet-object", app.phone && ui.sheet === "object");
  if (state.cluster && !performance.getEntriesByName("first picture").length) performance.mark("first picture"); // for whoever measures
  sight.giveWay();
  bringLit();
  if (ui.selected) app.objects.look();
  app.questions.bytes();
  const asked = JSON.stringify(ui.filter);
  if (state.cluster && zoom.size.width && asked !== filtered) {
    filtered = asked;
    if (matches && !coming) sight.filtered(matches);
  }
  if (coming && state.cluster) {
    sight.reach(coming);
    coming = "";
  }
  if (state.cluster && about.length && zoom.size.width) {
    sight.lead(about);
    about = [];
  }
  if (state.cluster && touring) {
    touring = false;
    tour.start();
  }
  tour.draw();
  if (state.cluster) trail.keep();
}

/** On a phone the sheet covers most of the map: the first pod that a new answer names comes into the rest. */
function bringLit() {
  const answer = app.state.answers.get(app.ui.current);
  if (!app.phone || !answer?.walk || broughtFor === app.ui.current) return;
  broughtFor = app.ui.current;
  const first = answer.walk.targets.map((target) => target.id ?? "").find((id) => app.picture.slotOf.has(id) || app.picture.plateOf.has(id));
  if (first) requestAnimationFrame(() => requestAnimationFrame(() => sight.show(first)));
}

listen(app, sight, hover, surface);
app.revealed = (id) => sight.goTo(id);
// What stands beside the picture may ask too: a lesson does, for whoever has a step done.
document.addEventListener("kubarium:about", (event) => {
  about = /** @type {CustomEvent} */ (event).detail;
  app.schedule();
});
document.addEventListener("kubarium:ask", (event) => app.questions.ask(/** @type {CustomEvent} */ (event).detail));
addEventListener("popstate", () => {
  app.recall();
  const there = app.past.follow(location.search);
  const id = objectIn(location.hash);
  if (id && id !== app.ui.selected) coming = id;
  if (id !== app.ui.selected && (id || location.hash.length < 2)) app.select(id, { push: false });
  trail.recall();
  there.then(() => trail.open());
});
new ResizeObserver(() => {
  zoom.measure();
  app.schedule();
}).observe(surface);
// Ages in the picture and seconds until the next try: the only things that change without a frame.
setInterval(() => app.ui.selected || app.state.phase === "lost" || app.state.phase === "loading" ? app.schedule() : undefined, 1000);
setInterval(() => app.schedule(), 10000);
app.recall();
app.ui.selected = coming = objectIn(location.hash);
if (location.hash && !app.ui.selected) history.replaceState(null, "", location.pathname + location.search);
if (app.ui.selected) app.ui.sheet = "object"; // on a phone; elsewhere nothing reads it
trail.recall();
app.questions.recall();
app.live.connect();
app.history.fetch();
// What the address asks is asked of the moment that it names.
app.past.open(location.search).then(() => trail.open());
app.schedule();
