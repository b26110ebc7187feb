/** A Service's plate with what leaves it: hollow without an address of its own, filled with one. */
import { nothing, svg } from "lit/html.js";
import { doorRows, doorsOf, isServed } from "../layout/doors.js";
import { elide, textWidth, wrap } from "../layout/geometry.js";
import { selectorText } from "../model/derive.js";
import { entryWords } from "../model/ingress.js";
import { doorId } from "../app/walkabout.js";
import { frame, treeitem } from "./item.js";
import { count, ingressName } from "./words.js";

/** @import { Look } from "./item.js" */
/** @import { Item, Knot, Note, Outsider, Plate, Reason, ServiceModel } from "../types.d.ts" */

/** @param {Plate} plate @param {{ phone: boolean, selected: boolean, lit: boolean, changed: boolean, loose: boolean, small: number }} look `small` is the zoom while details are hidden, else 0 */
export function plateShape(plate, { phone, selected, lit, changed, loose, small }) {
  const { x, y, w, h, service } = plate, { item } = service, pad = phone ? 11 : 14, px = x + pad;
  const filled = service.shape === "cluster" || service.shape === "door", on = filled ? "on-virtual" : "";
  const names = small ? [elide(item.name, w - 16, 12.5 / small)] : phone && textWidth(item.name, 12) > w - 22 ? wrap(item.name, w - 20, 12, 2) : [elide(item.name, w - 2 * pad, phone ? 12 : 13.5)];
  const subs = subLines(service, phone, loose, h, w - 2 * pad);
  const first = small ? y + h / 2 + (filled ? -2 : 4 / small) : y + (phone ? 19 : 23), under = first + (names.length - 1) * 15;
  return svg`${doors(plate, phone)}
    ${changed ? svg`<rect class="changed" x=${x - 6} y=${y - 6} width=${w + 12} height=${h + 12} rx="12"></rect>` : nothing}
    ${selected ? svg`<rect class="ring-sel" x=${x - 4} y=${y - 4} width=${w + 8} height=${h + 8} rx="11"></rect>` : nothing}
    ${lit ? svg`<rect class="ring-lit ring-lit-plate" x=${x - 3} y=${y - 3} width=${w + 6} height=${h + 6} rx="10"></rect>` : nothing}
    <rect class="plate plate-${filled ? "cluster" : service.shape}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="8"></rect>
    ${service.shape === "headless" ? svg`<rect class="plate-inner" x=${x + 4} y=${y + 4} width=${w - 8} height=${h - 8} rx="5"></rect>` : nothing}
    ${plate.dense ? row(plate, { phone, small }) : svg`${names.map((line, i) => svg`<text class="pl-name ${on}" x=${px} y=${first + i * 15} font-size=${phone ? 12 : 13.5}>${line}</text>`)}
    ${filled ? svg`<text class="pl-vip" x=${px} y=${small ? under + 14 / small : under + (phone ? 19 : 21)} font-size=${vipSize(item.clusterIP ?? "", w - pad - 6, phone)}>${item.clusterIP || "no address yet"}</text>` : nothing}
    ${subs.map((line, i) => svg`<text class="pl-sub ${on} ${line.mono ? "t-mono" : ""}" x=${px} y=${under + (filled ? (phone ? 34 : 38) : phone ? 16 : 18) + i * 15}>${line.text}</text>`)}`}
    ${service.shape === "external" ? svg`<path class="out" d="M${x + w} ${y + h / 2}h34m-6 -5l6 5l-6 5"></path>` : nothing}`;
}

/** A Service among many: its name, and in one line what it is. @param {Plate} plate @param {{ phone: boolean, small: number }} look */
function row({ x, y, w, h, service }, { phone, small }) {
  const { item, shape } = service, filled = shape === "cluster" || shape === "door", on = filled ? "on-virtual" : "", pad = phone ? 7 : 11, room = w - 2 * pad;
  const says = shape === "headless" ? "headless" : shape === "external" ? `to ${item.externalName ?? ""}` : `${item.clusterIP || "no address yet"}${phone ? "" : `, ${shape === "door" ? item.type : "port"} ${item.ports?.[0]?.[shape === "door" ? "nodePort" : "port"] ?? ""}`}`;
  return svg`<text class="pl-name ${on}" x=${x + pad} y=${small ? y + h / 2 + 4 / small : y + 17} font-size="12.5">${elide(item.name, room, small ? 12.5 / small : 12.5)}</text><text class="pl-sub ${on} ${filled ? "t-mono" : ""}" x=${x + pad} y=${y + 32}>${elide(says, room, 11, filled)}</text>`;
}

/** @param {string} address @param {number} room @param {boolean} phone */
const vipSize = (address, room, phone) => Math.min(phone ? 13 : 16.5, Math.max(11, room / (address.length * 0.602)));

