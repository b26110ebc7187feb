/**
 * The far picture: namespaces as bands, a workload as a block of dots coloured by state with its count. Pure.
 *
 * A tile's room is a step above its wanted size, so a scale by a few moves no neighbour.
 * @import { LayoutOptions, NamespaceModel, Picture, Plate, Seat, ServiceModel, Slot, Tile, Workload } from "../types.d.ts"
 */
import { textWidth } from "./geometry.js";

export const DOT = 4.9, STEP_X = 9.6, STEP_Y = 8.5;
export const MOST = 100;
const LONG_ROW = 8;
export const ROWS = 5, GUTTER = 118;
const TILE = 70, BARE = 40, GAP = 7;
/** A Service that leads to no workload: its height, and the least width, for what it says of itself. */
const LOOSE = 46, LOOSE_W = 120;
/** What is there before what is not: three Ready pods of a thousand wanted must not hide behind empty seats. */
const WORST_FIRST = ["failed", "unknown", "notready", "pending", "creating", "terminating", "completed", "ready", "seat"];

/** @param {Picture} picture @param {NamespaceModel[]} spaces @param {LayoutOptions} options */
export function far(picture, spaces, options) {
  const columns = options.phone ? 1 : options.columns ?? 1, width = options.width / columns, each = Math.ceil(spaces.length / columns);
  for (let column = 0; column < columns; column++) {
    let y = options.phone ? 6 : 10;
    for (const space of spaces.slice(column * each, (column + 1) * each)) y = options.phone ? phoneBand(picture, space, loose(space, options), y, width) : wideBand(picture, space, loose(space, options), y, column * width, width);
    picture.height = Math.max(picture.height, y + 8);
  }
}

/** Services that no tile shows: those that aim at no workload. @param {NamespaceModel} space @param {LayoutOptions} options @returns {ServiceModel[]} */
function loose(space, { view }) {
  if ((view?.by ?? "service") !== "service") return [];
  const shown = new Set(space.workloads.flatMap((workload) => workload.services));
  return space.services.filter((service) => !shown.has(service));
}

/** @param {ServiceModel} service @param {string} ns @param {number} x @param {number} y @param {number} w @param {number} h @returns {Plate} */
const plate = (service, ns, x, y, w, h) => ({ id: service.item.id, ns, x, y, w, h, service, far: true });

/** @param {Picture} picture @param {NamespaceModel} space @param {ServiceModel[]} services @param {number} top @param {number} from @param {number} width */
function wideBand(picture, space, services, top, from, width) {
  const left = from + 16 + GUTTER, right = from + width - 24;
  let x = left, y = top + 8;
  for (const workload of space.workloads) {
    const w = Math.min(tileWidth(workload), right - left);
    if (x > left && x + w > right) {
      x = left;
      y += TILE + 6;
    }
    picture.tiles.push(tile(workload, space.name, x, y, w, TILE, columnwise));
    x += w + GAP;
  }
  // In rows of their own, so that a workload that comes later does not push them along.
  let h = space.workloads.length ? TILE : services.length ? LOOSE : BARE;
  if (services.length && space.workloads.length) {
    x = left;
    y += TILE + 6;
    h = LOOSE;
  }
  for (const service of services) {
    const w = Math.min(Math.max(LOOSE_W, Math.ceil(textWidth(service.item.name, 11.5)) + 40), right - left);
    if (x > left && x + w > right) {
      x = left;
      y += LOOSE + 6;
    }
    picture.plates.push(plate(service, space.name, x, y, w, LOOSE));
    x += w + GAP;
  }
  const bottom = y + h + 8;
  picture.bands.push(band(space, from + 12, top, width - 24, bottom - top));
  return bottom + 6;
}

/** @param {Picture} picture @param {NamespaceModel} space @param {ServiceModel[]} services @param {number} top @param {number} width */
function phoneBand(picture, space, services, top, width) {
  const w = (width - 40) / 2, columns = Math.floor((w - 22) / STEP_X);
  let y = top + 36;
  for (let i = 0; i < space.workloads.length; i += 2) {
    const pair = space.workloads.slice(i, i + 2);
    const h = Math.max(...pair.map((one) => 38 + Math.ceil(room(one) / columns) * STEP_Y));
    pair.forEach((one, k) => picture.tiles.push(tile(one, space.name, 16 + k * (w + 8), y, w, h, rowwise(columns))));
    y += h + 8;
  }
  services.forEach((service, i) => picture.plates.push(plate(service, space.name, 16 + (i % 2) * (w + 8), y + Math.floor(i / 2) * (LOOSE + 8), w, LOOSE)));
  y += Math.ceil(services.length / 2) * (LOOSE + 8);
  picture.bands.push(band(space, 6, top, width - 12, y - top + 2));
  return y + 10;
}

