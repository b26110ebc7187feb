/** A tile seen from near: seats with the words beside them, or a comb of many. */
import { nothing, svg } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import { elide, hex, textWidth, wrap } from "../layout/geometry.js";
import { seatKept, hasKept } from "../model/filter.js";
import { clusterTime, formerAddress, FRESH } from "../state.js";
import { badMark, frame, hintMark, treeitem } from "./item.js";
import { freePlaces, podShape } from "./pod.js";
import { claimsOf, claimWords, volumeLine } from "./volume.js";
import { HUES, hintOf, podName, podSince, reasonsOf, seatWhy, wordOf, workloadName } from "./words.js";

/** @import { Item, Model, Picture, Slot, State, Tile } from "../types.d.ts" */
/** @import { Look } from "./item.js" */

/** @param {State} state @param {Model} model @param {Picture} picture @param {Tile} tile @param {Look} look */
export function nearTile(state, model, picture, tile, look) {
  const { workload } = tile, time = clusterTime(state, look.now), reasons = reasonsOf(state, tile.id), hint = hintOf(reasons);
  const texts = tile.mode === "column" ? tile.slots.map((slot) => podText(slot, workload.name, time, reasons, picture, look)) : tile.words ? tile.slots.map((slot) => shortText(slot, tile.words ?? 0)) : [];
  const claims = tile.slots.map((slot) => claimsOf(state, workload, slot.seat));
  const fresh = (/** @type {string} */ id) => look.now - (state.touched.get(id) ?? -FRESH) < FRESH;
  const left = look.matches, node = workload.kind === "Node", keeps = left ? tile.slots.map((slot) => seatKept(slot.seat, slot.key, left)) : null, dim = left !== null && !hasKept(workload, left);
  const deps = [dim, hint, keeps?.map(Number).join(""), look.k < 0.94 ? look.k : 0, tile.x, tile.y, tile.w, tile.h, tile.more, workload.ready, workload.wanted, look.selected === tile.id, look.tab === tile.id, picture.phone,
    tile.slots.map((s, i) => [s.key, s.x, s.y, s.seat.state, s.seat.pod?.progress, s.seat.pod?.ip, look.selected === s.key, look.lit.has(s.key), look.askers.has(s.key), look.tab === s.key, fresh(s.key), formerAddress(state, s.key, look.now), texts[i]?.join("|"), claimWords(claims[i]), (model.linksOf.get(s.key) ?? []).map((l) => l.service + l.published)].join()).join("\n")];
  return guard(deps, () => {
    const { x, y, w, h } = tile, small = look.k < 0.94 ? look.k : 0, named = elide(workload.name, w - 36 - textWidth(`${workload.ready}/${workload.wanted}`, small ? 12.5 / small : 13, true), small ? 12.5 / small : 13.5);
    const kindFits = textWidth(named, 13.5) + textWidth(workload.kind, 11.5) + textWidth(`${workload.ready}/${workload.wanted}`, 13, true) + 42 < w && workload.kind !== "Pods";
    const broken = workload.worst === "bad";
    if (node) return svg`<g class="tile-g">${freePlaces(tile.free ?? [], 2)}${repeat(tile.slots, (slot) => slot.key, (slot, i) => slotShape(state, model, picture, tile, slot, texts[i] ?? [], claims[i], look, fresh(slot.key), keeps?.[i] === false))}${tile.more ? svg`<text class="far-c end b" x=${x + w - 2} y=${y + h - 2}>+${tile.more}</text>` : nothing}</g>`;
    return svg`<g class="tile-g">
      <g data-id=${tile.id} class="node ${dim ? "dim" : ""}"><g aria-hidden="true">
        <rect class="tile ${look.selected === tile.id ? "chosen" : ""} ${broken ? "bad" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w} height=${h} rx="10"></rect>
        <text x=${x + (picture.phone ? 12 : 14)} y=${y + (picture.phone ? 20 : 22)} class="h key" font-size=${picture.phone ? 13 : 13.5}>${named}${kindFits && !picture.phone ? svg`<tspan dx="8" class="s detail" font-weight="400">${workload.kind}</tspan>` : nothing}</text>
        <text x=${x + w - 12} y=${y + (picture.phone ? 20 : 22)} class="h end t-mono key" font-size=${picture.phone ? 12 : 13}>${workload.ready}/${workload.wanted}</text>
        ${broken ? badMark(x + w - 13, y) : hint ? hintMark(x + w - 13, y) : nothing}
        ${tile.more ? svg`<text class="far-c end b" x=${x + w - 10} y=${y + h - 8}>+${tile.more}</text>` : nothing}
      </g>${treeitem(tile.id, 2, hint ? `${workloadName(workload)}. ${hint}` : workloadName(workload), look, frame(x + 3, y + 3, w - 5, 27, 8))}</g>
      ${repeat(tile.slots, (slot) => `${slot.key}`, (slot, i) => slotShape(state, model, picture, tile, slot, texts[i] ?? [], claims[i], look, fresh(slot.key), keeps?.[i] === false))}
    </g>`;
  });
}

