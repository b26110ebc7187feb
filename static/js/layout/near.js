/**
 * The near picture: a namespace is a band, its Services stand left as plates, its workloads right as tiles with a
 * seat for every wanted pod, pinned answers outermost. Pure.
 *
 * @import { Band, LayoutOptions, NamespaceModel, Picture, Plate, Tile, Workload } from "../types.d.ts"
 * @import { Sizes } from "./tiles.js"
 */
import { aims } from "../model/derive.js";
import { cards } from "./cards.js";
import { doorRows } from "./doors.js";
import { textWidth } from "./geometry.js";
import { DESK, least, PHONE, tile } from "./tiles.js";
import { notes } from "./notes.js";
import { wires } from "./wires.js";

const WIDEST = 1500;
/** More Services in one namespace than these are rows of a list, each beside its workload. */
const DENSE = 12, DENSE_H = 40, DENSE_GAP = 8;

/** @param {Picture} picture @param {NamespaceModel[]} spaces @param {LayoutOptions} options */
export function near(picture, spaces, options) {
  const size = options.phone ? PHONE : DESK;
  const width = Math.max(options.phone ? 340 : 640, Math.min(options.width, WIDEST));
  const withCards = !options.phone && width >= 980;
  const cardX = width - 36 - size.cardW;
  const tileX = (withCards ? cardX - 28 : options.phone ? width - 17 : width - 36) - size.tileW;
  picture.width = width;
  picture.cardColumn = withCards ? { x: cardX, w: size.cardW, y: 0 } : null;
  let y = options.phone ? 8 : 12;
  for (const space of spaces) {
    const band = place(picture, space, size, y, width, tileX, withCards ? cardX : 0, space === spaces.at(-1));
    y += band.h + (options.phone ? 12 : 16);
  }
  if (picture.cardColumn && picture.bands[0]) picture.cardColumn.y = picture.bands[0].y + size.top;
  for (const band of picture.bands) {
    // No line leaves its namespace, so each is strung on its own.
    /** @type {Picture} */
    const own = { ...picture, plates: picture.plates.filter((plate) => plate.ns === band.name), tiles: picture.tiles.filter((each) => each.ns === band.name), lines: [], chips: [], knots: [], notes: [], outsiders: [] };
    notes(own, size, wires(own, size));
    picture.lines.push(...own.lines);
    picture.chips.push(...own.chips);
    picture.knots.push(...own.knots);
    picture.notes.push(...own.notes);
    picture.outsiders.push(...own.outsiders);
  }
  if (withCards) cards(picture, options.pinned ?? [], options.height ?? 0);
  picture.height = Math.max(y, ...picture.bands.map((band) => band.y + band.h)) + 12;
}

/** @param {Picture} picture @param {NamespaceModel} space @param {Sizes} size @param {number} top @param {number} width @param {number} tileX @param {number} cardX @param {boolean} lowest nothing stands below this band @returns {Band} */
function place(picture, space, size, top, width, tileX, cardX, lowest) {
  const first = top + size.top;
  const plates = servicePlates(space, size, first), dense = plates.length > DENSE;
  let y = first;
  for (const workload of space.workloads) {
    const made = tile(workload, space.name, tileX, y, size);
    picture.tiles.push(made);
    const mates = dense ? plates.filter((plate) => homeOf(plate, space.workloads) === workload).length + (workload === space.workloads[0] ? plates.filter((plate) => !homeOf(plate, space.workloads)).length : 0) : 0;
    y += Math.max(made.room, mates * (DENSE_H + DENSE_GAP)) + 16;
  }
  // What keeps room for more seats does so for those below it.
  const end = lowest ? picture.tiles.at(-1) : undefined, tilesEnd = !space.workloads.length ? first : end ? end.y + end.h : y - 16;
  let cursor = first + (size === PHONE ? 0 : 2);
  for (const group of grouped(plates, space, picture.tiles)) cursor = dense ? listed(group, cursor) : spread(group, cursor, size);
  picture.plates.push(...plates);
  // Groups follow the workloads, not the names: the lowest plate may be any of them.
  const platesEnd = Math.max(first, ...plates.map((plate) => plate.y + plate.h + under(plate, size === PHONE)));
  const empty = !space.workloads.length && !plates.length;
  const inner = empty ? top + (size === PHONE ? 44 : 50) : Math.max(tilesEnd, platesEnd);
  const foot = !empty && picture.bands.length === 0;
  /** @type {Band} */
  const band = {
    id: space.id, name: space.name, x: size.margin, y: top, w: width - 2 * size.margin, h: Math.round(inner - top + (foot ? 38 : 20)), namespace: space,
    columns: empty ? null : { services: size.plateX, workloads: tileX, answers: cardX, y: top + size.columnsAt },
  };
  if (foot) picture.foot = { x: size.plateX, y: Math.round(inner) + 16 };
  picture.bands.push(band);
  return band;
}

