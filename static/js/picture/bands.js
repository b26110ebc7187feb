/** Bands: a namespace, a node, or all with one value of a label; and the line that says what is folded away. */
import { nothing, svg } from "lit/html.js";
import { elide, textWidth } from "../layout/geometry.js";
import { bandKept } from "../model/filter.js";
import { frame, stepOf, treeitem } from "./item.js";
import { bandName, count, labelKey, roomWords, standing, summary } from "./words.js";

/** @import { Band, Picture } from "../types.d.ts" */
/** @import { Look } from "./item.js" */

/** @param {Band} band @param {Picture} picture @param {Look} look */
export function bandShape(band, picture, look) {
  const { x, y, w, h, namespace: space } = band, near = picture.level === "near", { phone } = picture;
  const dim = look.matches && !bandKept(space, look.matches), node = space.sort === "node";
  const rim = `M${x + 5} ${y + h - 15}V${y + 15}a10 10 0 0 1 10-10H${x + w - 15}a10 10 0 0 1 10 10V${y + h - 15}`;
  return svg`<g data-id=${band.id} class="node ${dim ? "dimband" : ""}"><g aria-hidden="true">
    <rect class="band" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx=${near && !phone ? 14 : 12}></rect>
    ${near && !phone ? svg`<path class="band-rim" d=${rim}></path>` : nothing}
    ${near ? nearHead(band, phone) : node ? machineHead(band, phone, stepOf(look.k)) : farHead(band, picture, stepOf(look.k))}</g>${treeitem(band.id, 1, bandName(band), look, frame(x + 4, y + 4, near ? w - 8 : phone ? w - 8 : 108, near || phone ? 36 : Math.min(h - 8, 76), 9))}</g>`;
}

/** Narrower bands have their counts in a line of their own. */
const NARROW = 420;

/** @param {Band} band @param {boolean} phone */
function nearHead(band, phone) {
  const { x, y, w, columns, namespace: space } = band, pad = phone ? 12 : 20, left = x + pad, room = w - 2 * pad, narrow = w < (phone ? 300 : NARROW);
  const sort = space.sort === "label" ? (space.id.endsWith("/") ? "" : labelKey(space.id)) : space.sort, told = phone ? `${count(space.pods, "pod")}, ${space.ready} ready` : summary(space), top = y + (phone ? 24 : 31);
  const name = narrow ? elide(band.name, room, 14) : elide(band.name, room - textWidth(told, 11.5) - 20, 14), sorted = !phone && textWidth(name, 14) + textWidth(sort, 11.5) + 9 <= room - (narrow ? 0 : textWidth(told, 11.5) + 20);
  return svg`<text x=${left} y=${top} class="h key" font-size="14">${name}${sorted ? svg`<tspan dx="9" class="s detail" font-weight="400">${sort}</tspan>` : nothing}</text>
    ${narrow ? svg`<text x=${left} y=${top + 18} class="s detail">${elide(told, room, 11.5)}</text>` : svg`<text x=${x + w - pad} y=${top} class="s end detail">${told}</text>`}
    ${space.sort === "node" ? nearMachine(band, phone) : nothing}
    ${columns ? svg`<text x=${columns.services} y=${columns.y} class="cap detail">Services</text>
      ${phone ? nothing : svg`<text x=${columns.workloads} y=${columns.y} class="cap detail">Workload and its pods</text>`}
      ${columns.answers ? svg`<text x=${columns.answers} y=${columns.y} class="cap detail">Answers, pinned</text>` : nothing}`
    : space.workloads.length || narrow ? nothing : svg`<text x=${left} y=${y + (phone ? 44 : 52)} class="s detail">Nothing here yet.</text>`}`;
}

/** What is folded away, as one line that unfolds it; far out its words keep their size.
 * @param {NonNullable<Picture["fold"]>} fold @param {Picture} picture @param {Look} look */
export function foldLine({ x, y, text, mono, open }, { phone, level }, look) {
  const size = 11 / (level === "far" ? stepOf(look.k) : 1), shown = elide(mono, phone ? 150 : 420, size, true), w = textWidth(text, size) + textWidth(shown, size, true);
  return svg`<g data-id="fold" class="node detail"><g aria-hidden="true"><text x=${x} y=${y} class="xs fold" font-size=${size}>${text}<tspan class="t-mono">${shown}</tspan></text></g>${treeitem("fold", 1, `${text}${mono}. ${open ? "Enter folds" : "Enter unfolds"} them.`, look, frame(x - 5, y - size - 3, w + 10, size + 9, 5))}</g>`;
}

