/**
 * The lines from Services to pods. Headless: straight, one for each pod, carrying a chip with its name and address.
 * ClusterIP: exactly one line to a knot, thin curves from there. Knots and chips keep out of the way of all lines that
 * there are once every wanted pod is there, so a pod that comes or goes moves none of them. Pure.
 *
 * @import { Line, Picture, Plate, ServiceModel, Slot, Tile } from "../types.d.ts"
 * @import { Piece } from "./clear.js"
 * @import { Sizes } from "./tiles.js"
 */
import { aims, lacking } from "../model/derive.js";
import { isClear, pieces } from "./clear.js";
import { elide, round, textWidth } from "./geometry.js";
import { outsiders } from "./outside.js";
import { rowsOf } from "./tiles.js";

const CHIP = 216, CHIP_H = 22, FAN = 8, MOST_LANES = 6;
/** Above and below a knot, and to the right of it. */
const AIR = 22, LEAD = 30;
/** How far to the side a hexagon reaches, and where its lower left edge ends, in its radius. */
const SIDE = 0.866, CORNER = 0.46;
/** Where on its way a chip may stand: first where it looks best. */
const CHIP_AT = [0.587, 0.55, 0.62, 0.66, 0.7, 0.5, 0.74, 0.78, 0.46];

/** @typedef {{ plate: Plate, tile: Tile, ends: { slot: Slot|null, x: number, y: number, lane: number }[] }} Aim */

/** @param {Picture} picture of one namespace @param {Sizes} size @returns {Piece[]} all that may be drawn once every wanted pod is there */
export function wires(picture, size) {
  /** @type {Map<string, { slot: Slot, tile: Tile }>} */ const at = new Map();
  for (const tile of picture.tiles) for (const slot of tile.slots) at.set(slot.key, { slot, tile });
  const straight = picture.plates.filter((plate) => plate.service.shape === "headless").flatMap((plate) => wanted(picture, plate, size).map((end) => pieces(rayPath(plate, end.x, end.y))[0]));
  for (const plate of picture.plates) {
    if (plate.service.outside.length) outsiders(picture, plate, size);
    if (plate.dense) bundled(picture, plate, at, size);
    else if (plate.service.shape === "headless") rays(picture, plate, at);
    else if (plate.service.links.length) proxied(picture, plate, at, size, straight);
  }
  const curved = picture.knots.flatMap((knot) => {
    const plate = picture.plates.find((each) => each.id === knot.service);
    return plate && !plate.dense ? wanted(picture, plate, size, true).flatMap((end) => pieces(viaPath(knot, end, size, picture))) : [];
  });
  const trunks = picture.knots.map(({ from, x, y }) => ({ x1: from, y1: y, x2: x, y2: y }));
  const drawn = [...straight, ...curved, ...trunks, ...picture.lines.flatMap((line) => pieces(line.d))];
  /** @type {Set<string>} tiles whose chips are spoken for: two Services' chips would say the same twice */ const spoken = new Set();
  for (const plate of picture.plates) if (!plate.dense && plate.service.shape === "headless") chips(picture, plate, at, spoken, size, drawn);
  return drawn;
}

/** Seats that lines lead to: the wanted ones, and those of pods that are too many. @param {Tile} tile */
const rowsIn = (tile) => Math.max(rowsOf(tile.workload), (tile.slots.at(-1)?.seat.index ?? -1) + 1);

/** Where a Service's lines end once every wanted pod of the workloads it aims at is there.
 * @param {Picture} picture @param {Plate} plate @param {Sizes} size @param {boolean} [virtual] */
function wanted(picture, plate, size, virtual = false) {
  return picture.tiles.filter((tile) => tile.ns === plate.ns && tile.mode === "column" && aims(plate.service.item.selector, tile.workload)).flatMap((tile) => {
    const x = tile.slots[0]?.x ?? tile.x + (size.plateW < 200 ? 34 : 50), r = size.r;
    return Array.from({ length: rowsIn(tile) }, (_, lane) => {
      const y = tile.y + size.head + lane * size.step;
      return { x: x - r * SIDE, y: virtual ? y + r * CORNER : y, lane };
    });
  });
}

/** @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at */
function rays(picture, plate, at) {
  const room = new Map();
  for (const link of plate.service.links) {
    const end = at.get(link.pod);
    if (!end) continue;
    const { slot, tile } = end;
    if (tile.mode === "comb") {
      // Many pods: a line for each of the first few, spread over the tile's side.
      const n = room.get(tile.id) ?? 0;
      room.set(tile.id, n + 1);
      if (n >= FAN) continue;
      const count = Math.min(FAN, plate.service.links.filter((one) => at.get(one.pod)?.tile === tile).length);
      picture.lines.push({ ...ray(plate, link, tile.x, tile.y + 40 + ((n + 0.5) * (tile.h - 56)) / count), casing: "", width: 1.1 });
      continue;
    }
    picture.lines.push(ray(plate, link, slot.x - slot.r * SIDE, slot.y));
  }
}

