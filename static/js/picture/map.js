/**
 * The picture as SVG: layers from the bands up to the cards. Only what a signature says has changed is rendered again.
 * Refuses to decide where anything stands (layout) and what anything means (model).
 *
 * @import { Band, Item, Line, Model, Picture, Slot, State, Tile } from "../types.d.ts"
 */
import { nothing, svg } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { elide, hex, textWidth, wrap } from "../layout/geometry.js";
import { clusterTime, formerAddress, FRESH } from "../state.js";
import { cardShape, recordLine } from "./card.js";
import { dots, podShape } from "./pod.js";
import { isLoose, knotShape, looseWords, plateNote, plateShape } from "./service.js";
import { bandName, HUES, podName, podSince, reasonsOf, seatWhy, serviceName, STATE_WORDS, summary, workloadName } from "./words.js";

/**
 * @typedef {object} Look what a person does with the picture
 * @property {readonly Line[]} going lines on their way out @property {string} selected id @property {string} hover id @property {string} tab the id that Tab reaches
 * @property {ReadonlySet<string>} lit ids an answer names @property {ReadonlySet<string>} askers pods that asked @property {ReadonlySet<string>} routed Services an answer leads through
 * @property {ReadonlySet<string>|null} matches workloads that a filter keeps, null without one
 * @property {number} k zoom @property {number} now ms @property {{x0: number, y0: number, x1: number, y1: number}} view what is in sight, in the picture's own units
 */

/** @param {State} state @param {Model} model @param {Picture} picture @param {Look} look */
export function map(state, model, picture, look) {
  const near = picture.level === "near";
  const crowd = picture.tiles.length > 60;
  const inSight = (/** @type {{x: number, y: number, w: number, h: number}} */ box) => !crowd || (box.x < look.view.x1 && box.x + box.w > look.view.x0 && box.y < look.view.y1 && box.y + box.h > look.view.y0);
  const tiles = picture.tiles.filter(inSight);
  return svg`<g role="tree" aria-label=${`Cluster ${state.cluster?.slug ?? ""}: ${picture.bands.map((b) => b.name).join(", ")}`}>
      ${repeat(picture.bands, (band) => band.id, (band) => bandShape(band, picture, look))}
      ${picture.fold ? foldLine(picture.fold, picture.phone, look) : nothing}
      ${near ? wires(picture, look, tiles) : nothing}
      ${repeat(tiles, (tile) => tile.id, (tile) => near ? nearTile(state, model, picture, tile, look) : farTile(tile, picture, look))}
      ${near ? overlay(state, picture, look) : nothing}
    </g>
    ${near ? cardLayer(picture, look) : nothing}`;
}

/**
 * What keys and screen readers meet: an outline that is the focus ring, with the whole story as its name. The drawing
 * beside it is hidden from them; it says the same in pieces.
 * @param {string} id @param {number} level @param {string} name @param {Look} look @param {string} d
 */
const treeitem = (id, level, name, look, d) => svg`<path role="treeitem" class="ring-focus" aria-level=${level} aria-label=${name} aria-selected=${look.selected === id ? "true" : "false"} data-id=${id} tabindex=${look.tab === id ? 0 : -1} d=${d}></path>`;

/** A rectangle with round corners, as a path. @param {number} x @param {number} y @param {number} w @param {number} h @param {number} r */
const frame = (x, y, w, h, r) => `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`;

/** @param {Band} band @param {Picture} picture @param {Look} look */
function bandShape(band, picture, look) {
  const { x, y, w, h, namespace: space } = band, near = picture.level === "near", { phone } = picture;
  const dim = look.matches && !space.workloads.some((one) => look.matches?.has(one.id));
  const rim = `M${x + 5} ${y + h - 15}V${y + 15}a10 10 0 0 1 10-10H${x + w - 15}a10 10 0 0 1 10 10V${y + h - 15}`;
  return svg`<g data-id=${band.id} class="node ${dim ? "dimband" : ""}"><g aria-hidden="true">
    <rect class="band" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx=${near && !phone ? 14 : 12}></rect>
    ${near && !phone ? svg`<path class="band-rim" d=${rim}></path>` : nothing}
    ${near ? nearHead(band, phone) : farHead(band, phone)}</g>${treeitem(band.id, 1, bandName(band), look, frame(x + 4, y + 4, near ? w - 8 : phone ? w - 8 : 108, near || phone ? 36 : Math.min(h - 8, 76), 9))}</g>`;
}

