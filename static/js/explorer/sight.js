/**
 * What of the picture is in sight: zoom, level of detail, one namespace alone. Moves on a person's act, never on data.
 *
 * @import { App } from "../app/app.js"
 * @import { Kept, Picture } from "../types.d.ts"
 */
import { html, nothing } from "lit/html.js";
import { spots } from "../app/walkabout.js";
import { fitting } from "../layout.js";
import { SYSTEM } from "../model/derive.js";
import { icon } from "../panels/icons.js";
import { CROWD } from "../picture/map.js";
import { nameOf } from "../picture/words.js";
import { boxOf, seen, under } from "../picture/anchor.js";
import { further } from "../picture/beyond.js";
import { anySeen, around, matchesIn } from "../picture/matching.js";
import { SNUG, Zoom } from "../picture/zoom.js";

/** The near picture can be read down to this size. */
const READABLE = 0.4;
/** So large the far picture may be without leading to the near one. */
const FAR_MOST = 2.4;
/** How many times as large as life the far picture may be when all of it is to be seen, and in how many columns its
 * bands stand then, the largest first. */
const SPREADS = [2.4, 2, 1.7, 1.4, 1.2, 1].flatMap((spread) => [1, 2, 3].map((columns) => ({ spread, columns })));
/** A band needs room for its name and a tile. */
const NARROWEST = 260;

export class Sight {
  /** @param {App} app @param {import("./frame.js").Frame} places */
  constructor(app, { surface, world, side }) {
    this.app = app;
    this.side = side;
    /** What was selected when it was last looked whether something lies over it. */
    this.chosen = "";
    /** Where it stood, and in which picture. @type {{ picture: Picture, shape: string, spot: { x: number, y: number, w: number, h: number }|undefined }|null} */
    this.stood = null;
    /** How the map gave way to the panel last. @type {{ from: Zoom["standing"], to: Zoom["standing"] }|null} */
    this.gave = null;
    this.surface = surface;
    this.world = world;
    /** What the picture's shape was when it was last fitted into its frame. */
    this.settled = "";
    /** Somebody chose how near the picture is. */
    this.byHand = false;
    /** The zoom that was put on the map last. */
    this.drawnAt = 0;
    /** What somebody held while the level changed: it stays there. @type {{ id: string, hit: boolean, tile: string, at: {x: number, y: number} }|null} */
    this.held = null;
    this.zoom = new Zoom(surface, (k, at) => {
      const before = this.drawnAt;
      this.place();
      if (at) this.changeLevel(k, at);
      // A pan of the far picture is the transform and nothing else.
      if (app.ui.level !== "far" || Math.abs(before - k) > 0.001 || app.picture.tiles.length > CROWD) app.schedule();
    });
    this.zoom.least = 0.3;
    this.zoom.seen = () => seen(this.app.picture);
  }

  /** Before each drawing: another shape of the same picture begins whole. @param {Picture} picture @param {string} shape */
  settle(picture, shape) {
    this.zoom.bounds = { width: picture.width, height: picture.height };
    if (shape !== this.settled && this.app.state.cluster) {
      this.settled = shape;
      const { held } = this, box = held && boxOf(picture, held.id, held.tile);
      this.held = null;
      if (held && box) this.zoom.hold(box, held.at, held.hit);
      else {
        this.zoom.reset();
        this.#begin(picture);
        // What is open in the panel stays in sight when the picture is another.
        if (this.app.ui.selected) requestAnimationFrame(() => this.show(this.app.ui.selected));
      }
    } else this.zoom.again();
    this.place();
  }

