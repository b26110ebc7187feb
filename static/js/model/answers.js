/** An answer as rows: what each record names, what stood there before, and what is there no longer. Pure. */

/** @import { Answer, DnsRecord } from "../types.d.ts" */
import { compare } from "./derive.js";
import { FRESH } from "../state.js";

/** @typedef {{ record: DnsRecord, target: string|null, was: string }} Row `was` is struck through for a moment */

/** Whether the answer changed a moment ago. @param {Answer} answer @param {number} now ms */
export const isFresh = (answer, now) => now - answer.changedAt < FRESH && answer.before !== null;

/** The address under which the answer before named the same thing, "" when it is `now` too.
 * @param {Answer} answer @param {string} target @param {string} now */
export function former(answer, target, now) {
  const ip = answer.before?.targets.find((each) => each.id === target)?.ip ?? "";
  return ip === now ? "" : ip;
}

/** @param {Answer} answer @param {number} now ms @returns {{ rows: Row[], gone: string[] }} rows in the order of what they name */
export function rowsOf(answer, now) {
  const { walk } = answer, fresh = isFresh(answer, now);
  const named = new Map((walk?.targets ?? []).map(({ ip, id }) => [ip, id]));
  const rows = (walk?.records ?? []).map((record) => {
    const target = named.get(record.data) ?? null;
    return { record, target, was: fresh && target ? former(answer, target, record.data) : "" };
  });
  rows.sort((a, b) => inOrder(a.target ?? "", b.target ?? "") || compare(a.record.data, b.record.data));
  if (!fresh) return { rows, gone: [] };
  const there = new Set(rows.flatMap(({ record, was }) => [record.data, was]));
  return { rows, gone: (answer.before?.records ?? []).map((record) => record.data).filter((data) => !there.has(data)) };
}

/** web-2 before web-10. @param {string} a @param {string} b */
function inOrder(a, b) {
  const [one, other] = [a, b].map((id) => /^(.*?)(\d*)$/.exec(id) ?? ["", id, ""]);
  return compare(one[1], other[1]) || Number(one[2]) - Number(other[2]);
}
