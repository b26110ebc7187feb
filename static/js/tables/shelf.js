/**
 * Which kinds there are: at the left, on a phone in a list to choose from.
 *
 * @import { TableKind } from "./kinds.js"
 */
import { html, nothing } from "lit/html.js";
import { number } from "../picture/words.js";
import { shelves } from "./kinds.js";

/** @param {readonly TableKind[]} kinds @param {string} chosen @param {(kind: TableKind) => number|null} count @param {(kind: TableKind) => string} href @param {(kind: TableKind) => void} go */
export const shelf = (kinds, chosen, count, href, go) => html`${shelves(kinds).map(([name, each]) => html`<section><h2>${name}</h2><ul>${each.map((kind) => {
  const some = count(kind);
  return html`<li><a href=${href(kind)} aria-current=${kind.id === chosen ? "page" : nothing} @click=${(/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(kind);
  }}><span>${plural(kind)}</span>${some === null ? html`<span class="subtle num" title="Counted when it is opened">–</span>` : html`<span class="subtle num">${number(some)}</span>`}</a></li>`;
})}</ul></section>`)}`;

/** @param {readonly TableKind[]} kinds @param {string} chosen @param {(id: string) => void} go */
export const chooser = (kinds, chosen, go) => html`<label class="field kinds-field"><span class="lbl">Kind</span><select aria-label="Kind" .value=${chosen} @change=${(/** @type {any} */ e) => go(e.target.value)}>${shelves(kinds).map(([name, each]) => html`<optgroup label=${name}>${each.map((kind) => html`<option value=${kind.id} ?selected=${kind.id === chosen}>${plural(kind)}</option>`)}</optgroup>`)}</select></label>`;

/** "StatefulSets", "Ingresses": the kind in the plural, as its name is written. @param {TableKind} kind */
export function plural({ kind, resource }) {
  const ending = kind.toLowerCase();
  return resource.startsWith(ending) ? kind + resource.slice(ending.length) : resource.startsWith(ending.slice(0, -1)) ? kind.slice(0, -1) + resource.slice(ending.length - 1) : kind;
}
