/** What is seen from afar: a workload as a block of dots with its count, a Service that leads to none as what it is. */
import { nothing, svg } from "lit/html.js";
import { guard } from "lit/directives/guard.js";
import { elide, textWidth } from "../layout/geometry.js";
import { hasKept, seatKept } from "../model/filter.js";
import { subject } from "../model/views.js";
import { badMark, frame, stepOf, treeitem } from "./item.js";
import { dots, freePlaces } from "./pod.js";
import { isLoose, looseWords } from "./service.js";
import { count, machineName, serviceName, workloadName } from "./words.js";

/** @import { Picture, Plate, Reason, Tile } from "../types.d.ts" */
/** @import { Look } from "./item.js" */

/** @param {Tile} tile @param {Picture} picture @param {Look} look */
export function farTile(tile, picture, look) {
  const { workload, x, y, w, h } = tile, left = look.matches, match = left !== null && hasKept(workload, left), dim = left !== null && !match, node = workload.kind === "Node";
  const k = stepOf(look.k), chosen = look.selected !== "" && look.selected === subject(tile.id), keeps = left && match ? tile.slots.map((slot) => seatKept(slot.seat, slot.key, left)) : null;
  const lit = look.lit.size > 0 && tile.slots.some((slot) => look.lit.has(slot.key));
  const deps = [k, tile, dim, match, lit, chosen, look.tab === tile.id, keeps?.includes(false) ? keeps.map(Number).join("") : ""];
  return guard(deps, () => {
    const mark = workload.worst === "bad" ? "bad" : workload.worst === "wait" ? "warnt" : "";
    const headless = picture.ports && workload.services.some((s) => s.shape === "headless"), filled = picture.ports && workload.services.some((s) => s.shape !== "headless");
    const off = !headless && !filled ? 0 : headless && filled ? 25 : 14;
    // Words keep their size on screen. Where that leaves no room, the count goes first, then the name.
    const size = 11.5 / k, told = `${workload.ready}/${workload.wanted}`, wide = w - 24 - off - textWidth(told, 11 / k, true), counted = k >= 1 || (wide > 64 / k && k > 0.55), room = counted ? wide : w - 16 - off, name = elide(workload.name, room, size);
    if (node) {
      return svg`<g data-id=${tile.id} class="node ${dim ? "dim" : ""}"><g aria-hidden="true">
        <rect class="far-tile ${mark} ${lit ? "lit" : ""} ${chosen ? "chosen" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="6"></rect>${freePlaces(tile.free ?? [], 1.3)}${dots(tile.slots, keeps)}
        ${tile.more > 0 ? svg`<text class="far-c b end" font-size=${11 / k} x=${x + w - 8} y=${y + h - 2.5}>+${tile.more}</text>` : nothing}${mark === "bad" ? badMark(x + w - 13, y) : nothing}
      </g>${treeitem(tile.id, 2, machineName(workload), look, frame(x - 1, y - 1, w + 2, h + 2, 7))}</g>`;
    }
    return svg`<g data-id=${tile.id} class="node ${dim ? "dim" : ""}"><g aria-hidden="true">
      <rect class="far-tile ${mark} ${lit ? "lit" : ""} ${chosen ? "chosen" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="6"></rect>
      ${filled ? svg`<rect class="port-f" x=${x + 9} y=${y + 9} width="9" height="7" rx="1.5"></rect>` : nothing}
      ${headless ? svg`<rect class="port-h" x=${x + (filled ? 20.5 : 9.5)} y=${y + 9.5} width="8" height="6" rx="1.5"></rect>` : nothing}
      ${k >= 1 || textWidth(name, size) <= room ? svg`<text class="far-n" x=${x + 9 + off} y=${y + (k < 1 ? 12 + 5 / k : 17)} font-size=${size}>${name}</text>` : nothing}
      ${counted ? svg`<text class="far-c end ${mark === "bad" ? "fill-fail" : mark ? "fill-wait" : ""}" x=${x + w - 9} y=${y + (k < 1 ? 12 + 5 / k : 17)} font-size=${11 / k}>${told}</text>` : nothing}
      ${dots(tile.slots, keeps)}
      ${tile.more > 0 ? svg`<text class="far-c b end" font-size=${11 / k} x=${x + w - 9} y=${y + h - 9}>+${tile.more}</text>` : nothing}
      ${mark === "bad" ? badMark(x + w - 13, y) : nothing}
    </g>${treeitem(tile.id, 2, workloadName(workload), look, frame(x - 1, y - 1, w + 2, h + 2, 7))}</g>`;
  });
}

/** @param {Plate} plate @param {readonly Reason[]} reasons @param {Look} look */
export function farPlate({ id, x, y, w, h, service }, reasons, look) {
  const k = stepOf(look.k), dim = look.matches !== null && !look.matches.services.has(id), chosen = look.selected === id, lit = look.lit.has(id);
  return guard([k, service, reasons, x, y, w, h, dim, chosen, lit, look.tab === id], () => {
    const { item, shape } = service, hollow = shape === "headless" || shape === "external", loose = isLoose(service), words = looseWords(service, reasons);
    const says = shape === "external" ? `to ${item.externalName ?? ""}` : loose ? words[0] : count(service.outside.length || service.published, "address", "addresses");
    const size = 11.5 / k, first = y + (k < 1 ? 12 + 5 / k : 17), second = first + 17 / k;
    return svg`<g data-id=${id} class="node ${dim ? "dim" : ""}"><g aria-hidden="true">
      <rect class="far-tile ${loose ? "warnt" : ""} ${lit ? "lit" : ""} ${chosen ? "chosen" : ""}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="6"></rect>
      <rect class=${hollow ? "port-h" : "port-f"} x=${x + 9} y=${y + 9} width="9" height="7" rx="1.5" stroke-dasharray=${shape === "external" ? "2 1.5" : nothing}></rect>
      <text class="far-n" x=${x + 23} y=${first} font-size=${size}>${elide(item.name, w - 30, size)}</text>
      ${second < y + h - 5 ? svg`<text class="far-c ${loose ? "fill-wait" : ""}" x=${x + 9} y=${second} font-size=${11 / k}>${elide(says, w - 16, 11 / k, true)}</text>` : nothing}
    </g>${treeitem(id, 2, serviceName(service, words.join(", ")), look, frame(x - 1, y - 1, w + 2, h + 2, 7))}</g>`;
  });
}
