/** The claims of a seat: they stay when its pod goes, so an empty seat shows those that wait for it. */
import { nothing, svg } from "lit/html.js";
import { elide } from "../layout/geometry.js";

/** @import { Item, Seat, State, Workload } from "../types.d.ts" */

const CYLINDER = "M0 2.2a4.5 2.2 0 0 1 9 0v6a4.5 2.2 0 0 1 -9 0zM0 2.2a4.5 2.2 0 0 0 9 0";

/** The claims that a pod mounts, or that its ordinal left behind. @param {State} state @param {Workload} workload @param {Seat} seat @returns {Item[]} */
export function claimsOf({ objects }, workload, { pod, ordinal }) {
  const names = pod ? pod.claims ?? [] : ordinal === null ? [] : (workload.item?.claims ?? []).map((template) => `${template}-${workload.name}-${ordinal}`);
  return names.flatMap((name) => objects.get(`persistentvolumeclaims/${workload.ns}/${name}`) ?? []);
}

/** "claim data-db-0 Bound, 1Gi" @param {readonly Item[]} claims */
export const claimWords = (claims) => claims.map((claim) => `claim ${claim.name} ${claim.phase || "Pending"}${claim.storage ? `, ${claim.storage}` : ""}`).join(", ");

/** @param {Item} claim @param {boolean} empty whether no pod is there */
export function claimStory(claim, empty) {
  const bound = claim.phase === "Bound" ? `is bound to volume ${claim.volume}${claim.storage ? `, ${claim.storage}` : ""}` : `is ${claim.phase || "Pending"}`;
  return `Claim ${claim.name} ${bound}. ${empty ? "It waits here for the pod of this seat." : "It stays when the pod goes."}`;
}

/** One line beside a seat: its first claim, and how many more. @param {readonly Item[]} claims @param {number} x @param {number} y @param {number} room @param {boolean} empty */
export function volumeLine(claims, x, y, room, empty) {
  const [claim, ...more] = claims;
  if (!claim) return nothing;
  const bound = claim.phase === "Bound", tail = `${bound ? "" : ` ${claim.phase || "Pending"}`}${empty && bound ? " waits" : ""}${more.length ? ` +${more.length}` : ""}`;
  return svg`<g class="volume detail" data-id=${claim.id} data-why=${claimStory(claim, empty)}><path class="vol ${bound ? "" : "vol-wait"}" transform="translate(${x} ${y - 9})" d=${CYLINDER}></path><text class="xs" x=${x + 14} y=${y}>${`${elide(claim.name, room - 14 - tail.length * 6, 11)}${tail}`}</text></g>`;
}