/** @param {Band} band @param {boolean} phone */
function nearHead(band, phone) {
  const { x, y, w, columns, namespace: space } = band, left = x + (phone ? 12 : 20);
  return svg`<text x=${left} y=${y + (phone ? 24 : 31)} class="h key" font-size="14">${band.name}${phone ? nothing : svg`<tspan dx="9" class="s detail" font-weight="400">namespace</tspan>`}</text>
    <text x=${x + w - (phone ? 12 : 20)} y=${y + (phone ? 24 : 31)} class="s end detail">${phone ? `${space.pods} pods, ${space.ready} ready` : summary(space)}</text>
    ${columns ? svg`<text x=${columns.services} y=${columns.y} class="cap detail">Services</text>
      ${phone ? nothing : svg`<text x=${columns.workloads} y=${columns.y} class="cap detail">Workload and its pods</text>`}
      ${columns.answers ? svg`<text x=${columns.answers} y=${columns.y} class="cap detail">Answers, pinned</text>` : nothing}`
    : svg`<text x=${left} y=${y + (phone ? 44 : 52)} class="s detail">Nothing here yet.</text>`}
`;
}

/** What is folded away, as one line that unfolds it. @param {NonNullable<Picture["fold"]>} fold @param {boolean} phone @param {Look} look */
function foldLine({ x, y, text, mono, open }, phone, look) {
  const shown = elide(mono, phone ? 150 : 420, 11, true), w = textWidth(text, 11) + textWidth(shown, 11, true);
  return svg`<g data-id="fold" class="node detail"><g aria-hidden="true"><text x=${x} y=${y} class="xs fold">${text}<tspan class="t-mono">${shown}</tspan></text></g>${treeitem("fold", 1, `${text}${mono}. ${open ? "Enter folds" : "Enter unfolds"} them.`, look, frame(x - 5, y - 14, w + 10, 20, 5))}</g>`;
}

/** @param {Band} band @param {boolean} phone */
function farHead({ x, y, w, name, namespace: space }, phone) {
  const seats = space.workloads.flatMap((one) => Object.entries(one.counts));
  const total = seats.reduce((sum, [, n]) => sum + n, 0), of = (/** @type {string[]} */ ...states) => seats.reduce((sum, [state, n]) => sum + (states.includes(state) ? n : 0), 0);
  const counts = `${space.workloads.length} ${space.workloads.length === 1 ? "workload" : "workloads"}`, pods = `${space.pods} ${space.pods === 1 ? "pod" : "pods"}`;
  if (phone) return svg`<text class="h key" x=${x + 11} y=${y + 24}>${name}</text><text class="s end" x=${x + w - 11} y=${y + 24}>${counts}, ${pods}</text>`;
  const bad = of("failed", "unknown"), good = of("ready", "completed"), width = 92, at = x + 14;
  const g = total ? (width * good) / total : 0, b = total && bad ? Math.max(3, (width * bad) / total) : 0;
  return svg`<text class="h key" x=${at} y=${y + 27}>${elide(name, 98, 13.5)}</text><text class="s" x=${at} y=${y + 45}>${counts}</text><text class="s" x=${at} y=${y + 61}>${pods}</text>
    <rect class="bar-wait" x=${at} y=${y + 70} width=${total ? width : 0} height="5"></rect><rect class="bar-ready" x=${at} y=${y + 70} width=${Math.max(0, Math.min(g, width - b))} height="5"></rect><rect class="bar-fail" x=${at + width - b} y=${y + 70} width=${b} height="5"></rect>`;
}

/** @param {Picture} picture @param {Look} look @param {Tile[]} tiles */
function wires(picture, look, tiles) {
  const seen = new Set(tiles.flatMap((tile) => tile.slots.map((slot) => slot.key)));
  // Below 60 % links are drawn only where somebody looks.
  const all = look.k >= 0.6;
  const wanted = (/** @type {Line} */ line) => seen.has(line.pod) && (all || [line.service, line.pod].some((id) => id === look.selected || id === look.hover || look.lit.has(id)));
  const lines = picture.lines.filter(wanted);
  return svg`${picture.knots.map((knot) => svg`<path class="one" d="M${knot.from} ${knot.y}H${knot.x - (picture.phone ? 9 : 11)}"></path>`)}
    ${repeat(all ? look.going : [], (line) => line.key, (line) => svg`<path class="${line.kind} leaving" d=${line.d}></path>`)}
    ${repeat(lines.filter((line) => line.kind === "via"), (line) => line.key, (line) => lineShape(line, look))}
    ${repeat(lines.filter((line) => line.kind === "ray"), (line) => line.key, (line) => lineShape(line, look))}
    ${picture.knots.map((knot) => knotShape(knot, picture.phone))}`;
}

