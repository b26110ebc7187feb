/** Two changes of one text brought together, line by line, as `kubectl edit` lets both stand where they do not meet. Pure. */
import { between } from "./linediff.js";

/** @typedef {{ from: number, to: number, lines: string[] }} Stretch lines from..to of the text before are these now */

/**
 * `before` as both `mine` and `theirs` have changed it. Where both changed the same lines differently the one stands that
 * `first` names; null if that is nobody.
 * @param {string} before @param {string} mine @param {string} theirs @param {"mine"|"theirs"|""} [first] @returns {string|null}
 */
export function merged(before, mine, theirs, first = "") {
  const base = before.split("\n"), own = stretches(base, mine.split("\n")), other = stretches(base, theirs.split("\n"));
  const apart = (/** @type {Stretch[]} */ all, /** @type {Stretch[]} */ from) => all.filter((each) => !from.some((one) => meet(one, each)));
  const [one, two] = [first === "theirs" ? apart(own, other) : own, first === "mine" ? apart(other, own) : other];
  if (apart(one, two).length < one.length) return null;
  /** @type {string[]} */ const found = [];
  let at = 0, last = /** @type {Stretch|null} */ (null);
  for (const each of [...one, ...two].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (last && same(last, each)) continue;
    found.push(...base.slice(at, each.from), ...each.lines);
    at = each.to;
    last = each;
  }
  return [...found, ...base.slice(at)].join("\n");
}

/** Whether two change the same lines, or put something in at one place, and differ. @param {Stretch} one @param {Stretch} other */
const meet = (one, other) => !same(one, other) && ((one.from < other.to && other.from < one.to) || (one.from === other.from && one.to === other.to));

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