/** What a node has room for and what keeps pods away from it, in the line below its name. @param {Band} band @param {boolean} phone */
function nearMachine({ x, y, w, namespace: { node } }, phone) {
  const left = x + (phone ? 12 : 20), [bad, ...rest] = standing(node ?? null), room = w - (phone ? 24 : 40), head = bad ? `${bad}, ` : "";
  return svg`<text x=${left} y=${y + (phone ? 44 : 48)} class="s detail">${bad ? svg`<tspan class=${node?.ready === false ? "fill-fail" : "fill-wait"} font-weight="500">${elide(head, room, 11.5)}</tspan>` : nothing}${elide([...rest, roomWords(node ?? null)].filter(Boolean).join(", "), room - textWidth(head, 11.5), 11.5)}</text>`;
}

/** A node's head: as the others', with what keeps pods away instead of a bar. @param {Band} band @param {boolean} phone @param {number} k */
function machineHead({ x, y, w, name, namespace: { node, pods } }, phone, k) {
  const cap = node?.room?.pods, at = x + (phone ? 11 : 14), [bad, more] = standing(node ?? null), hue = node?.ready === false ? "fill-fail" : "fill-wait";
  const some = `${pods}${cap ? ` of ${Number(cap).toLocaleString("en")}` : ""}`, many = phone || textWidth(`${some} pods`, 11.5 / k) <= 116 ? `${some} pods` : some;
  if (phone) return svg`<text class="h key" x=${at} y=${y + 24}>${elide(name, 170, 13.5)}</text><text class="s end" x=${x + w - 11} y=${y + 24}><tspan class=${hue}>${bad ? elide(bad, 100, 11.5) : ""}</tspan> ${many}</text>`;
  // Words keep their size on screen: far out only the name has room.
  const lines = k < 0.7 ? [] : [many, ...[bad, more].filter(Boolean)];
  return svg`<text class="h" x=${at} y=${y + 22 + 5 / k} font-size=${13.5 / k}>${elide(name, 114, 13.5 / k)}</text>
    ${lines.map((line, i) => svg`<text class="s ${i === 1 ? hue : ""}" x=${at} y=${y + 22 + 5 / k + (i + 1) * 16 / k} font-size=${11.5 / k}>${elide(line, 116, 11.5 / k)}</text>`)}`;
}

/** @param {Band} band @param {Picture} picture @param {number} k */
function farHead({ x, y, w, name, namespace: space }, { phone, plates }, k) {
  const seats = space.workloads.flatMap((one) => Object.entries(one.counts));
  const total = seats.reduce((sum, [, n]) => sum + n, 0), of = (/** @type {string[]} */ ...states) => seats.reduce((sum, [state, n]) => sum + (states.includes(state) ? n : 0), 0);
  const counts = count(space.workloads.length, "workload"), pods = count(space.pods, "pod");
  if (phone) return svg`<text class="h key" x=${x + 11} y=${y + 24}>${name}</text><text class="s end" x=${x + w - 11} y=${y + 24}>${counts}, ${pods}</text>`;
  if (!space.workloads.length) return svg`<text class="h" x=${x + 14} y=${y + 22 + 5 / k} font-size=${13.5 / k}>${elide(name, 98, 13.5 / k)}</text><text class="s" x=${x + 134} y=${y + 22 + 5 / k} font-size=${11.5 / k}>${plates.some((plate) => plate.ns === name) ? "" : space.services.length ? `${count(space.services.length, "Service")}, no workloads` : "Nothing here yet."}</text>`;
  const bad = of("failed", "unknown"), good = of("ready", "completed"), width = 92, at = x + 14;
  const g = total ? (width * good) / total : 0, b = total && bad ? Math.max(3, (width * bad) / total) : 0;
  const head = svg`<text class="h" x=${at} y=${y + 22 + 5 / k} font-size=${13.5 / k}>${elide(name, 102, 13.5 / k)}</text>`, small = 11.5 / k;
  if (k < 0.7) return svg`${head}<rect class="bar-wait" x=${at} y=${y + 70} width=${total ? width : 0} height="5"></rect><rect class="bar-ready" x=${at} y=${y + 70} width=${Math.max(0, Math.min(g, width - b))} height="5"></rect><rect class="bar-fail" x=${at + width - b} y=${y + 70} width=${b} height="5"></rect>`;
  return svg`${head}<text class="s" x=${at} y=${y + (k < 1 ? 24 + 21 / k : 45)} font-size=${small}>${elide(counts, 102, small)}</text><text class="s" x=${at} y=${y + (k < 1 ? 20 + 41 / k : 61)} font-size=${small}>${elide(pods, 102, small)}</text>
    <rect class="bar-wait" x=${at} y=${y + 70} width=${total ? width : 0} height="5"></rect><rect class="bar-ready" x=${at} y=${y + 70} width=${Math.max(0, Math.min(g, width - b))} height="5"></rect><rect class="bar-fail" x=${at + width - b} y=${y + 70} width=${b} height="5"></rect>`;
}