/** @param {Line} line @param {Look} look */
function lineShape(line, look) {
  const strong = ([line.service, line.pod].includes(look.hover) && look.hover !== "") || (line.kind === "via" && line.published && look.routed.has(line.service));
  const cls = `${line.kind} ${line.published ? "" : "dotted"} ${strong ? "strong" : ""}`;
  const why = `${line.pod.slice(line.pod.lastIndexOf("/") + 1)} is selected but not in the answer: it ${line.why}.`;
  return svg`${line.casing ? svg`<path class="casing" d=${line.casing}></path>` : nothing}<path class=${cls} d=${line.d} pathLength=${line.published ? 1 : nothing} stroke-width=${line.width} data-line=${line.key}></path>
    ${line.published ? nothing : svg`<path class="reach" d=${line.d} data-why=${why}></path>`}`;
}

/** @param {State} state @param {Model} model @param {Picture} picture @param {Tile} tile @param {Look} look */
function nearTile(state, model, picture, tile, look) {
  const { workload } = tile, time = clusterTime(state, look.now), reasons = reasonsOf(state, tile.id);
  const texts = tile.mode === "column" ? tile.slots.map((slot) => podText(slot, workload.name, time, reasons, picture, look)) : [];
  const fresh = (/** @type {string} */ id) => look.now - (state.touched.get(id) ?? -FRESH) < FRESH;
  const deps = [look.k < 0.94 ? look.k : 0, tile.x, tile.y, tile.w, tile.h, tile.more, workload.ready, workload.wanted, look.selected === tile.id, look.tab === tile.id, picture.phone,
    tile.slots.map((s, i) => [s.key, s.x, s.y, s.seat.state, s.seat.pod?.progress, s.seat.pod?.ip, look.selected === s.key, look.lit.has(s.key), look.askers.has(s.key), look.tab === s.key, fresh(s.key), formerAddress(state, s.key, look.now), texts[i]?.join("|"), (model.linksOf.get(s.key) ?? []).map((l) => l.service + l.published)].join()).join("\n")];
  return guard(deps, () => {
    const { x, y, w, h } = tile, small = look.k < 0.94 ? look.k : 0, named = elide(workload.name, w - 30 - textWidth(`${workload.ready}/${workload.wanted}`, small ? 12.5 / small : 13, true), small ? 12.5 / small : 13.5);
    const kindFits = textWidth(named, 13.5) + textWidth(workload.kind, 11.5) + textWidth(`${workload.ready}/${workload.wanted}`, 13, true) + 42 < w && workload.kind !== "Pods";
    const broken = workload.worst === "bad";
    return svg`<g class="tile-g">
      <g data-id=${tile.id} class="node"><g aria-hidden="true">
        <rect class="tile ${look.selected === tile.id ? "chosen" : ""} ${broken ? "bad" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w} height=${h} rx="10"></rect>
        <text x=${x + (picture.phone ? 12 : 14)} y=${y + (picture.phone ? 20 : 22)} class="h key" font-size=${picture.phone ? 13 : 13.5}>${named}${kindFits && !picture.phone ? svg`<tspan dx="8" class="s detail" font-weight="400">${workload.kind}</tspan>` : nothing}</text>
        <text x=${x + w - 12} y=${y + (picture.phone ? 20 : 22)} class="h end t-mono key" font-size=${picture.phone ? 12 : 13}>${workload.ready}/${workload.wanted}</text>
        ${broken ? badMark(x + w - 13, y) : nothing}
        ${tile.more ? svg`<text class="far-c end b" x=${x + w - 10} y=${y + h - 8}>+${tile.more}</text>` : nothing}
      </g>${treeitem(tile.id, 2, workloadName(workload), look, frame(x + 3, y + 3, w - 5, 27, 8))}</g>
      ${repeat(tile.slots, (slot) => `${slot.key}`, (slot, i) => slotShape(state, model, picture, tile, slot, texts[i] ?? [], look, fresh(slot.key)))}
    </g>`;
  });
}