/** @param {State} state @param {Model} model @param {Picture} picture @param {Tile} tile @param {Slot} slot @param {string[]} text @param {readonly Item[]} claims @param {Look} look @param {boolean} fresh @param {boolean} dim */
function slotShape(state, model, picture, tile, slot, text, claims, look, fresh, dim) {
  const { seat: { pod, state: word, ordinal }, x, y, r, key } = slot;
  const lit = look.lit.has(key), column = tile.mode === "column";
  const label = column || tile.workload.kind === "Node" ? (ordinal ?? "") : "", why = pod ? "" : seatWhy(slot.seat, reasonsOf(state, tile.id));
  const name = pod ? podName(pod, model) : `Empty seat ${ordinal ?? slot.seat.index} of ${tile.workload.name}${why ? `, ${why}` : ""}`;
  const said = claims.length ? `${name}, ${claimWords(claims)}` : name, was = formerAddress(state, key, look.now);
  return svg`<g data-id=${key} class="node pod ${dim ? "dim" : ""}"><g aria-hidden="true">
    ${lit && column && !picture.phone ? svg`<rect class="lit-row" x=${x + 20} y=${y - 25} width=${tile.x + tile.w - x - 28} height="50" rx="6"></rect>` : nothing}
    ${podShape({ x, y, r, state: word, label, progress: pod?.progress, selected: look.selected === key, lit, asks: look.askers.has(key), changed: fresh && !lit, clip: `${tile.id} ${slot.seat.index}` })}
    ${tile.words ? besidePod(slot, text) : nothing}${column ? podLines(slot, text, was, picture.phone, look.askers.has(key), claims.length > 0) : nothing}${column && claims.length ? volumeAt(slot, text, was, picture.phone, claims) : nothing}
  </g>${treeitem(key, 3, said, look, hex(x, y, r + (column ? 10 : 3)))}</g>`;
}

/** The words beside a pod: [name or address, state word, what it is at, …]. A change of them is a change of the tile.
 * @param {Slot} slot @param {string} workload @param {number} time @param {readonly import("../types.d.ts").Reason[]} reasons @param {Picture} picture @param {Look} look */
function podText(slot, workload, time, reasons, picture, look) {
  const { pod, ordinal } = slot.seat, { phone } = picture;
  if (!pod) return [phone ? "Empty seat" : ordinal === null ? "Place kept, empty" : `Seat ${ordinal}, empty`, ...wrap(seatWhy(slot.seat, reasons), phone ? 92 : 130, 11.5, 2)];
  const word = wordOf(pod), since = podSince(pod, time);
  if (phone) return [pod.ip || elide(pod.name, 92, 12), word, ...(pod.why ? wrap(pod.why, 92, 11.5, 2) : [])];
  const chip = picture.chips.some((one) => one.pod === pod.id), tail = look.askers.has(pod.id) ? `${since}, asks` : since, beside = textWidth(tail, 11.5) <= 129 - textWidth(word, 11.5);
  // What does not fit beside the state stands below it, before the address if there is no room for both.
  const why = beside ? [tail] : ["", ...wrap(tail, 130, 11.5, 2)], address = chip || !pod.ip || why.length > 2 ? "" : pod.ip;
  return [elide(pod.name, 120, 12.5), word, address, ...why];
}