/** Filled for a way in that is open; an outline for one that no controller serves. @param {Plate} plate @param {boolean} phone */
function doors(plate, phone) {
  const { port, ingress } = doorsOf(plate, phone), open = isServed(plate.service), to = plate.x + 2;
  const leaf = (/** @type {import("../layout/doors.js").Door} */ { x, y, w, h }, /** @type {string} */ cls) => svg`<rect class=${cls} x=${x} y=${y} width=${w} height=${h} rx="3"></rect>`, way = (/** @type {import("../layout/doors.js").Door} */ { x, y, w, h }, /** @type {string} */ cls) => svg`<path class=${cls} d="M${x + w} ${y + h / 2}H${to}"></path>`;
  return svg`${port ? svg`${way(port, "one")}${leaf(port, "door")}` : nothing}${ingress ? svg`${way(ingress, open ? "one" : "ray dotted")}${leaf(ingress, open ? "door" : "door closed")}` : nothing}`;
}

/** The door of Ingresses, for keys and screen readers. @param {Plate} plate @param {boolean} phone @param {Look} look */
export function ingressDoor(plate, phone, look) {
  const { ingress } = doorsOf(plate, phone), [first] = plate.service.entries;
  if (!ingress || !first) return nothing;
  const id = doorId(plate), { x, y, w, h } = ingress;
  return svg`<g data-id=${id} class="node" data-why=${`${ingressName(plate.service)}.`}>${look.selected === first.item.id ? svg`<rect class="ring-sel" x=${x - 4} y=${y - 4} width=${w + 8} height=${h + 8} rx="5"></rect>` : nothing}${treeitem(id, 3, ingressName(plate.service), look, frame(x - 7, y - 3, w + 14, h + 6, 5))}</g>`;
}

/** @param {ServiceModel} service @param {boolean} phone @param {boolean} loose @param {number} h @param {number} room @returns {{text: string, mono?: boolean}[]} */
function subLines({ item, shape }, phone, loose, h, room) {
  const port = item.ports?.[0];
  if (shape === "headless") {
    const plain = { text: phone ? "no address" : "headless, no virtual address" };
    if (phone) return [plain];
    const selector = selectorText(item.selector);
    if (loose || h < 70) return [selector ? { text: elide(`headless, selects ${selector}`, room, 11.5) } : plain];
    return [plain, { text: elide(selector, 198, 11, true), mono: true }];
  }
  if (shape === "external") return [{ text: `to ${elide(item.externalName ?? "", phone ? 80 : 170, 11.5)}` }];
  const ports = (item.ports ?? []).map((p) => p.port).join(", ");
  const all = item.ports ?? [], few = all.length > 3 ? `${count(all.length, "port")}` : `port ${ports}`;
  const selector = phone || !item.selector ? [] : [{ text: elide(selectorText(item.selector), room, 11, true), mono: true }];
  if (shape === "door") return [{ text: phone ? `door ${port?.nodePort ?? ""}` : elide(`${item.type}, ${few}`, room, 11.5) }, ...selector];
  return [{ text: phone || !ports ? "ClusterIP" : elide(`ClusterIP, ${few}`, room, 11.5) }, ...selector];
}

/** The words beside a plate: how many addresses, or why none. Where they stand is the layout's word.
 * @param {Plate} plate @param {Note|undefined} note @param {readonly Reason[]} reasons @param {boolean} phone */
export function plateNote(plate, note, reasons, phone) {
  const { x, y, w, h, service, dense } = plate, right = x + w, middle = y + h / 2, n = service.behind, written = service.outside.length;
  const loose = isLoose(service) ? looseEnd(right, middle, phone, dense ?? false) : nothing, outside = doorWords(plate, phone);
  if (!note) return svg`${loose}${outside}`;
  const rows = (/** @type {unknown[]} */ lines) => lines.slice(0, note.rows).map((line, i) => svg`<text x=${note.x} y=${note.y + i * (i ? 15 : 0)} class="s ${i ? "" : "b"} detail">${line}</text>`);
  if (note.sort === "why") {
    const [head, why] = looseWords(service, reasons);
    if (note.rows === 1) return svg`${loose}${outside}<text x=${note.x} y=${note.y} class="s detail"><tspan class="b">${head}</tspan> ${elide(why, note.w - textWidth(head, 11.5) - 6, 11.5)}</text>`;
    return svg`${loose}${outside}${rows([head, ...wrap(why, note.w, 11.5, note.rows - 1)])}`;
  }
  if (note.sort === "out") return svg`<text x=${note.x} y=${note.y} class="s detail">out of the cluster</text>`;
  if (note.sort === "many" || note.sort === "manyline") {
    const [one, two] = n === 0 ? ["no address,", "no pod is Ready"] : [`${count(n, "address", "addresses")},`, written === n ? "kept by hand" : written ? `${written} kept by hand` : "one per pod"];
    return note.sort === "many" ? svg`${outside}${rows([one, two])}` : svg`${outside}<text x=${note.x} y=${note.y} class="s detail"><tspan class="b">${one}</tspan> ${two}</text>`;
  }
  const head = note.sort === "oneline" || note.rows > 1 ? "1 address," : "1 address", first = svg`<tspan class="b fill-virtual">${head}</tspan>`;
  const picks = !written ? (n ? "picks a pod" : "has no pod to pick") : n === 1 ? `leads to ${elide(service.outside[0], 110, 11.5)}` : `picks one of ${n}`;
  return svg`${outside}<text x=${note.x} y=${note.y} class="s detail">${first}${note.sort === "oneline" ? ` and the proxy ${picks}` : nothing}</text>${note.rows > 1 ? svg`<text x=${note.x} y=${note.y + 15} class="s detail">kube-proxy ${picks}</text>` : nothing}`;
}