/** @param {NamespaceModel} space @param {number} x @param {number} y @param {number} w @param {number} h */
export const band = (space, x, y, w, h) => ({ id: space.id, name: space.name, x, y, w, h, namespace: space, columns: null });

/** Seats up to the last pod that a scale down has yet to take: who leaves is seen until it is gone. A rolling update's
 * surplus is none. @param {Workload} workload */
export function leaving(workload) {
  const last = workload.seats.at(-1), seats = last?.pod ? last.index + 1 : 0;
  return workload.kind === "StatefulSet" || seats > Math.max(LONG_ROW, workload.wanted * 2) ? seats : 0;
}

/** Seats a tile keeps room for: what is wanted (and what a rolling update may add), up to the next ten, at most MOST. @param {Workload} workload */
export function room(workload) {
  const surge = workload.kind === "Deployment" && workload.wanted < MOST ? Math.ceil(workload.wanted / 4) : 0;
  const size = Math.max(workload.wanted + surge, leaving(workload), 1);
  return Math.min(MOST, Math.ceil(size / 10) * 10);
}

/** @param {Workload} workload @returns {number} px */
function tileWidth(workload) {
  const dots = Math.ceil(room(workload) / ROWS) * STEP_X + 26 + (workload.wanted > MOST ? 38 : 0);
  const glyphs = workload.services.length ? (new Set(workload.services.map((s) => s.shape === "headless")).size > 1 ? 25 : 14) : 0;
  const text = textWidth(workload.name, 11.5) + String(workload.wanted).length * 2 * 6.8 + 34 + Math.max(glyphs, 14);
  return Math.ceil(Math.max(dots, text));
}

/** At most so many seats: all in order; when there are more, problems first, and a StatefulSet's in the order of their
 * numbers all the same. @param {Workload} workload @param {number} [most] @returns {Seat[]} */
export function visibleSeats(workload, most = MOST) {
  if (workload.seats.length <= most) return workload.seats;
  /** @type {Map<string, Seat[]>} */ const by = new Map();
  for (const seat of workload.seats) {
    const list = by.get(seat.state);
    if (list) list.push(seat);
    else by.set(seat.state, [seat]);
  }
  const shown = WORST_FIRST.flatMap((state) => by.get(state) ?? []).slice(0, most);
  return workload.kind === "StatefulSet" ? shown.sort((a, b) => a.index - b.index) : shown;
}

/** @typedef {(i: number) => { column: number, row: number }} Cell */
/** @type {Cell} */
const columnwise = (i) => ({ column: Math.floor(i / ROWS), row: i % ROWS });
/** @param {number} columns @returns {Cell} */
const rowwise = (columns) => (i) => ({ column: i % columns, row: Math.floor(i / columns) });

/** A workload that is the same object at the same place gives the same tile, so drawing can skip it.
 * @type {WeakMap<Workload, Tile>} */
const known = new WeakMap();

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {number} w @param {number} h @param {Cell} cell @returns {Tile} */
function tile(workload, ns, x, y, w, h, cell) {
  const before = known.get(workload);
  if (before && before.x === x && before.y === y && before.w === w && before.h === h) return before;
  const most = room(workload), inOrder = workload.seats.length <= MOST;
  const seats = inOrder ? workload.seats.filter((seat) => seat.index < most) : visibleSeats(workload, most);
  /** @type {Slot[]} */
  const slots = seats.map((seat, i) => {
    const { column, row } = cell(inOrder ? seat.index : i);
    return { key: seat.pod?.id ?? `${workload.id}#${seat.index}`, x: x + 14 + column * STEP_X + (row % 2 ? STEP_X / 2 : 0), y: y + 29 + row * STEP_Y, r: DOT, seat };
  });
  /** @type {Tile} */
  const made = { id: workload.id, ns, x, y, w, h, room: h, mode: "far", workload, slots, more: workload.seats.length + workload.beyond - seats.length };
  known.set(workload, made);
  return made;
}