/** @param {State} state @param {Model} model @param {Picture} picture @param {Tile} tile @param {Slot} slot @param {string[]} text @param {Look} look @param {boolean} fresh */
function slotShape(state, model, picture, tile, slot, text, look, fresh) {
  const { seat: { pod, state: word, ordinal }, x, y, r, key } = slot;
  const lit = look.lit.has(key), column = tile.mode === "column";
  const label = column ? (ordinal ?? "") : "", why = pod ? "" : seatWhy(slot.seat, reasonsOf(state, tile.id));
  const name = pod ? podName(pod, model) : `Empty seat ${ordinal ?? slot.seat.index} of ${tile.workload.name}${why ? `, ${why}` : ""}`;
  return svg`<g data-id=${key} class="node pod"><g aria-hidden="true">
    ${lit && column && !picture.phone ? svg`<rect class="lit-row" x=${x + 20} y=${y - 25} width=${tile.x + tile.w - x - 28} height="50" rx="6"></rect>` : nothing}
    ${podShape({ x, y, r, state: word, label, progress: pod?.progress, selected: look.selected === key, lit, asks: look.askers.has(key), changed: fresh && !lit, clip: `${tile.id} ${slot.seat.index}` })}
    ${column ? podLines(slot, text, formerAddress(state, key, look.now), picture.phone, look.askers.has(key)) : nothing}
  </g>${treeitem(key, 3, name, look, hex(x, y, r + (column ? 10 : 3)))}</g>`;
}

/** The words beside a pod: [name or address, state word, what it is at, …]. A change of them is a change of the tile.
 * @param {Slot} slot @param {string} workload @param {number} time @param {readonly import("../types.d.ts").Reason[]} reasons @param {Picture} picture @param {Look} look */
function podText(slot, workload, time, reasons, picture, look) {
  const { pod, ordinal } = slot.seat, { phone } = picture;
  if (!pod) return [phone ? "Empty seat" : ordinal === null ? "Place kept, empty" : `Seat ${ordinal}, empty`, ...wrap(seatWhy(slot.seat, reasons), phone ? 92 : 130, 11.5, 2)];
  const word = STATE_WORDS[pod.state ?? "unknown"], since = podSince(pod, time);
  if (phone) return [pod.ip || elide(pod.name, 92, 12), word, ...(pod.why ? wrap(pod.why, 92, 11.5, 2) : [])];
  const chip = picture.chips.some((one) => one.pod === pod.id);
  const tail = look.askers.has(pod.id) ? `${since}, asks` : since;
  return [elide(pod.name, 120, 12.5), word, ...wrap(tail, 129 - textWidth(word, 11.5), 11.5, 1), ...(chip || !pod.ip ? [] : [pod.ip])];
}

/** @param {Slot} slot @param {string[]} text @param {string} was @param {boolean} phone @param {boolean} asks */
function podLines({ x, y, seat: { pod, state } }, text, was, phone, asks) {
  const tx = x + (phone ? 36 : 40);
  if (!pod) {
    const [head, ...rest] = text, up = rest.length > 1 ? 10 : 3;
    return svg`<text x=${tx} y=${y - up} font-size=${phone ? 12 : 12.5} class="fill-muted detail" font-weight="500">${head}</text>${rest.map((line, i) => svg`<text x=${tx} y=${y - up + 16 + i * 15} class="s detail">${line}</text>`)}`;
  }
  const hue = `fill-${HUES[state] ?? "muted"}`;
  if (phone) {
    const [head, word, ...why] = text;
    return pod.ip
      ? svg`<text x=${tx} y=${y - 2} class="rec detail" font-size="12">${head}</text><text x=${tx} y=${y + 14} class="s detail"><tspan class=${hue} font-weight="500">${word}</tspan>${asks ? ", asks" : ""}</text>${was ? oldAddress(tx, y + 29, was) : nothing}`
      : svg`<text x=${tx} y=${y - 2} class="s ${hue} detail" font-weight="600">${word}</text>${why.map((line, i) => svg`<text x=${tx} y=${y + 14 + i * 15} class="s detail">${line}</text>`)}`;
  }
  const [name, word, tail, address] = text, up = address || was ? 10 : 3;
  return svg`<text x=${tx} y=${y - up} font-size="12.5" class="b detail">${name}</text>
    <text x=${tx} y=${y - up + 16} class="s detail"><tspan class=${hue} font-weight="500">${word}</tspan> ${tail}</text>
    ${address || was ? svg`<text x=${tx} y=${y - up + 31} class="s t-mono detail">${address}${was ? svg`<tspan dx=${address ? 6 : 0} class="struck">${address ? unlike(was, address) : was}</tspan>` : nothing}</text>` : nothing}`;
}

/** The end of an address in which it differs from another: both stand in one line. @param {string} was @param {string} now */
function unlike(was, now) {
  let same = was.lastIndexOf(".");
  while (same > 0 && !now.startsWith(was.slice(0, same + 1))) same = was.lastIndexOf(".", same - 1);
  return same > 0 ? was.slice(same) : was;
}

