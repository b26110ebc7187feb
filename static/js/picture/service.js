/** A Service's plate with what leaves it: hollow without an address of its own, filled with one. */
import { nothing, svg } from "lit/html.js";
import { elide, textWidth, wrap } from "../layout/geometry.js";
import { selectorText } from "../model/derive.js";
import { count } from "./words.js";

/** @import { Knot, Plate, Reason, ServiceModel } from "../types.d.ts" */

/** @param {Plate} plate @param {{ phone: boolean, selected: boolean, lit: boolean, changed: boolean, loose: boolean, small: number }} look `small` is the zoom while details are hidden, else 0 */
export function plateShape(plate, { phone, selected, lit, changed, loose, small }) {
  const { x, y, w, h, service } = plate, { item } = service, pad = phone ? 11 : 14, px = x + pad;
  const filled = service.shape === "cluster" || service.shape === "door", on = filled ? "on-virtual" : "";
  const names = small ? [elide(item.name, w - 16, 12.5 / small)] : phone && textWidth(item.name, 12) > w - 22 ? wrap(item.name, w - 20, 12, 2) : [elide(item.name, w - 2 * pad, phone ? 12 : 13.5)];
  const subs = subLines(service, phone, loose, h, w - 2 * pad);
  const first = small ? y + h / 2 + (filled ? -2 : 4 / small) : y + (phone ? 19 : 23), under = first + (names.length - 1) * 15;
  return svg`${service.shape === "door" ? door(plate, phone) : nothing}
    ${changed ? svg`<rect class="changed" x=${x - 6} y=${y - 6} width=${w + 12} height=${h + 12} rx="12"></rect>` : nothing}
    ${selected ? svg`<rect class="ring-sel" x=${x - 4} y=${y - 4} width=${w + 8} height=${h + 8} rx="11"></rect>` : nothing}
    ${lit ? svg`<rect class="ring-lit ring-lit-plate" x=${x - 3} y=${y - 3} width=${w + 6} height=${h + 6} rx="10"></rect>` : nothing}
    <rect class="plate plate-${filled ? "cluster" : service.shape}" x=${x + 0.5} y=${y + 0.5} width=${w - 1} height=${h - 1} rx="8"></rect>
    ${service.shape === "headless" ? svg`<rect class="plate-inner" x=${x + 4} y=${y + 4} width=${w - 8} height=${h - 8} rx="5"></rect>` : nothing}
    ${names.map((line, i) => svg`<text class="pl-name ${on}" x=${px} y=${first + i * 15} font-size=${phone ? 12 : 13.5}>${line}</text>`)}
    ${filled ? svg`<text class="pl-vip" x=${px} y=${small ? under + 14 / small : under + (phone ? 19 : 21)} font-size=${vipSize(item.clusterIP ?? "", w - pad - 6, phone)}>${item.clusterIP || "no address yet"}</text>` : nothing}
    ${subs.map((line, i) => svg`<text class="pl-sub ${on} ${line.mono ? "t-mono" : ""}" x=${px} y=${under + (filled ? (phone ? 34 : 38) : phone ? 16 : 18) + i * 15}>${line.text}</text>`)}
    ${service.shape === "external" ? svg`<path class="out" d="M${x + w} ${y + h / 2}h34m-6 -5l6 5l-6 5"></path>` : nothing}`;
}

/** @param {string} address @param {number} room @param {boolean} phone */
const vipSize = (address, room, phone) => Math.min(phone ? 13 : 16.5, Math.max(11, room / (address.length * 0.602)));

/** @param {Plate} plate @param {boolean} phone */
function door({ x, y, h }, phone) {
  const at = x - (phone ? 12 : 18);
  return svg`<path class="one" d="M${at + 5} ${y + h / 2}H${x + 2}"></path><rect class="door" x=${at - 5} y=${y + h / 2 - 13} width="10" height="26" rx="3"></rect>`;
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
  if (shape === "door") return [{ text: phone ? `door ${port?.nodePort ?? ""}` : elide(`${item.type}, ${few}${port?.nodePort ? `, door ${port.nodePort}${all.length > 1 ? "…" : ""}` : ""}`, room, 11.5) }, ...selector];
  return [{ text: phone || !ports ? "ClusterIP" : elide(`ClusterIP, ${few}`, room, 11.5) }, ...selector];
}

/** The words beside a plate: how many addresses, or why none.
 * @param {Plate} plate @param {Knot|undefined} knot @param {readonly Reason[]} reasons @param {boolean} phone @param {number} end where the tiles begin */
export function plateNote(plate, knot, reasons, phone, end) {
  const { x, y, w, h, service } = plate, right = x + w, middle = y + h / 2;
  if (service.shape === "external") return nothing;
  if (isLoose(service)) {
    const cx = right + (phone ? 25 : 52), [head, why] = looseWords(service, reasons);
    const tx = phone ? x : cx + 16, ty = phone ? y + h + 15 : middle - 4;
    return svg`<path class="ray" d="M${right} ${middle}H${cx - 8}"></path><circle class="loose-end" cx=${cx} cy=${middle} r=${phone ? 6.5 : 7}></circle>
      <path class="loose-x" d="M${cx - 2.7} ${middle - 2.7}l5.4 5.4m0 -5.4l-5.4 5.4"></path>
      <text x=${tx} y=${ty} class="s b detail">${head}</text>${wrap(why, phone ? 150 : Math.max(90, Math.min(230, end - tx - 10)), 11.5, phone ? 2 : 3).map((line, i) => svg`<text x=${tx} y=${ty + 16 + i * 15} class="s detail">${line}</text>`)}`;
  }
  const n = service.published;
  if (service.shape === "headless") {
    const tx = phone ? x : right + 14, ty = y + h + (phone ? 18 : 16);
    const [one, two] = n === 0 ? ["no address,", "no pod is Ready"] : n === 1 ? ["1 address,", "one per pod"] : [`${n} addresses,`, "one per pod"];
    if (plate.steep && !phone) return svg`<text x=${x + 4} y=${ty} class="s detail"><tspan class="b">${one}</tspan> ${two}</text>`;
    return svg`<text x=${tx} y=${ty} class="s b detail">${one}</text><text x=${tx} y=${ty + 15} class="s detail">${two}</text>`;
  }
  if (!knot) return nothing;
  const tx = phone ? x : right + 14, ty = phone ? y + h + 18 : middle - 12, wide = !phone && knot.x - tx >= 206;
  return svg`<text x=${tx} y=${ty} class="s detail"><tspan class="b fill-virtual">${phone || wide ? "1 address," : "1 address"}</tspan>${wide ? " and the proxy picks a pod" : nothing}</text>
    ${phone ? svg`<text x=${tx} y=${ty + 15} class="s detail">kube-proxy picks a pod</text>` : svg`<text x=${knot.x} y=${knot.y + 32} class="s mid b detail">kube-proxy</text><text x=${knot.x} y=${knot.y + 47} class="xs mid detail ${n === 0 ? "fill-wait" : ""}">${knot.share}</text>`}`;
}

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
export function knotShape({ x, y }, phone) {
  const r = phone ? 11 : 14;
  return svg`<rect class="knot" x=${x - r * 0.8} y=${y - r * 0.8} width=${r * 1.6} height=${r * 1.6} rx="3" transform="rotate(45 ${x} ${y})"></rect>
    <path class="knot-g" d="M${x - r * 0.5} ${y}h${r * 0.35}l${r * 0.5} ${-r * 0.42}M${x - r * 0.15} ${y}h${r * 0.7}M${x - r * 0.15} ${y}l${r * 0.5} ${r * 0.42}"></path>`;
}
