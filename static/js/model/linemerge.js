/** Two changes of one text brought together, line by line, as `kubectl edit` lets both stand where they do not meet. Pure. */
import { between } from "./linediff.js";

/** @typedef {{ from: number, to: number, lines: string[] }} Stretch lines from..to of the text before are these now */

/**
 * `before` as both `mine` and `theirs` have changed it; null where both changed the same lines differently.
 * @param {string} before @param {string} mine @param {string} theirs @returns {string|null}
 */
export function merged(before, mine, theirs) {
  const base = before.split("\n"), changes = [...stretches(base, mine.split("\n")), ...stretches(base, theirs.split("\n"))];
  changes.sort((a, b) => a.from - b.from || a.to - b.to);
  /** @type {string[]} */ const found = [];
  let at = 0, last = /** @type {Stretch|null} */ (null);
  for (const each of changes) {
    if (last && same(last, each)) continue;
    if (last && (each.from < last.to || (each.from === last.from && each.to === last.to))) return null;
    found.push(...base.slice(at, each.from), ...each.lines);
    at = each.to;
    last = each;
  }
  return [...found, ...base.slice(at)].join("\n");
}

/** @param {Stretch} one @param {Stretch} other */
const same = (one, other) => one.from === other.from && one.to === other.to && one.lines.join("\n") === other.lines.join("\n");

/** @param {string[]} before @param {string[]} after @returns {Stretch[]} */
function stretches(before, after) {
  /** @type {Stretch[]} */ const found = [];
  let at = 0, open = /** @type {Stretch|null} */ (null);
  for (const { sign, text } of between(before, after)) {
    if (sign === " ") {
      open = null;
      at += 1;
      continue;
    }
    if (!open) found.push((open = { from: at, to: at, lines: [] }));
    if (sign === "+") open.lines.push(text);
    else open.to = at += 1;
  }
  return found;
}
