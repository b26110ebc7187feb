/**
 * The picture as SVG: layers from the bands up to the cards. Only what a signature says has changed is rendered again.
 * Refuses to decide where anything stands (layout) and what anything means (model).
 *
 * @import { Item, Line, Model, Picture, State, Tile } from "../types.d.ts"
 * @import { Look } from "./item.js"
 */
import { nothing, svg } from "lit/html.js";
import { repeat } from "lit/directives/repeat.js";
import { FRESH } from "../state.js";
import { bandShape, foldLine } from "./bands.js";
import { cardShape, recordLine } from "./card.js";
import { farPlate, farTile } from "./far.js";
import { frame, treeitem } from "./item.js";
import { nearTile } from "./near.js";
import { podShape } from "./pod.js";
import { ingressDoor, isLoose, knotNote, knotShape, looseWords, outsiderShape, plateNote, plateShape } from "./service.js";
import { nameOf, reasonsOf, serviceName } from "./words.js";

/** More tiles, or seats seen from near, than these are only drawn where somebody looks. */
export const CROWD = 60;
const CROWD_NEAR = 250;

/** @param {State} state @param {Model} model @param {Picture} picture @param {Look} look */
export function map(state, model, picture, look) {
  const near = picture.level === "near";
  const crowd = picture.tiles.length > CROWD || (near && picture.slotOf.size > CROWD_NEAR);
  const inSight = (/** @type {{x: number, y: number, w: number, h?: number}} */ box) => !crowd || (box.x < look.view.x1 && box.x + box.w > look.view.x0 && box.y < look.view.y1 && box.y + (box.h ?? 0) > look.view.y0);
  const tiles = picture.tiles.filter(inSight), plates = crowd ? picture.plates.filter(inSight) : picture.plates, kept = new Set(plates.map((plate) => plate.id));
  /** @type {Picture} */
  const seen = crowd ? { ...picture, plates, knots: picture.knots.filter((knot) => kept.has(knot.service)), chips: picture.chips.filter(inSight), outsiders: picture.outsiders.filter((each) => kept.has(each.service)) } : picture;
  return svg`<g role="tree" aria-label=${`Cluster ${state.cluster?.slug ?? ""}: ${picture.bands.map((b) => b.name).join(", ")}`}>
      ${repeat(picture.bands, (band) => band.id, (band) => bandShape(band, picture, look))}
      ${picture.fold ? foldLine(picture.fold, picture, look) : nothing}
      ${near ? wires(seen, look, tiles) : nothing}
      ${repeat(tiles, (tile) => tile.id, (tile) => near ? nearTile(state, model, picture, tile, look) : farTile(tile, picture, look))}
      ${near ? overlay(state, seen, look) : repeat(plates, (plate) => plate.id, (plate) => farPlate(plate, reasonsOf(state, plate.id), look))}
    </g>
    ${near ? cardLayer(picture, look) : nothing}`;
}

/** @param {Picture} picture @param {Look} look @param {Tile[]} tiles */
function wires(picture, look, tiles) {
  const pods = new Set(tiles.flatMap((tile) => tile.slots.map((slot) => slot.key)));
  // Below 60 % links are drawn only where somebody looks.
  const all = look.k >= 0.6;
  const looked = (/** @type {Line} */ line) => [line.service, line.pod, line.tile].some((id) => id && (id === look.selected || id === look.hover || look.lit.has(id)));
  const wanted = (/** @type {Line} */ line) => (line.tile ? tiles.some((tile) => tile.id === line.tile) : line.outside || pods.has(line.pod)) && ((all && !line.quiet) || looked(line));
  const lines = picture.lines.filter(wanted);
  return svg`${picture.knots.map((knot) => svg`<path class="one ${knot.small ? "thin" : ""}" d="M${knot.from} ${knot.y}H${knot.x - (knot.small ? 6 : picture.phone ? 9 : 11)}"></path>`)}
    ${repeat(all ? look.going : [], (line) => line.key, (line) => svg`<path class="${line.kind} leaving" d=${line.d}></path>`)}
    ${repeat(lines.filter((line) => line.kind === "via"), (line) => line.key, (line) => lineShape(line, look))}
    ${repeat(lines.filter((line) => line.kind === "ray"), (line) => line.key, (line) => lineShape(line, look))}
    ${picture.knots.map((knot) => knotShape(knot, picture.phone))}`;
}

