/**
 * The near picture: a namespace is a band, its Services stand left as plates, its workloads right as tiles with a
 * seat for every wanted pod, pinned answers outermost. Pure.
 *
 * @import { Band, LayoutOptions, Model, NamespaceModel, Picture, Plate, Tile } from "../types.d.ts"
 * @import { Sizes } from "./tiles.js"
 */
import { aims } from "../model/derive.js";
import { cards } from "./cards.js";
import { textWidth } from "./geometry.js";
import { DESK, PHONE, tile } from "./tiles.js";
import { wires } from "./wires.js";

const WIDEST = 1500;

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
    id: space.id, name: space.name, x: size.margin, y: top, w: width - 2 * size.margin, h: Math.round(inner - top + (foot ? 38 : 20)), namespace: space,
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