/** What is said below a plate. @param {Plate} plate @param {boolean} phone */
const under = (plate, phone) => Math.max(phone ? 42 : plate.service.shape === "headless" ? 34 : 20, doorRows(plate, phone) * 15 + 12);

/** @typedef {{ plates: Plate[], from: number, tile: Tile|null, loose: Set<Plate> }} Group */

/** Plates in groups, each beside the tile it aims at; those that aim at nothing stand with the first tile.
 * @param {Plate[]} plates @param {NamespaceModel} space @param {Tile[]} tiles @returns {Group[]} */
function grouped(plates, space, tiles) {
  const own = tiles.filter((each) => each.ns === space.name);
  /** @type {Group[]} */
  const groups = (own.length ? own : [null]).map((each) => ({ plates: [], from: each?.y ?? 0, tile: each, loose: new Set() }));
  for (const plate of plates) {
    const home = homeOf(plate, space.workloads), at = own.findIndex((each) => each.workload === home);
    groups[Math.max(0, at)].plates.push(plate);
    if (at < 0) groups[0].loose.add(plate);
  }
  return groups.filter((group) => group.plates.length);
}

/** The workload beside which a plate stands. @param {Plate} plate @param {readonly Workload[]} workloads */
const homeOf = (plate, workloads) => workloads.find((one) => aims(plate.service.item.selector, one));

/** Rows of a list. @param {Group} group @param {number} cursor @returns {number} where the next group may begin */
function listed({ plates, from }, cursor) {
  let at = Math.max(cursor, from);
  for (const plate of plates) {
    plate.y = Math.round(at);
    at += plate.h + DENSE_GAP;
  }
  return at;
}

/** One below the other: a loose plate close to the next, with room for its reason below it unless it is the uppermost,
 * beside which no line runs; the first that aims in the middle of its first seats with
 * much air after it (its lines fan out there), little after the others. Never depends on how many follow, so a new Service moves none that stands.
 * @param {Group} group @param {number} cursor @param {Sizes} size @returns {number} where the next group may begin */
function spread({ plates, from, tile: beside, loose }, cursor, size) {
  const small = size === PHONE, close = small ? 70 : 36, reason = small ? 70 : 52, tight = small ? 70 : 46, wide = small ? 150 : 106;
  let at = Math.max(cursor, from + (small ? 0 : 2)), first = true, gap = tight;
  for (const plate of plates) {
    if (beside?.mode === "column" && first && !loose.has(plate)) at = Math.max(at, beside.y + size.head + ((least(beside.workload) - 1) / 2) * size.step - plate.h / 2);
    plate.y = Math.round(at);
    gap = loose.has(plate) ? (plate === plates[0] ? close : reason) : first ? wide : tight;
    if (!loose.has(plate)) first = false;
    at += plate.h + gap;
  }
  return at - gap + tight;
}

/** @param {NamespaceModel} space @param {Sizes} size @param {number} y @returns {Plate[]} */
const servicePlates = (space, size, y) => space.services.map((service) => {
  const small = size === PHONE, dense = space.services.length > DENSE;
  if (dense) return { id: service.item.id, ns: space.name, x: size.plateX, y, w: size.plateW, h: DENSE_H, service, dense };
  const loose = !space.workloads.some((one) => aims(service.item.selector, one));
  const h = small
    ? (service.shape === "headless" ? 48 : 64) + (textWidth(service.item.name, 12) > size.plateW - 22 ? 15 : 0)
    : service.shape === "headless" ? (loose ? 54 : 72) : service.shape === "external" ? 56 : service.item.selector ? 90 : 76;
  return { id: service.item.id, ns: space.name, x: size.plateX, y, w: size.plateW, h, service };
});
