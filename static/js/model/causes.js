/** Why the pods of a workload do not do what they are there for, each cause once. Pure. */

/** @import { Item, Reason, Workload } from "../types.d.ts" */
/** @typedef {{ level: "fail"|"wait", text: string, pods: Item[] }} Cause pods: who have it, never none */

const WELL = new Set(["ready", "completed", "terminating"]);

/** What most of them suffer from before what few do, and what is broken before what waits.
 * @param {Pick<Workload, "pods">} workload @param {ReadonlyMap<string, readonly Reason[]>} reasons @returns {Cause[]} */
export function podCauses({ pods }, reasons) {
  /** @type {Map<string, Cause>} */ const found = new Map();
  for (const pod of pods) {
    if (WELL.has(pod.state ?? "")) continue;
    const told = reasons.get(pod.id) ?? [], one = told.find(({ level }) => level === "fail") ?? told.find(({ level }) => level === "wait");
    const said = one ? { level: /** @type {Cause["level"]} */ (one.level), text: one.text } : pod.state === "failed" && pod.why ? { level: /** @type {const} */ ("fail"), text: `${pod.why}.` } : null;
    if (!said) continue;
    const known = found.get(said.text);
    if (known) known.pods.push(pod);
    else found.set(said.text, { ...said, pods: [pod] });
  }
  return [...found.values()].sort((a, b) => Number(b.level === "fail") - Number(a.level === "fail") || b.pods.length - a.pods.length);
}

/** "web-0", "web-0 and web-1", "web-0 and 31 more" @param {readonly string[]} names */
export const several = (names) => (names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(" and "));