/** @param {Line} line @param {Look} look */
function lineShape(line, look) {
  const strong = ([line.service, line.pod, line.tile].includes(look.hover) && look.hover !== "") || (line.kind === "via" && line.published && look.routed.has(line.service) && (!look.reached || look.reached.has(line.pod)));
  const dim = look.matches !== null && !(look.matches.services.has(line.service) && (!line.pod || look.matches.pods.has(line.pod)));
  const cls = `${line.kind} ${line.published ? "" : "dotted"} ${strong ? "strong" : ""} ${dim ? "dim" : ""}`;
  const why = line.tile ? `${nameOf(line.service)}: ${line.why}.` : `${nameOf(line.pod)} is selected but not in the answer: it ${line.why}.`;
  return svg`${line.casing ? svg`<path class="casing" d=${line.casing}></path>` : nothing}<path class=${cls} d=${line.d} pathLength=${line.published ? 1 : nothing} stroke-width=${line.width} data-line=${line.key}></path>
    ${line.published ? nothing : svg`<path class="reach" d=${line.d} data-why=${why}></path>`}`;
}

/** Chips and plates lie over the pods and their lines. @param {State} state @param {Picture} picture @param {Look} look */
function overlay(state, picture, look) {
  const notes = new Map(picture.notes.filter((note) => note.sort !== "knot").map((note) => [note.service, note])), knotNotes = new Map(picture.notes.filter((note) => note.sort === "knot").map((note) => [note.service, note]));
  return svg`${look.k >= 0.8 ? repeat(picture.chips, (chip) => chip.key, (chip) => svg`<g class="chip-g detail ${look.matches && !look.matches.pods.has(chip.pod) ? "dim" : ""}" data-id=${chip.pod}><rect class="chip ${look.lit.has(chip.pod) ? "lit" : ""}" x=${chip.x} y=${chip.y - 11} width=${chip.w} height="22" rx="5"></rect>
      ${chip.name ? svg`<text class="chip-n" x=${chip.x + 9} y=${chip.y + 4}>${chip.name}</text>` : nothing}<text class="chip-a ${chip.name ? "" : "mid"}" x=${chip.name ? chip.x + chip.w - 9 : chip.x + chip.w / 2} y=${chip.y + 4}>${chip.address}</text></g>`) : nothing}
    ${picture.outsiders.map(outsiderShape)}<g class="note" aria-hidden="true">${picture.knots.map((knot) => knotNote(knot, knotNotes.get(knot.service)))}</g>
    ${repeat(picture.plates, (plate) => plate.id, (plate) => {
      const reasons = reasonsOf(state, plate.id), loose = isLoose(plate.service);
      return svg`<g data-id=${plate.id} class="node ${look.matches && !look.matches.services.has(plate.id) ? "dim" : ""}"><g aria-hidden="true">
        ${plateShape(plate, { phone: picture.phone, selected: look.selected === plate.id, lit: look.lit.has(plate.id), changed: look.now - (state.touched.get(plate.id) ?? -FRESH) < FRESH, loose, small: look.k < 0.94 ? look.k : 0 })}
        <g class="note">${plateNote(plate, notes.get(plate.id), reasons, picture.phone)}</g></g>${treeitem(plate.id, 2, serviceName(plate.service, looseWords(plate.service, reasons).join(", ")), look, frame(plate.x - 4, plate.y - 4, plate.w + 8, plate.h + 8, 11))}</g>${ingressDoor(plate, picture.phone, look)}`;
    })}`;
}

/** @param {Picture} picture @param {Look} look */
function cardLayer(picture, look) {
  if (!picture.cardColumn || !picture.bands[0]?.columns) return nothing;
  const { x, w, y } = picture.cardColumn;
  if (!picture.cards.length) return svg`<g class="detail">${["No questions yet. Pick a pod", "and a name below."].map((line, i) => svg`<text class="xs" x=${x} y=${y + 16 + i * 16}>${line}</text>`)}<rect class="none" x=${x} y=${y} width=${w} height="1"></rect></g>`;
  return svg`<g role="group" aria-label="Pinned answers">${repeat(picture.cards, (card) => card.id, (card) => svg`<g class="pinned">${cardShape(card, look.now, look.k < 0.94 ? look.k : 0)}${card.rows.map((row) => recordLine(card, row))}</g>`)}</g>`;
}

/** What a pod of the crowd looks like when somebody points at it. @param {Item[]} pods */
export const crowdRow = (pods) => svg`${pods.map((pod, i) => podShape({ x: 16 + i * 40, y: 17, r: 15, state: pod.state ?? "unknown", label: pod.ordinal ?? "" }))}`;

