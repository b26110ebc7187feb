/** The same question to a headless and to a ClusterIP Service, side by side. */
import { html, nothing, svg } from "lit/html.js";
import { elide, hex } from "../layout/geometry.js";
import { selectorText } from "../model/derive.js";
import { silentDns } from "../model/needs.js";
import { podShape } from "../picture/pod.js";

/** @import { App } from "../app/app.js" */
/** @import { Model, ServiceModel } from "../types.d.ts" */

const ROWS = 3;

/** @param {App} app */
export function twinCard(app) {
  const { left, right } = beside(app) ?? choose(app), { choosing } = app.ui;
  if (!left && !right) return html`<div class="twin-box"><div class="dock-h"><h2>Same pods, two Services</h2></div><p class="none-yet">Two Services over the same pods, one with <code>clusterIP: None</code>, show here what DNS says to each.</p></div>`;
  const same = left && right && selectorText(left.item.selector) === selectorText(right.item.selector);
  return html`<div class="twin-box"><div class="dock-h"><h2>${same ? "Same pods, two Services" : left && right ? "Two Services" : "One Service over its pods"}</h2><span class="grow"></span><button type="button" class="link muted small" aria-expanded=${choosing ? "true" : "false"} @click=${() => app.set({ choosing: !choosing })}>${choosing ? "Done" : "Choose others"}</button></div>
    ${choosing ? html`<div class="choose">${picker(app, "left", left)}${picker(app, "right", right)}</div>` : nothing}
    <div class="twin">${left ? half(app, left) : nothing}${right ? half(app, right) : nothing}</div></div>`;
}

/** @param {App} app @param {"left"|"right"} side @param {ServiceModel|undefined} now */
export const picker = (app, side, now) => html`<label class="field wide"><span class="lbl">${side === "left" ? "Left" : "Right"}</span><select @change=${(/** @type {any} */ e) => app.set({ twin: { ...app.ui.twin, [side]: e.target.value } })}>${[...app.model.services.values()].map(({ item }) => html`<option value=${item.id} ?selected=${item.id === now?.item.id}>${item.name}${item.ns === "default" ? "" : ` (${item.ns})`}</option>`)}</select></label>`;

/** What the person chose, else a headless Service and a ClusterIP one over the same pods: those that the question
 * names, where it names one. @param {App} app @param {{ name: string, namespace: string }} [asked] */
export function choose(app, asked = { name: "", namespace: "" }) {
  const { services } = app.model, { twin } = app.ui, words = asked.name.split(".").slice(0, 2);
  const named = (/** @type {ServiceModel|undefined} */ s) => s !== undefined && s.item.ns === asked.namespace && words.includes(s.item.name);
  const all = [...services.values()], headless = all.filter((s) => s.shape === "headless" && s.links.length > 0);
  const pair = headless.find((s) => named(s) && partner(all, s)) ?? headless.find((s) => named(partner(all.filter(named), s))) ?? headless.find((s) => partner(all, s));
  const left = services.get(twin.left) ?? pair ?? headless[0];
  const right = services.get(twin.right) ?? (left && ((pair === left ? partner(all.filter(named), left) : undefined) ?? partner(all, left) ?? another(all, left) ?? all.find((s) => s.shape === "cluster" && s.links.length > 0)));
  return { left, right };
}

/** The selected Service and another over the same pods, which differs in its kind if one does; it alone where there is
 * none, and nothing where the person chose, or selected no Service with pods. @param {{ model: Model, ui: { selected: string, twin: { left: string, right: string } } }} app */
export function beside({ model: { services }, ui: { selected, twin } }) {
  const one = services.get(selected), all = [...services.values()];
  if (!one?.links.length || one.shape === "external" || twin.left || twin.right) return null;
  const headless = one.shape === "headless", other = all.find((s) => (s.shape === "headless") !== headless && s.shape !== "external" && shares(s, one)) ?? another(all, one);
  return headless ? { left: one, right: other } : { left: other, right: one };
}

/** @param {ServiceModel} a @param {ServiceModel} b */
const shares = (a, b) => a.item.ns === b.item.ns && a.links.some((link) => b.links.some((other) => other.pod === link.pod));

/** Any other Service over the same pods: two headless ones may differ in what they publish. @param {ServiceModel[]} all @param {ServiceModel} one */
const another = (all, one) => all.find((s) => s !== one && s.shape !== "external" && shares(s, one));

/** @param {ServiceModel[]} all @param {ServiceModel} one */
const partner = (all, one) => all.find((s) => s.shape !== "headless" && s.shape !== "external" && shares(s, one));

/** @param {App} app @param {ServiceModel} service */
function half(app, service) {
  const { item, shape } = service, headless = shape === "headless", n = service.behind, silent = silentDns(app.state, app.model);
  const says = silent ? "DNS is unreachable." : headless ? (n === 1 ? "DNS says 1 address." : n ? `DNS says ${n} addresses.` : "DNS says NXDOMAIN.") : "DNS says 1 address.";
  const then = silent ? " Nobody answers." : headless ? (n ? " The client chooses the pod." : " No pod is Ready.") : n ? " The proxy chooses the pod." : " Nobody is behind it.";
  return html`<div class=${headless ? "" : "virtual"}><h3><button type="button" class="plain" @click=${() => app.select(item.id)}>${item.name}</button></h3><span class="k">${headless ? "clusterIP: None" : `${item.type} ${item.clusterIP}`}</span>${mini(service, app.model)}<p><b>${says}</b>${then}</p></div>`;
}

/** @param {ServiceModel} service @param {Model} model */
export function mini(service, model) {
  const headless = service.shape === "headless", live = service.links.filter((link) => link.published), shown = live.slice(0, ROWS), more = live.length - shown.length;
  const ys = shown.map((_, i) => 35 + (i - (shown.length - 1) / 2) * 22);
  return svg`<svg width="196" height="70" viewBox="0 0 196 70" aria-hidden="true">
    ${headless ? svg`<rect class="plate-headless" x="1.5" y="23" width="30" height="24" rx="5"></rect>${ys.map((y) => svg`<path class="ray" d=${`M32 35L70 ${y}`}></path>`)}`
    : svg`<rect class="plate-cluster" x="1.5" y="23" width="30" height="24" rx="5"></rect><path class="one thin" d="M32 35H50"></path>${ys.map((y) => svg`<path class="via" d=${`M58 35C66 35 60 ${y} 70 ${y}`}></path>`)}<rect class="knot soft" x="49" y="29.5" width="11" height="11" rx="2" transform="rotate(45 54.5 35)"></rect>`}
    ${shown.map((link, i) => {
      const pod = model.pods.get(link.pod);
      return svg`${podShape({ x: 80, y: ys[i], r: 10, state: pod?.state ?? "unknown", label: pod?.ordinal ?? "", clip: `twin ${service.item.id} ${i}` })}
        ${headless ? svg`<text x="95" y=${ys[i] + 4} class="t-mono mini-ip">${elide(link.address, 101, 11, true)}</text>` : svg`<text x="95" y=${ys[i] + 4} class="s">1 in ${live.length}</text>`}`;
    })}
    ${more > 0 ? svg`<text x="1" y="66" class="xs">+${more} more</text>` : nothing}
    ${shown.length ? nothing : svg`<path class="p-seat" d=${hex(80, 35, 10)}></path>`}</svg>`;
}