/** [name, state word, address]: what stands beside a node's pod. @param {Slot} slot @param {number} room */
function shortText({ seat: { pod } }, room) {
  if (!pod) return [];
  const word = wordOf(pod), left = room - textWidth(`${word} `, 11.5);
  return [elide(pod.name, room, 12), word, left > textWidth(pod.ip ?? "", 11, true) ? pod.ip ?? "" : ""];
}

/** @param {Slot} slot @param {string[]} text */
const besidePod = ({ x, y, r, seat: { state } }, [name, word, address]) => svg`<text x=${x + r + 9} y=${y - 2} font-size="12" class="b detail">${name}</text><text x=${x + r + 9} y=${y + 13} class="s detail"><tspan class=${`fill-${HUES[state] ?? "muted"}`} font-weight="500">${word}</tspan> <tspan class="t-mono" font-size="11">${address}</tspan></text>`;

/** @param {Slot} slot @param {string[]} text @param {string} was @param {boolean} phone @param {boolean} asks @param {boolean} volume a line for a claim follows */
function podLines({ x, y: middle, seat: { pod, state } }, text, was, phone, asks, volume) {
  const tx = x + (phone ? 36 : 40), y = middle - (volume ? 8 : 0);
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
  const [name, word, address, tail, ...why] = text, up = upOf(why.length, address || was), end = y - up + 16 + why.length * 15;
  return svg`<text x=${tx} y=${y - up} font-size="12.5" class="b detail">${name}</text>
    <text x=${tx} y=${y - up + 16} class="s detail"><tspan class=${hue} font-weight="500">${word}</tspan> ${tail}</text>${why.map((line, i) => svg`<text x=${tx} y=${y - up + 31 + i * 15} class="s detail">${line}</text>`)}
    ${(address || was) && why.length < 2 ? svg`<text x=${tx} y=${end + 15} class="s t-mono detail">${address}${was ? svg`<tspan dx=${address ? 6 : 0} class="struck">${address ? unlike(was, address) : was}</tspan>` : nothing}</text>` : nothing}`;
}

/** How far above a seat's middle its first line stands. @param {number} why lines of a reason @param {string} address in the last line */
const upOf = (why, address) => (why > 1 ? 18 : why && address ? 18 : why || address ? 10 : 3);

/** @param {Slot} slot @param {string[]} text @param {string} was @param {boolean} phone @param {readonly Item[]} claims */
function volumeAt({ x, y, seat: { pod } }, text, was, phone, claims) {
  const why = text.length - 4, address = text[2] || was;
  const lines = !pod ? text.length : phone ? (pod.ip ? 2 + Number(was !== "") : text.length - 1) : 2 + why + Number(address !== "" && why < 2);
  const up = !pod ? (lines > 2 ? 10 : 3) : phone ? 2 : upOf(why, address);
  return volumeLine(claims, x + (phone ? 36 : 40), y - 8 - up + lines * 15 + 2, phone ? 92 : 130, !pod);
}

/** The end of an address in which it differs from another: both stand in one line. @param {string} was @param {string} now */
function unlike(was, now) {
  let same = was.lastIndexOf(".");
  while (same > 0 && !now.startsWith(was.slice(0, same + 1))) same = was.lastIndexOf(".", same - 1);
  return same > 0 ? was.slice(same) : was;
}

/** @param {number} x @param {number} y @param {string} ip */
const oldAddress = (x, y, ip) => svg`<text x=${x} y=${y} class="s t-mono struck detail">${ip}</text>`;
