/**
 * What the tables page shows and what stands in its address: the kind, where, what one looks for, the order, the selected.
 *
 * @import { Row, Sort } from "./rows.js"
 * @import { TableKind } from "./kinds.js"
 */

import { momentIn } from "../app/address.js";
import { address } from "./kinds.js";
import { selectorIn } from "./rows.js";

/**
 * @typedef {object} View
 * @property {string} kind id of a kind @property {string} namespace "" for all @property {string} text @property {string} selector sent to the server
 * @property {Sort|null} sort @property {boolean} wide @property {number} at a revision of the past; 0: the present
 */

/** @param {string} search as in location.search @returns {View} */
export function viewOf(search) {
  const query = new URLSearchParams(search), sort = query.get("sort") ?? "";
  return { kind: query.get("kind") ?? "pods", namespace: query.get("namespace") ?? "", text: query.get("q") ?? "", selector: query.get("selector") ?? "", sort: sort ? { column: sort.replace(/^-/, ""), down: sort.startsWith("-") } : null, wide: query.get("wide") === "1", at: momentIn(search).at ?? 0 };
}

/** @param {View} view @returns {string} "?…", with nothing that is as it would be anyway */
export function searchOf({ kind, namespace, text, selector, sort, wide, at }) {
  const query = new URLSearchParams({ kind });
  if (namespace) query.set("namespace", namespace);
  if (text.trim()) query.set("q", text.trim());
  if (selector) query.set("selector", selector);
  if (sort) query.set("sort", `${sort.down ? "-" : ""}${sort.column}`);
  if (wide) query.set("wide", "1");
  if (at) query.set("at", String(at));
  return `?${query}`;
}

/** A press on a column's head: up, down, as it was. @param {Sort|null} sort @param {string} column @returns {Sort|null} */
export const turned = (sort, column) => (sort?.column !== column ? { column, down: false } : sort.down ? null : { column, down: true });

/** The command that prints this table. @param {string} spoken @param {TableKind} kind @param {View} view */
export function getCommand(spoken, kind, { namespace, selector: sent, text, wide, at }) {
  const selector = [sent, selectorIn(text)].filter(Boolean).join(",");
  if (at) {
    const query = new URLSearchParams({ ...(selector ? { labelSelector: selector } : {}), resourceVersion: String(at), resourceVersionMatch: "Exact" });
    return `kubectl get --raw '${address("", kind, namespace)}?${query}'`;
  }
  const where = !kind.namespaced ? "" : namespace ? (namespace === "default" ? "" : ` -n ${namespace}`) : " -A";
  return `kubectl get ${spoken}${where}${selector ? ` -l ${/[\s(!]/.test(selector) ? `'${selector}'` : selector}` : ""}${wide ? " -o wide" : ""}`;
}

/** What is selected, by uid, of rows that are still there. @param {ReadonlySet<string>} chosen @param {readonly Row[]} rows */
export const chosenOf = (chosen, rows) => rows.filter((row) => chosen.has(row.uid));