/** @param {number} right @param {number} middle @param {boolean} phone @param {boolean} dense */
function looseEnd(right, middle, phone, dense) {
  const cx = right + (phone ? 25 : dense ? 36 : 52);
  return svg`<path class="ray" d="M${right} ${middle}H${cx - 8}"></path><circle class="loose-end" cx=${cx} cy=${middle} r=${phone ? 6.5 : 7}></circle>
    <path class="loose-x" d="M${cx - 2.7} ${middle - 2.7}l5.4 5.4m0 -5.4l-5.4 5.4"></path>`;
}

/** How one comes in from outside, below the plate: the balancer's addresses, the node port, the hosts and paths of Ingresses.
 * @param {Plate} plate @param {boolean} phone */
function doorWords(plate, phone) {
  const { x, y, w, h, service } = plate, rows = doorRows(plate, phone), room = w + 10, ways = service.entries.length ? entryWords(service.entries) : "";
  /** @type {[string, string][]} */ const said = service.shape === "door" ? [["", entrance(service.item)]] : [];
  if (ways && isServed(service)) said.push(["", `Ingress ${ways}`]);
  else if (ways) said.push(...(rows - said.length > 1 ? /** @type {[string, string][]} */ ([["", `Ingress ${ways}`], ["fill-wait", "no controller serves it"]]) : /** @type {[string, string][]} */ ([["fill-wait", `no controller serves Ingress ${ways}`]])));
  return said.slice(0, rows).map(([cls, text], i) => svg`<text x=${x - 8} y=${y + h + 16 + i * 15} class="s detail ${cls}">${elide(text, room, 11.5)}</text>`);
}

/** "outside: 198.51.100.1:80, node:30916" @param {Item} item */
export function entrance(item) {
  const port = item.ports?.[0], ways = [...(item.external ?? []).slice(0, 1).map((address) => `${address}:${port?.port ?? ""}`), ...(port?.nodePort ? [`node:${port.nodePort}`] : [])];
  return ways.length ? `outside: ${ways.join(", ")}` : "waits for an address outside";
}

/** What the knot is, and how it shares. @param {Knot} knot @param {Note|undefined} note */
export const knotNote = (knot, note) => note ? svg`<text x=${note.x} y=${note.y} class="s mid b detail">kube-proxy</text><text x=${note.x} y=${note.y + 15} class="xs mid detail ${/^no /.test(knot.share) ? "fill-wait" : ""}">${knot.share}</text>` : nothing;

/** An address in a Service's endpoints that no pod has. @param {Outsider} outsider */
export const outsiderShape = ({ address, x, y, w, h }) => svg`<g aria-hidden="true"><rect class="chip outside" x=${x} y=${y} width=${w} height=${h} rx="5"></rect><text class="xs t-mono" x=${x + 9} y=${y + 15}>${address}</text></g>`;

/** @param {ServiceModel} service */
export const isLoose = (service) => service.shape !== "external" && service.links.length === 0 && service.outside.length === 0;

/** @param {ServiceModel} service @param {readonly Reason[]} reasons @returns {[string, string]} */
export function looseWords({ item }, reasons) {
  const said = reasons.find((reason) => /^Selects nothing/.test(reason.text))?.text;
  if (said) {
    const [head, ...rest] = said.replace(/\.$/, "").split(/[:;,] ?/);
    return [head, rest.join(", ")];
  }
  const pairs = selectorText(item.selector);
  return ["Selects nothing", pairs ? `no pod has ${pairs}` : "it has no selector"];
}

/** @param {Knot} knot @param {boolean} phone */
export function knotShape({ x, y, small }, phone) {
  const r = small ? 7 : phone ? 11 : 14;
  return svg`<rect class="knot" x=${x - r * 0.8} y=${y - r * 0.8} width=${r * 1.6} height=${r * 1.6} rx="3" transform="rotate(45 ${x} ${y})"></rect>
    <path class="knot-g" d="M${x - r * 0.5} ${y}h${r * 0.35}l${r * 0.5} ${-r * 0.42}M${x - r * 0.15} ${y}h${r * 0.7}M${x - r * 0.15} ${y}l${r * 0.5} ${r * 0.42}"></path>`;
}
