/**
 * The table itself: as many rows as are in sight, one of them reached by Tab, the rest by arrows.
 *
 * @import { App } from "../app/app.js"
 * @import { ColumnOf, Row, Sort } from "./rows.js"
 */
import { html, nothing } from "lit/html.js";
import { live } from "lit/directives/live.js";
import { repeat } from "lit/directives/repeat.js";
import { age, clusterTime } from "../state.js";
import { HUES } from "../picture/words.js";
import { lens } from "../picture/pod.js";
import { icon } from "../panels/icons.js";
import { inSight } from "./rows.js";

export const ROW = 32, PHONE_ROW = 40;

/**
 * @typedef {object} Grid
 * @property {readonly Row[]} rows sorted and kept @property {readonly ColumnOf[]} columns that the API gave @property {readonly number[]} shown which of them
 * @property {boolean} withNamespace @property {boolean} choosable @property {Sort|null} sort @property {ReadonlySet<string>} chosen @property {string} at uid of the row that Tab reaches
 * @property {string} selected id of the object in the panel @property {number} top @property {number} height of what is in sight @property {string} label
 */

/** @param {App} app @param {Grid} grid @param {{ sort: (column: string) => void, all: (on: boolean) => void, choose: (row: Row, how: { range: boolean }) => void, open: (row: Row) => void }} acts */
export function table(app, grid, acts) {
  const { rows, shown, columns, withNamespace, choosable } = grid, each = app.phone ? PHONE_ROW : ROW;
  const { from, to } = inSight(rows.length, grid.top, grid.height, each);
  const heads = [...(withNamespace ? ["Namespace"] : []), ...shown.map((at) => columns[at].name)];
  const all = rows.length > 0 && rows.every((row) => grid.chosen.has(row.uid)), some = !all && rows.some((row) => grid.chosen.has(row.uid)), width = heads.length + (choosable ? 1 : 0);
  return html`<table class="rows" role="grid" aria-label=${grid.label} aria-rowcount=${rows.length + 1} aria-multiselectable=${choosable ? "true" : nothing}>
    <thead><tr role="row" aria-rowindex="1">${choosable ? html`<th class="pick" scope="col"><input type="checkbox" aria-label="Select all ${rows.length}" .checked=${live(all)} .indeterminate=${live(some)} ?disabled=${!rows.length} @change=${(/** @type {any} */ e) => acts.all(e.target.checked)}></th>` : nothing}${heads.map((name) => head(name, columns.find((column) => column.name === name)?.description ?? "", grid.sort, acts))}</tr></thead>
    <tbody>${from ? html`<tr class="gap" aria-hidden="true"><td colspan=${width} .style=${`height:${from * each}px`}></td></tr>` : nothing}
      ${repeat(rows.slice(from, to), (row) => row.uid, (row, i) => line(app, grid, row, from + i, acts))}
      ${to < rows.length ? html`<tr class="gap" aria-hidden="true"><td colspan=${width} .style=${`height:${(rows.length - to) * each}px`}></td></tr>` : nothing}</tbody></table>`;
}

/** @param {string} name @param {string} about @param {Sort|null} sort @param {{ sort: (column: string) => void }} acts */
function head(name, about, sort, acts) {
  const by = sort?.column === name ? sort : null;
  return html`<th scope="col" aria-sort=${by ? (by.down ? "descending" : "ascending") : "none"}><button type="button" title=${about || nothing} @click=${() => acts.sort(name)}>${name}${by ? icon(by.down ? "chevron" : "up", 12) : nothing}</button></th>`;
}

/** @param {App} app @param {Grid} grid @param {Row} row @param {number} index @param {{ choose: (row: Row, how: { range: boolean }) => void, open: (row: Row) => void }} acts */
function line(app, grid, row, index, acts) {
  const picked = grid.chosen.has(row.uid), state = app.state.objects.get(row.id)?.state, now = clusterTime(app.state, app.now);
  return html`<tr role="row" data-uid=${row.uid} aria-rowindex=${index + 2} aria-selected=${grid.choosable ? (picked ? "true" : "false") : nothing} aria-current=${grid.selected === row.id ? "true" : nothing} tabindex=${grid.at === row.uid ? 0 : -1} class="${row.deleting ? "ending" : ""}" @click=${(/** @type {MouseEvent} */ e) => (e.shiftKey && grid.choosable ? acts.choose(row, { range: true }) : acts.open(row))}>
    ${grid.choosable ? html`<td class="pick" @click=${(/** @type {Event} */ e) => e.stopPropagation()}><input type="checkbox" tabindex="-1" aria-label="Select ${row.name}" .checked=${live(picked)} @click=${(/** @type {MouseEvent} */ e) => acts.choose(row, { range: e.shiftKey })}></td>` : nothing}
    ${grid.withNamespace ? html`<td>${row.ns}</td>` : nothing}${grid.shown.map((at, i) => {
    const { name } = grid.columns[at], text = name === "Age" && row.created ? age(now - row.created) : row.cells[at];
    return html`<td class=${i === 0 ? "first mono" : name === "Status" && state ? `c-${hue(state)}` : name === "Ready" && state !== "completed" ? lacking(text, app.state.reasons.get(row.id)) : ""} title=${text && text.length > 40 ? text : nothing}>${i === 0 && state ? lens(state, 12) : nothing}${text}</td>`;
  })}</tr>`;
}

/** @param {string} state */
const hue = (state) => ({ wait: "wait", fail: "fail", gone: "gone" })[HUES[state]] ?? "plain";

/** How "2/3" is coloured: as waiting where some lack, as failed where somebody says why they will not come. Pure.
 * @param {string} text @param {readonly { level: string }[]} [reasons] */
export function lacking(text, reasons = []) {
  const [, ready, wanted] = /^(\d+)\/(\d+)$/.exec(text) ?? [];
  if (ready === undefined || Number(ready) >= Number(wanted)) return "";
  return reasons.some(({ level }) => level === "fail") ? "c-fail" : "c-wait";
}

/** Where a key leads from a row; -1 when it leads nowhere. Pure. @param {string} key @param {number} at @param {number} count @param {number} page */
export function moved(key, at, count, page) {
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: count - 1 }[key];
  return to === undefined || !count ? -1 : Math.max(0, Math.min(count - 1, to));
}
