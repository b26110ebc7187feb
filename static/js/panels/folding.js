/** Reasons that many seats share, said once and with which seats. Pure. */

import { number } from "../picture/words.js";

/** @import { Reason, Workload } from "../types.d.ts" */

/** So many empty seats of a workload tell their reason; those behind them wait for the same. */
const SEATS_TOLD = 50;

/** What a reason waits for, without which others come first. @param {Reason} reason */
const cause = ({ text }) => text.replace(/;.*$/, "").replace(/\.$/, "");

/** "7", "7, 8", "7 to 299, 310"; the last one stands for `beyond` more. @param {readonly number[]} ordinals in order @param {number} beyond */
function ranges(ordinals, beyond) {
  /** @type {number[][]} */ const runs = [];
  for (const n of ordinals) {
    const last = runs.at(-1);
    if (last && last[1] === n - 1) last[1] = n;
    else runs.push([n, n]);
  }
  runs[runs.length - 1][1] += beyond;
  const said = runs.map(([from, to]) => (from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from} to ${to}`));
  return said.length > 3 ? `${said.slice(0, 3).join(", ")}, …` : said.join(", ");
}

/** What is broken first; beside it nothing else has a tick: "2 of 2 ready." is a remark where nobody answers.
 * @template {Reason} R @param {readonly R[]} list @returns {R[]} */
export function weighed(list) {
  const broken = list.filter(({ level }) => level === "fail"), others = list.filter(({ level }) => level !== "fail");
  return [...broken, ...others.map((each) => (broken.length && each.level === "ok" ? { ...each, level: /** @type {const} */ ("info") } : each))];
}

/**
 * A reason alone stays as it is; those of several seats become one: "293 seats wait for db-6 to be Ready: 7 to 299." The
 * workload's own sentence about the same then says nothing new.
 * @param {readonly Reason[]} list @param {Pick<Workload, "seats"|"beyond">} [workload] whose seats they are @returns {Reason[]}
 */
export function folded(list, workload = { seats: [], beyond: 0 }) {
  /** @type {Map<string, Reason[]>} */ const by = new Map();
  for (const reason of list) {
    const key = `${reason.level} ${cause(reason)}`;
    by.set(key, [...(by.get(key) ?? []), reason]);
  }
  return [...by.values()].flatMap((alike) => {
    const told = alike.flatMap(({ seat }) => (seat === null ? [] : [seat])).sort((a, b) => a - b);
    if (told.length < 2) return alike.filter((reason, i) => alike.findIndex(({ text, seat }) => text === reason.text && seat === reason.seat) === i);
    const cut = told.length >= SEATS_TOLD, last = told[told.length - 1], beyond = cut ? workload.beyond : 0;
    const all = [...told, ...(cut ? workload.seats : []).flatMap(({ pod, ordinal }) => (!pod && ordinal !== null && ordinal > last ? [ordinal] : []))];
    const text = cause(alike[0]), n = number(all.length + beyond);
    const waits = text.startsWith("Waiting for ") ? `${n} seats wait for ${text.slice(12)}` : `${text} (${n} seats)`;
    return [{ ...alike[0], seat: null, text: `${waits}: ${ranges(all, beyond)}.` }];
  });
}
