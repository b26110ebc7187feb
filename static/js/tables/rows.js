/** Rows of a table of objects: read from the API's Table, kept by what one looks for, sorted as a person expects. Pure. */
import { meets, parseSelector } from "../model/find.js";

/** @import { Labels } from "../types.d.ts" */
/** @typedef {{ name: string, type: string, priority: number, description: string }} ColumnOf */
/** @typedef {{ uid: string, id: string, name: string, ns: string, rv: string, labels: Labels, created: number, deleting: boolean, cells: readonly string[] }} Row */
/** @typedef {{ column: string, down: boolean }} Sort */

/** @param {any} table meta.k8s.io Table @returns {ColumnOf[]} */
export const columnsOf = (table) => (table.columnDefinitions ?? []).map((/** @type {any} */ each) => ({ name: each.name, type: each.type, priority: each.priority ?? 0, description: each.description ?? "" }));

/** @param {any} table @param {string} resource @returns {Row[]} */
export const rowsOf = (table, resource) => (table.rows ?? []).map((/** @type {any} */ row) => {
  const meta = row.object?.metadata ?? {};
  return {
    uid: meta.uid ?? `${meta.namespace ?? ""}/${meta.name}`, id: `${resource}/${meta.namespace ?? ""}/${meta.name}`, name: meta.name, ns: meta.namespace ?? "", rv: meta.resourceVersion ?? "",
    labels: meta.labels ?? {}, created: Date.parse(meta.creationTimestamp ?? "") / 1000 || 0, deleting: Boolean(meta.deletionTimestamp),
    cells: (row.cells ?? []).map((/** @type {unknown} */ cell) => (cell === null || cell === undefined ? "" : String(cell))),
  };
});

/** The selector that a text is; "" where it is only words to look for. @param {string} text */
export const selectorIn = (text) => (/[=!]|\s(in|notin)\s*\(/i.test(text) && parseSelector(text) ? text.trim() : "");

/**
 * What is left of the rows: words are looked for in name, namespace and cells; what reads as a selector is one.
 * @param {readonly Row[]} rows @param {string} text @returns {readonly Row[]}
 */
export function kept(rows, text) {
  const words = text.trim().toLowerCase();
  if (!words) return rows;
  const terms = selectorIn(text) ? parseSelector(text) : null;
  if (terms) return rows.filter((row) => meets(terms, row.labels));
  return rows.filter((row) => words.split(/\s+/).every((word) => row.name.includes(word) || row.ns.startsWith(word) || row.cells.some((cell) => cell.toLowerCase().includes(word))));
}

const UNITS = /** @type {Record<string, number>} */ ({ n: 1e-9, u: 1e-6, m: 1e-3, "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 });
const SECONDS = /** @type {Record<string, number>} */ ({ s: 1, m: 60, h: 3600, d: 86400, y: 31536000 });

/**
 * What a cell is sorted by: a number for ages, quantities, "2/3" (how much of it) and addresses, else its words.
 * A number ends what is no more than one: "3 (5m ago)".
 * @param {string} cell @param {string} column
 * @returns {number|string}
 */
export function sortKey(cell, column) {
  if (/^(age|last seen|first seen|last schedule|duration|restarts?|created at)$/i.test(column) || (!/cpu/i.test(column) && /^(\d+[smhdy])+$/.test(cell))) {
    const time = [...cell.matchAll(/(\d+)([smhdy])/g)], number = /^-?\d+/.exec(cell);
    if (/^restarts?$/i.test(column) && number) return Number(number[0]);
    if (time.length) return time.reduce((sum, [, n, unit]) => sum + Number(n) * SECONDS[unit], 0);
  }
  const ratio = /^(\d+)\/(\d+)$/.exec(cell);
  if (ratio) return Number(ratio[2]) ? Number(ratio[1]) / Number(ratio[2]) + Number(ratio[2]) * 1e-9 : 0;
  const quantity = /^(-?\d+(?:\.\d+)?)([numkKMGTPE]?i?)%?$/.exec(cell);
  if (quantity && quantity[2] in UNITS) return Number(quantity[1]) * UNITS[quantity[2]];
  const address = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(cell);
  if (address) return address.slice(1).reduce((sum, part) => sum * 256 + Number(part), 0);
  return cell;
}

const words = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/**
 * Equal ones stay in the order of namespace and name. What is unknown or empty stands last either way.
 * @param {readonly Row[]} rows @param {readonly ColumnOf[]} columns @param {Sort|null} sort @returns {readonly Row[]}
 */
export function sorted(rows, columns, sort) {
  const byName = (/** @type {Row} */ a, /** @type {Row} */ b) => words.compare(a.ns, b.ns) || words.compare(a.name, b.name);
  if (!sort) return [...rows].sort(byName);
  const at = columns.findIndex((column) => column.name === sort.column);
  const keyed = rows.map((row) => ({ row, key: sort.column === "Namespace" ? row.ns : sort.column === "Age" ? -row.created : at < 0 ? "" : sortKey(row.cells[at], sort.column), empty: sort.column !== "Namespace" && sort.column !== "Age" && /^(|<none>|<unknown>|<unset>)$/.test(row.cells[at] ?? "") }));
  const way = sort.down ? -1 : 1;
  keyed.sort((a, b) => {
    if (a.empty !== b.empty) return a.empty ? 1 : -1;
    const both = typeof a.key === "number" && typeof b.key === "number";
    const by = both ? Number(a.key) - Number(b.key) : words.compare(String(a.key), String(b.key));
    return by * way || byName(a.row, b.row);
  });
  return keyed.map(({ row }) => row);
}

/** Which rows stand in sight, with some beyond each edge. @param {number} count @param {number} top @param {number} height @param {number} each all in pixels @returns {{ from: number, to: number }} */
export function inSight(count, top, height, each, more = 8) {
  const from = Math.max(0, Math.floor(top / each) - more);
  return { from, to: Math.min(count, Math.ceil((top + height) / each) + more) };
}

/** Everything between two rows, both included, in the order shown. @param {readonly Row[]} rows @param {string} one @param {string} other uids */
export function between(rows, one, other) {
  const a = rows.findIndex((row) => row.uid === one), b = rows.findIndex((row) => row.uid === other);
  if (a < 0 || b < 0) return rows.filter((row) => row.uid === other);
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/**
 * What is chosen after a press on a row: it turns, and takes those between it and the row pressed before along.
 * @param {ReadonlySet<string>} chosen @param {readonly Row[]} rows as shown @param {string} uid @param {string} from the row pressed before, when it is to reach from there; otherwise empty
 */
export function pressed(chosen, rows, uid, from) {
  const next = new Set(chosen), on = !chosen.has(uid);
  for (const each of between(rows, from, uid)) if (on) next.add(each.uid);
  else next.delete(each.uid);
  return next;
}