  /** A few workloads seen from afar fill their frame, once that has its size. @param {Picture} picture */
  #begin({ level, tiles }) {
    if (level !== "far" || this.app.phone || tiles.length > CROWD) return;
    const { settled } = this;
    requestAnimationFrame(() => requestAnimationFrame(() => this.settled === settled && this.zoom.placed && this.#fill(level)));
  }

  /** Put the picture where the zoom says: a transform and the factor that keeps labels their size. */
  place() {
    this.world.setAttribute("transform", `translate(${this.zoom.x.toFixed(1)} ${this.zoom.y.toFixed(1)}) scale(${this.zoom.k.toFixed(4)})`);
    const near = this.app.ui.level === "near";
    this.drawnAt = this.zoom.k;
    // Only words of the near picture keep their size by it, and a change of it touches every element below.
    if (near) this.surface.style.setProperty("--k", this.zoom.k.toFixed(3));
    this.surface.classList.toggle("middle", near && this.zoom.k < SNUG);
  }

  /** Zooming out of the near picture leads to the far one and back: a person's act, never the data's.
   * @param {number} k @param {{ x: number, y: number }} at the point that is held */
  changeLevel(k, at) {
    const { picture, model, ui } = this.app, x = (at.x - this.zoom.x) / this.zoom.k, y = (at.y - this.zoom.y) / this.zoom.k;
    const away = ui.level === "near" && k < 0.36;
    if (!away && !(ui.level === "far" && k > 2.6)) return;
    const thing = under(picture, x, y), tile = thing ? this.tileOf(thing.id) : "";
    const focus = away || this.grouped ? "" : this.bandAt(x, y);
    this.enter(away ? "far" : "near", focus);
    // A Service that aims at pods is part of their tile from afar.
    const beside = away && thing ? model.services.get(thing.id)?.links.map((link) => this.tileOf(link.pod)).find(Boolean) : "";
    if (thing) this.held = { ...thing, tile: beside || tile, at };
  }

  /** The tile that a thing is in, or is. @param {string} id */
  tileOf(id) {
    const { picture } = this.app;
    return picture.tileOf.has(id) ? id : picture.tiles.find((tile) => tile.slots.some((slot) => slot.key === id))?.id ?? "";
  }

  /** @param {"near"|"far"} level @param {string} focus */
  switchTo(level, focus) {
    this.byHand = true;
    this.app.moved(focus);
    this.app.set({ level, focus, tab: this.app.ui.selected, spread: 1, columns: 1 });
    this.settled = "";
  }

  /** The same by a person's own act: it stands in the address, too. @param {"near"|"far"} level @param {string} focus */
  enter(level, focus) {
    this.byHand = true;
    this.app.enter(level, focus);
    this.settled = "";
  }

  /** Bands are no namespaces that one could look into alone. */
  get grouped() {
    return ["node", "label"].includes(this.app.ui.view.by);
  }

  /** The namespace at a point of the picture, or the one nearest to it. @param {number} x @param {number} y */
  bandAt(x, y) {
    const off = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ size) => Math.max(from - at, 0, at - from - size);
    const far = (/** @type {import("../types.d.ts").Band} */ band) => off(x, band.x, band.w) + off(y, band.y, band.h);
    return this.app.picture.bands.reduce((/** @type {import("../types.d.ts").Band|null} */ best, band) => (best && far(best) <= far(band) ? best : band), null)?.name ?? "";
  }

  /** The same of the middle of what is in sight. */
  bandAtCentre() {
    const { zoom } = this, { x, y } = zoom.middle;
    return this.bandAt((x - zoom.x) / zoom.k, (y - zoom.y) / zoom.k);
  }