/** @param {Plate} plate @param {number} x2 @param {number} y2 */
const rayPath = (plate, x2, y2) => `M${round(plate.x + plate.w)} ${round(plate.y + plate.h / 2)}L${round(x2)} ${round(y2)}`;

/** @param {Plate} plate @param {{pod: string, published: boolean, why: string}} link @param {number} x2 @param {number} y2 @returns {Line} */
function ray(plate, link, x2, y2) {
  const x1 = plate.x + plate.w, y1 = plate.y + plate.h / 2;
  return { key: `${plate.id} ${link.pod}`, kind: "ray", service: plate.id, pod: link.pod, d: rayPath(plate, x2, y2), casing: `M${round(x1 + (x2 - x1) * 0.3)} ${round(y1 + (y2 - y1) * 0.3)}L${round(x2)} ${round(y2)}`, published: link.published, why: link.why, width: 1.75 };
}

/** Chips of one Service on one workload: all with name and address where no other line runs there, else all with the
 * address alone, else none, and the pods tell their addresses themselves.
 * @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Set<string>} spoken @param {Sizes} size @param {readonly Piece[]} drawn */
function chips(picture, plate, at, spoken, size, drawn) {
  if (size.plateW < 200) return;
  const x1 = plate.x + plate.w, y1 = plate.y + plate.h / 2, things = [...picture.knots.map(({ x, y }) => ({ x: x - 16, y: y - 16, w: 32, h: 32 })), ...picture.outsiders, ...picture.chips.map((chip) => ({ x: chip.x, y: chip.y - 11, w: chip.w, h: CHIP_H }))];
  for (const tile of picture.tiles) {
    if (tile.ns !== plate.ns || tile.mode !== "column" || spoken.has(tile.id) || !aims(plate.service.item.selector, tile.workload)) continue;
    const x2 = (tile.slots[0]?.x ?? tile.x + 50) - size.r * SIDE, rows = rowsIn(tile), ends = Array.from({ length: rows }, (_, i) => tile.y + size.head + i * size.step);
    // A line that ends where one of this Service's does, or begins with it there, is that line.
    const others = (/** @type {number} */ y2) => drawn.filter((line) => !(Math.abs(line.x1 - x1) < 0.2 && Math.abs(line.y1 - y1) < 0.2 && Math.abs(line.y2 - y2) < 0.2));
    const space = (/** @type {number} */ t, /** @type {number} */ w, /** @type {number} */ y2) => ({ x: x1 + t * (x2 - x1) - w / 2, y: y1 + (y2 - y1) * t - CHIP_H / 2, w, h: CHIP_H });
    const fits = (/** @type {number} */ t, /** @type {number} */ w) => x1 + t * (x2 - x1) + w / 2 < tile.x - 8 && ends.every((y2, i) => isClear(space(t, w, y2), others(y2), [...things, ...ends.slice(0, i).map((y) => space(t, w, y))]));
    const [w, t] = x2 - x1 < 200 ? [0, 0] : [...CHIP_AT.map((each) => [CHIP, each]), ...CHIP_AT.map((each) => [104, each])].find(([width, each]) => fits(each, width)) ?? [0, 0];
    if (!w) continue;
    spoken.add(tile.id);
    for (const link of plate.service.links) {
      const end = at.get(link.pod);
      if (end?.tile !== tile || !link.published) continue;
      const { x, y } = space(t, w, end.slot.y), name = w < CHIP ? "" : elide(link.pod.slice(link.pod.lastIndexOf("/") + 1), CHIP - 28 - textWidth(link.address, 11.5, true), 11.5, true);
      picture.chips.push({ key: `${plate.id} ${link.pod}`, service: plate.id, pod: link.pod, x: Math.round(x), y: round(y + CHIP_H / 2), w, name, address: link.address });
    }
  }
}

/** @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Sizes} size @param {readonly Piece[]} straight */
function proxied(picture, plate, at, size, straight) {
  const small = size.plateW < 200, r = small ? 11 : 14, { service } = plate;
  const y = plate.y + plate.h / 2, from = plate.x + plate.w, tileX = picture.tiles.find((tile) => tile.ns === plate.ns)?.x ?? from + 200, best = Math.max(tileX - (small ? 37 : 68), from + r + 12);
  // Straight lines of others go by the knot, not through it, and with air enough for its own lines to part before they meet.
  const free = (/** @type {number} */ middle, /** @type {number} */ air, /** @type {number} */ lead) => isClear({ x: middle - r - 3, y: y - r - air, w: 2 * r + 3 + lead, h: 2 * (r + air) }, straight, []);
  const places = Array.from({ length: Math.max(1, Math.floor((best - from - r - 18) / 8)) }, (_, i) => best - 8 * i);
  const x = (small ? undefined : places.find((each) => free(each, AIR, LEAD))) ?? places.find((each) => free(each, 3, 3)) ?? best;
  const knot = { service: plate.id, x, y, from, share: shareWords(service), small: false };
  picture.knots.push(knot);
  const room = new Map();
  for (const link of service.links) {
    const end = at.get(link.pod);
    if (!end) continue;
    const { slot, tile } = end, comb = tile.mode === "comb";
    const n = room.get(tile.id) ?? 0;
    room.set(tile.id, n + 1);
    if (comb && n >= FAN) continue;
    const count = Math.min(FAN, service.links.filter((one) => at.get(one.pod)?.tile === tile).length);
    const goal = comb ? { x: tile.x, y: tile.y + 44 + ((n + 0.5) * (tile.h - 56)) / count, lane: n } : { x: slot.x - slot.r * SIDE, y: slot.y + slot.r * CORNER, lane: slot.seat.index };
    const d = viaPath(knot, goal, size, picture);
    picture.lines.push({
      key: `${plate.id} ${link.pod}`, kind: "via", service: plate.id, pod: link.pod, published: link.published, why: link.why,
      width: link.published ? Math.max(0.8, Math.min(4, 1.4 * link.share * service.behind)) : 1.4, d, casing: d,
    });
  }
}