/** @param {number} x @param {number} y @param {string} ip */
const oldAddress = (x, y, ip) => svg`<text x=${x} y=${y} class="s t-mono struck detail">${ip}</text>`;

/** @param {number} x @param {number} y */
const badMark = (x, y) => svg`<path class="bad-mark" d="M${x} ${y - 6}l6 6l-6 6l-6 -6z"></path><path class="bad-mark-g" d="M${x} ${y - 2.8}v3.2m0 2v.1"></path>`;

/** @param {Tile} tile @param {Picture} picture @param {Look} look */
function farTile(tile, picture, look) {
  const { workload, x, y, w, h } = tile, dim = look.matches !== null && !look.matches.has(tile.id), match = look.matches?.has(tile.id) ?? false;
  const lit = look.lit.size > 0 && tile.slots.some((slot) => look.lit.has(slot.key));
  const deps = [tile, dim, match, lit, look.selected === tile.id, look.tab === tile.id];
  return guard(deps, () => {
    const mark = workload.worst === "bad" ? "bad" : workload.worst === "wait" ? "warnt" : "";
    const headless = workload.services.some((s) => s.shape === "headless"), filled = workload.services.some((s) => s.shape !== "headless");
    const off = !headless && !filled ? 0 : headless && filled ? 25 : 14;
    const room = w - 24 - off - textWidth(`${workload.ready}/${workload.wanted}`, 11, true);
    return svg`<g data-id=${tile.id} class="node ${dim ? "dim" : ""}"><g aria-hidden="true">
      <rect class="far-tile ${mark} ${lit ? "lit" : ""} ${look.selected === tile.id ? "chosen" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="6"></rect>
      ${filled ? svg`<rect class="port-f" x=${x + 9} y=${y + 9} width="9" height="7" rx="1.5"></rect>` : nothing}
      ${headless ? svg`<rect class="port-h" x=${x + (filled ? 20.5 : 9.5)} y=${y + 9.5} width="8" height="6" rx="1.5"></rect>` : nothing}
      <text class="far-n" x=${x + 9 + off} y=${y + 17}>${elide(workload.name, room, 11.5)}</text>
      <text class="far-c end ${mark === "bad" ? "fill-fail" : mark ? "fill-wait" : ""}" x=${x + w - 9} y=${y + 17}>${workload.ready}/${workload.wanted}</text>
      ${dots(tile.slots)}
      ${tile.more > 0 ? svg`<text class="far-c b end" x=${x + w - 9} y=${y + h - 9}>+${tile.more}</text>` : nothing}
      ${mark === "bad" ? badMark(x + w - 13, y) : nothing}
    </g>${treeitem(tile.id, 2, workloadName(workload), look, frame(x - 1, y - 1, w + 2, h + 2, 7))}</g>`;
  });
}

/** Chips and plates lie over the pods and their lines. @param {State} state @param {Picture} picture @param {Look} look */
function overlay(state, picture, look) {
  const knots = new Map(picture.knots.map((knot) => [knot.service, knot])), end = picture.bands.find((band) => band.columns)?.columns?.workloads ?? picture.width;
  return svg`${look.k >= 0.8 ? repeat(picture.chips, (chip) => chip.key, (chip) => svg`<g class="chip-g detail" data-id=${chip.pod}><rect class="chip ${look.lit.has(chip.pod) ? "lit" : ""}" x=${chip.x} y=${chip.y - 11} width=${chip.w} height="22" rx="5"></rect>
      <text class="chip-n" x=${chip.x + 9} y=${chip.y + 4}>${chip.name}</text><text class="chip-a" x=${chip.x + chip.w - 9} y=${chip.y + 4}>${chip.address}</text></g>`) : nothing}
    ${repeat(picture.plates, (plate) => plate.id, (plate) => {
      const reasons = reasonsOf(state, plate.id), loose = isLoose(plate.service);
      return svg`<g data-id=${plate.id} class="node"><g aria-hidden="true">
        ${plateShape(plate, { phone: picture.phone, selected: look.selected === plate.id, lit: look.lit.has(plate.id), changed: look.now - (state.touched.get(plate.id) ?? -FRESH) < FRESH, loose, small: look.k < 0.94 ? look.k : 0 })}
        <g class="note">${plateNote(plate, knots.get(plate.id), reasons, picture.phone, end)}</g></g>${treeitem(plate.id, 2, serviceName(plate.service, looseWords(plate.service, reasons).join(", ")), look, frame(plate.x - 4, plate.y - 4, plate.w + 8, plate.h + 8, 11))}</g>`;
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