  /** All of it, as large as it fits: near where that can be read, else far, with the bands as narrow as the height allows. */
  fit() {
    const level = this.zoom.room(this.app.at({ level: "near", spread: 1, columns: 1 })) >= READABLE ? "near" : "far";
    if (level !== this.app.ui.level) this.switchTo(level, this.app.ui.focus);
    // The map's own height changes with the level.
    requestAnimationFrame(() => requestAnimationFrame(() => this.#fill(level)));
  }

  /** As large as all of it fits; from afar with the bands as narrow as the height allows. @param {"near"|"far"} level */
  #fill(level) {
    if (level === "far" && !this.app.phone) {
      const best = SPREADS.find(({ spread, columns }) => this.app.width / spread / columns >= NARROWEST && this.zoom.room(this.app.at({ level, spread, columns }), spread) >= spread);
      Object.assign(this.app.ui, best ?? { spread: 1, columns: 1 });
    }
    const { width, height } = this.app.picture;
    this.zoom.bounds = { width, height };
    this.zoom.fit(this.app.ui.spread);
  }

  /** All that a filter leaves, as large as it can be; where it is drawn elsewhere, the first of it. @param {Kept} left @returns {unknown} */
  matches(left) {
    const { picture, ui, model } = this.app, box = around(matchesIn(picture, left));
    this.uncover();
    if (box && ui.level === "near" && this.zoom.sizeFor(box) < READABLE) {
      // Too far apart to be read at once: seen from afar.
      this.switchTo("far", ui.focus);
      return requestAnimationFrame(() => requestAnimationFrame(() => this.app.ui.level === "far" && this.matches(left)));
    }
    if (box) return this.zoom.frame(box, ui.level === "near" ? { least: READABLE, most: 1 } : { least: this.zoom.least, most: FAR_MOST });
    const drawn = [...left.workloads].flatMap((id) => model.workloads.get(id) ?? []).filter(({ ns }) => ui.unfolded || !SYSTEM.has(ns));
    const pod = drawn.flatMap(({ pods }) => pods).find(({ id }) => left.pods.has(id));
    if (pod) this.reach(pod.id);
  }

  /** Somebody filtered: what is left comes into sight where none of it is, once the frame has its size. @param {Kept} left */
  filtered(left) {
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const boxes = matchesIn(this.app.picture, left);
      this.uncover();
      if (boxes.length ? !anySeen(boxes, this.zoom.open) : this.app.ui.focus) this.matches(left);
    }));
  }

  /** Before each drawing: where a person went to another moment the picture is chosen anew, unless it was chosen by hand
   * and has something to show. */
  choose() {
    const { app } = this, { ui, model } = app;
    if (!app.elsewhere || !app.state.cluster) return;
    app.elsewhere = false;
    if (ui.focus) {
      if (model.namespaces.some(({ name }) => name === ui.focus)) return;
      app.moved("");
    } else if (this.byHand || fitting(model, ui.view) === ui.level) return;
    this.byHand = false;
    app.set({ level: "", focus: "", spread: 1, columns: 1 });
    this.settled = "";
  }

  /** Select something and bring it into sight, changing the level when it is not drawn here. @param {string} id */
  goTo(id) {
    this.app.select(id);
    this.reach(id);
  }

  /** The same for what somebody searched for: the focus goes there, or to its panel where the map does not draw it or is
   * covered by that; Escape gives it back to the search box. @param {string} id */
  find(id) {
    this.goTo(id);
    this.app.ui.found = id;
    const arrive = () => {
      if (this.app.ui.selected !== id || document.activeElement?.closest(".map, .dock, .time")) return;
      const drawn = this.surface.querySelector(`[role=treeitem][data-id="${CSS.escape(id)}"]`), goal = this.app.phone ? null : drawn;
      /** @type {HTMLElement|SVGElement|null} */ (goal ?? this.side.querySelector("[role=tab][aria-selected=true]") ?? this.side.querySelector(".side-h button"))?.focus({ preventScroll: true });
    };
    // After the frames in which it is drawn and brought into sight.
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(arrive)));
  }

  /** Bring something into sight, changing what is drawn where it is not. @param {string} id */
  reach(id) {
    const { ui, model } = this.app, tile = model.workloadOf.get(id);
    const place = id.startsWith("namespaces//") ? nameOf(id) : this.app.item(id)?.ns ?? "";
    if (ui.level === "far" && (tile || model.services.has(id))) this.switchTo("near", this.grouped ? "" : place);
    else if (ui.focus && place && ui.focus !== place) this.switchTo(ui.level || "near", place);
    if (!ui.unfolded && model.namespaces.some(({ name, system }) => system && name === place)) this.app.set({ unfolded: true });
    requestAnimationFrame(() => requestAnimationFrame(() => this.show(id)));
  }

  /** A pod that a crowded tile does not draw is shown by its tile. @param {string} id */
  show(id) {
    const spot = this.#spot(id);
    if (spot) this.zoom.show(spot);
  }

  /** @param {string} id */
  #spot(id) {
    const all = spots(this.app.picture), tile = this.app.model.workloadOf.get(id);
    return all.find((each) => each.id === id) ?? all.find((each) => each.id === tile);
  }

  /** Somebody is told of these: the first that the picture has comes into sight, gently, unless it is seen already.
   * @param {readonly string[]} ids */
  lead(ids) {
    const { app } = this, id = ids.find((each) => this.#spot(each)) ?? ids.find((each) => app.item(each) && (app.model.workloadOf.has(each) || app.model.services.has(each)));
    if (!id) return;
    const spot = this.#spot(id);
    this.uncover();
    if (spot) this.zoom.glide(spot);
    else this.reach(id);
  }

  /** Look how much of the map the panel lies over. */
  uncover() {
    const map = this.surface.getBoundingClientRect(), panel = this.side.getBoundingClientRect();
    const across = Math.min(map.right, panel.right) - Math.max(map.left, panel.left), down = Math.min(map.bottom, panel.bottom) - Math.max(map.top, panel.top);
    const lies = across > 0 && down > 0, wide = across > map.width * 0.8;
    this.zoom.covered = { right: lies && !wide ? map.right - panel.left : 0, bottom: lies && wide ? map.bottom - panel.top : 0 };
  }

  /** After each drawing: a panel that opens over the very thing that it tells of makes the map give way, until it closes:
   * then all is where it was, unless somebody moved it. */
  giveWay() {
    const { ui, phone } = this.app, chosen = ui.selected && (!phone || ui.sheet === "object") ? ui.selected : "";
    if (chosen === this.chosen) return this.#follow(chosen);
    this.chosen = chosen;
    this.stood = null;
    this.uncover();
    const { zoom, gave } = this, unmoved = gave && gave.to.x === zoom.x && gave.to.y === zoom.y && gave.to.k === zoom.k;
    if (!unmoved) this.gave = null;
    if (!chosen) {
      this.gave = null;
      if (unmoved) zoom.comeBack(gave.from);
      return;
    }
    const spot = this.#spot(chosen), { right, bottom } = zoom.covered;
    if (!spot || !(right || bottom) || zoom.sees(spot)) return;
    const from = unmoved ? gave.from : zoom.standing;
    zoom.show(spot);
    this.gave = { from, to: zoom.standing };
  }

  /** What is selected and was in sight stays so when it is what moved: a Service whose selector leads to other pods. @param {string} chosen */
  #follow(chosen) {
    const { picture } = this.app, { stood, settled } = this;
    if (!chosen || stood?.picture === picture) return;
    const spot = this.#spot(chosen);
    this.stood = { picture, shape: settled, spot };
    if (spot && stood?.spot && stood.shape === settled && (spot.x !== stood.spot.x || spot.y !== stood.spot.y) && this.zoom.sees(stood.spot)) this.zoom.glide(spot);
  }

  /** Show the system's own or put it away; what was unfolded comes into sight. */
  unfold() {
    const open = !this.app.ui.unfolded;
    this.app.set({ unfolded: open });
    if (!open) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      const { bands, plates } = this.app.picture, first = bands.find((band) => band.namespace.system) ?? plates.find((plate) => plate.id === "services/default/kubernetes");
      if (first) this.zoom.show({ x: first.x, y: first.y, w: first.w, h: Math.min(first.h, this.zoom.size.height / this.zoom.k - 60) });
    }));
  }

  /** A map has no scrollbar: what lies below is said, and a press goes there. @param {Picture} picture */
  further(picture) {
    const words = further(picture, this.zoom);
    return words ? html`<button type="button" class="btn sm" @click=${() => this.zoom.by(0, -this.zoom.size.height * 0.7)}>${icon("chevron", 12)}${words}</button>` : nothing;
  }
}
