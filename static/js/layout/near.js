/**
 * The near picture: a namespace is a band, its Services stand left as plates, its workloads right as tiles with a
 * seat for every wanted pod, pinned answers outermost. Pure.
 *
 * A tile keeps room for 2, 5, 8 or (as a comb) more seats than it may want now, so that scaling by a few moves no neighbour.
 * @import { Band, LayoutOptions, Model, NamespaceModel, Picture, Plate, Slot, Tile, Workload } from "../types.d.ts"
 */
import { aims } from "../model/derive.js";
import { MOST, visibleSeats } from "./far.js";
import { cards } from "./cards.js";
import { textWidth } from "./geometry.js";
import { wires } from "./wires.js";

/** @typedef {{ margin: number, r: number, step: number, head: number, foot: number, plateX: number, plateW: number, tileW: number, cardW: number, top: number, columnsAt: number, combR: number }} Sizes */

/** @type {Sizes} */
const DESK = { margin: 16, r: 26, step: 68, head: 60, foot: 40, plateX: 36, plateW: 226, tileW: 224, cardW: 198, top: 70, columnsAt: 61, combR: 13 };
/** @type {Sizes} */
const PHONE = { margin: 8, r: 24, step: 86, head: 62, foot: 40, plateX: 20, plateW: 108, tileW: 161, cardW: 0, top: 58, columnsAt: 51, combR: 11 };
const WIDEST = 1500, COLUMN_MOST = 8;

/** @param {Picture} picture @param {NamespaceModel[]} spaces @param {Model} model @param {LayoutOptions} options */
export function near(picture, spaces, model, options) {
  const size = options.phone ? PHONE : DESK;
  const width = Math.max(options.phone ? 340 : 640, Math.min(options.width, WIDEST));
  const withCards = !options.phone && width >= 980;
  const cardX = width - 36 - size.cardW;
  const tileX = (withCards ? cardX - 28 : options.phone ? width - 17 : width - 36) - size.tileW;
  picture.width = width;
  picture.cardColumn = withCards ? { x: cardX, w: size.cardW, y: 0 } : null;
  let y = options.phone ? 8 : 12;
  for (const space of spaces) {
    const band = place(picture, space, size, y, width, tileX, withCards ? cardX : 0);
    y += band.h + (options.phone ? 12 : 16);
  }
  if (picture.cardColumn && picture.bands[0]) picture.cardColumn.y = picture.bands[0].y + size.top;
  wires(picture, model, size);
  if (withCards) cards(picture, options.pinned ?? [], options.height ?? 0);
  picture.height = Math.max(y, ...picture.bands.map((band) => band.y + band.h)) + 12;
}

/** @param {Picture} picture @param {NamespaceModel} space @param {Sizes} size @param {number} top @param {number} width @param {number} tileX @param {number} cardX @returns {Band} */
function place(picture, space, size, top, width, tileX, cardX) {
  const first = top + size.top;
  let y = first;
  for (const workload of space.workloads) {
    const made = tile(workload, space.name, tileX, y, size);
    picture.tiles.push(made);
    y += made.room + 16;
  }
  const tilesEnd = space.workloads.length ? y - 16 : first;
  const plates = servicePlates(space, size, first);
  let cursor = first + (size === PHONE ? 0 : 2);
  for (const group of grouped(plates, space, picture.tiles)) cursor = spread(group, cursor, size);
  picture.plates.push(...plates);
  const platesEnd = plates.length ? (plates.at(-1)?.y ?? 0) + (plates.at(-1)?.h ?? 0) + (size === PHONE ? 42 : plates.at(-1)?.service.shape === "headless" ? 34 : 20) : first;
  const empty = !space.workloads.length && !plates.length;
  const inner = empty ? top + (size === PHONE ? 44 : 50) : Math.max(tilesEnd, platesEnd);
  const foot = !empty && picture.bands.length === 0;
  /** @type {Band} */
  const band = {
    id: `namespaces//${space.name}`, name: space.name, x: size.margin, y: top, w: width - 2 * size.margin, h: Math.round(inner - top + (foot ? 38 : 20)), namespace: space,
    columns: empty ? null : { services: size.plateX, workloads: tileX, answers: cardX, y: top + size.columnsAt },
  };
  if (foot) picture.foot = { x: size.plateX, y: Math.round(inner) + 16 };
  picture.bands.push(band);
  return band;
}

/** @typedef {{ plates: Plate[], from: number, loose: Set<Plate> }} Group */

/** Plates in groups, each beside the tile it aims at; those that aim at nothing stand with the first tile.
 * @param {Plate[]} plates @param {NamespaceModel} space @param {Tile[]} tiles @returns {Group[]} */