/** From a knot to a pod, arriving below its headless line. @param {{service: string, x: number, y: number}} knot @param {{x: number, y: number, lane: number}} end @param {Sizes} size @param {Picture} picture */
function viaPath({ service, x, y }, { x: x2, y: y2, lane: seat }, size, picture) {
  const small = size.plateW < 200, r = small ? 11 : 14, ns = service.split("/")[1], tileX = picture.tiles.find((tile) => tile.ns === ns)?.x ?? x2;
  const lane = Math.min(seat, MOST_LANES), bend = Math.min(tileX - (small ? 16 : 30) + lane * (small ? 5 : 8), x2 - 12);
  return `M${round(x + r * 0.8)} ${round(y)}C${round(x + 56 + Math.min(lane + 1, MOST_LANES) * 3 - (small ? 34 : 0))} ${round(y)} ${round(bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

/** Among many Services one line leads from each to a workload, along a rail that those of its list share; those to its
 * pods are drawn where somebody looks.
 * @param {Picture} picture @param {Plate} plate @param {Map<string, {slot: Slot, tile: Tile}>} at @param {Sizes} size */
function bundled(picture, plate, at, size) {
  const { service } = plate, y1 = plate.y + plate.h / 2, headless = service.shape === "headless", from = plate.x + plate.w, x1 = headless ? from : from + (size.plateW < 200 ? 16 : 26);
  if (!headless && service.links.length) picture.knots.push({ service: plate.id, x: x1, y: y1, from, share: "", small: true });
  /** @type {Map<Tile, { published: number, all: number }>} */ const tiles = new Map();
  for (const link of service.links) {
    const end = at.get(link.pod), tile = end?.tile;
    if (!end || !tile) continue;
    const count = tiles.get(tile) ?? { published: 0, all: 0 };
    tiles.set(tile, { published: count.published + Number(link.published), all: count.all + 1 });
    const x2 = tile.mode === "comb" ? tile.x : end.slot.x - end.slot.r * SIDE, y2 = end.slot.y;
    if (tile.mode === "column") picture.lines.push({ ...ray(plate, link, x2, y2), kind: headless ? "ray" : "via", d: `M${round(headless ? x1 : x1 + 6)} ${round(y1)}L${round(x2)} ${round(y2)}`, casing: "", width: 1.4, quiet: true });
  }
  const home = picture.tiles.find((tile) => tile.ns === plate.ns && aims(service.item.selector, tile.workload));
  for (const [tile, { published, all }] of tiles) {
    const start = `M${round(headless ? x1 : x1 + 6)} ${round(y1)}`;
    picture.lines.push({ key: `${plate.id} ${tile.id}`, kind: headless ? "ray" : "via", service: plate.id, pod: "", tile: tile.id, published: published > 0, why: published ? "" : `none of its ${all} pods ${lacking(service)}`, width: 1.4, d: start + (tile === home ? alongRail(plate, tile, size) : acrossTo(picture, plate, tile)), casing: "" });
  }
}

/** Level to the rail of its kind before the workload beside which it stands, and along it.
 * @param {Plate} plate @param {Tile} tile @param {Sizes} size */
function alongRail({ y, h, service }, tile, size) {
  const step = size.plateW < 200 ? 7 : 13, outer = service.shape === "headless", x = tile.x - (outer ? 2 : 1) * step - 2, y2 = tile.y + (outer ? 34 : 46);
  return `L${round(x)} ${round(y + h / 2)}L${round(x)} ${round(y2)}L${round(tile.x)} ${round(y2)}`;
}

/** Straight to another workload that it selects too. @param {Picture} picture @param {Plate} plate @param {Tile} tile */
function acrossTo(picture, plate, tile) {
  const mates = picture.plates.filter((each) => each.ns === plate.ns && aims(each.service.item.selector, tile.workload)), i = mates.indexOf(plate);
  return `L${round(tile.x)} ${round(tile.y + 38 + ((Math.max(0, i) + 0.5) * (tile.h - 52)) / Math.max(1, mates.length))}`;
}

/** @param {ServiceModel} service */
function shareWords(service) {
  if (service.behind === 0) return `no pod ${lacking(service)}`;
  return service.behind === 1 ? "all to one pod" : `1 in ${service.behind} each`;
}
