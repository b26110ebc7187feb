/** What happens after a deletion: whether a controller makes the thing again, or it stays away. Pure. */

/** @import { Item } from "../types.d.ts" */

/** Kinds whose controllers keep as many of theirs as are wanted. */
const MAKERS = new Set(["StatefulSet", "ReplicaSet", "DaemonSet", "Deployment", "ReplicationController"]);
const ENDED = new Set(["completed", "failed"]);

/** Such a thing may be deleted at the first press; what stays away is asked for once. @param {Pick<Item, "owner"|"state">} item */
export function comesBack({ owner, state }) {
  return MAKERS.has(owner?.kind ?? "") || (owner?.kind === "Job" && !ENDED.has(state ?? ""));
}

/** What a deletion means, in a sentence. @param {Pick<Item, "owner"|"state"|"resource"|"wanted">} item */
export function afterDeletion(item) {
  if (comesBack(item)) return `${item.owner?.kind} ${item.owner?.name} makes another one.`;
  if (item.resource === "namespaces") return "It stays away, with all that is in it.";
  return item.wanted !== undefined ? "It stays away, and its pods go with it." : "It stays away: nothing makes it again.";
}