function grouped(plates, space, tiles) {
  const own = tiles.filter((each) => each.ns === space.name);
  /** @type {Group[]} */
  const groups = (own.length ? own : [null]).map((each) => ({ plates: [], from: each?.y ?? 0, loose: new Set() }));
  for (const plate of plates) {
    const at = own.findIndex((each) => aims(plate.service.item.selector, each.workload));
    groups[Math.max(0, at)].plates.push(plate);
    if (at < 0) groups[0].loose.add(plate);
  }
  return groups.filter((group) => group.plates.length);
}

/** One below the other: a loose plate close to the next, much air after the first that aims (its lines fan out
 * there), little after the others. Never depends on how many follow, so a new Service moves none that stands.
 * @param {Group} group @param {number} cursor @param {Sizes} size @returns {number} where the next group may begin */
function spread({ plates, from, loose }, cursor, size) {
  const small = size === PHONE, close = small ? 70 : 36, tight = small ? 70 : 46, wide = small ? 150 : 106;
  let at = Math.max(cursor, from + (small ? 0 : 2)), first = true, gap = tight;
  for (const plate of plates) {
    plate.y = Math.round(at);
    gap = loose.has(plate) ? close : first ? wide : tight;
    if (!loose.has(plate)) first = false;
    at += plate.h + gap;
  }
  return at - gap + tight;
}

/** @param {NamespaceModel} space @param {Sizes} size @param {number} y @returns {Plate[]} */
const servicePlates = (space, size, y) => space.services.map((service) => {
  const small = size === PHONE;
  const loose = !space.workloads.some((one) => aims(service.item.selector, one));
  const h = small
    ? (service.shape === "headless" ? 48 : 64) + (textWidth(service.item.name, 12) > size.plateW - 22 ? 15 : 0)
    : service.shape === "headless" ? (loose ? 54 : 72) : service.shape === "external" ? 56 : service.item.selector ? 90 : 76;
  return { id: service.item.id, ns: space.name, x: size.plateX, y, w: size.plateW, h, service };
});

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @returns {Tile} */
function tile(workload, ns, x, y, size) {
  const surge = workload.kind === "Deployment" ? Math.ceil(workload.wanted / 4) : 0;
  const most = workload.wanted + surge;
  return most > COLUMN_MOST ? comb(workload, ns, x, y, size, most) : column(workload, ns, x, y, size, most);
}

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @param {number} wanted @returns {Tile} */
function column(workload, ns, x, y, size, wanted) {
  const least = workload.kind === "StatefulSet" ? 5 : 2, rows = wanted <= least ? least : wanted <= 5 ? 5 : COLUMN_MOST, hx = x + (size === PHONE ? 34 : 50);
  const seats = workload.seats.filter((seat) => seat.index < rows);
  /** @type {Slot[]} */
  const slots = seats.map((seat) => ({ key: key(workload, seat), x: hx, y: y + size.head + seat.index * size.step, r: size.r, seat }));
  const last = Math.max(1, workload.wanted, ...seats.map((seat) => seat.index + 1));
  const height = (/** @type {number} */ count) => size.head + (count - 1) * size.step + size.foot;
  return { id: workload.id, ns, x, y, w: size.tileW, h: height(Math.min(last, rows)), room: height(rows), mode: "column", workload, slots, more: workload.seats.length + workload.beyond - seats.length };
}

/** @param {Workload} workload @param {string} ns @param {number} x @param {number} y @param {Sizes} size @param {number} wanted @returns {Tile} */
function comb(workload, ns, x, y, size, wanted) {
  const stepX = size.combR * 1.732 + 3, stepY = size.combR * 1.5 + 3.5;
  const across = Math.floor((size.tileW - 28 - stepX / 2) / stepX);
  const rows = Math.ceil(Math.min(MOST, [16, 28, 42, 70, MOST].find((n) => n >= wanted) ?? MOST) / across);
  const all = workload.seats.length > across * rows || (workload.seats.at(-1)?.index ?? 0) >= across * rows;
  const seats = all ? visibleSeats(workload).slice(0, across * rows) : workload.seats;
  /** @type {Slot[]} */
  const slots = seats.map((seat, i) => {
    const cell = all ? i : seat.index, row = Math.floor(cell / across);
    return { key: key(workload, seat), x: x + 14 + stepX / 2 + (cell % across) * stepX + (row % 2 ? stepX / 2 : 0), y: y + 54 + row * stepY, r: size.combR, seat };
  });
  const h = 54 + (rows - 1) * stepY + 34;
  return { id: workload.id, ns, x, y, w: size.tileW, h, room: h, mode: "comb", workload, slots, more: workload.seats.length + workload.beyond - seats.length };
}

/** @param {Workload} workload @param {import("../types.d.ts").Seat} seat */
const key = (workload, seat) => seat.pod?.id ?? `${workload.id}#${seat.index}`;

