/** What is made again after a deletion, and what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { afterDeletion, comesBack } from "../../static/js/model/again.js";

const owned = (kind, state) => ({ resource: "pods", owner: { kind, name: "db", uid: "1" }, state });
for (const [item, back, words] of [
  [owned("StatefulSet", "ready"), true, "StatefulSet db makes another one."],
  [owned("ReplicaSet", "failed"), true, "ReplicaSet db makes another one."],
  [owned("DaemonSet", "pending"), true, "DaemonSet db makes another one."],
  [owned("Job", "ready"), true, "Job db makes another one."],
  [owned("Job", "completed"), false, "It stays away: nothing makes it again."],
  [{ resource: "replicasets", owner: { kind: "Deployment", name: "web", uid: "2" }, wanted: 3 }, true, "Deployment web makes another one."],
  [{ resource: "jobs", owner: { kind: "CronJob", name: "nightly", uid: "3" }, wanted: 1 }, false, "It stays away, and its pods go with it."],
  [{ resource: "pods", owner: null, state: "ready" }, false, "It stays away: nothing makes it again."],
  [{ resource: "services", owner: null }, false, "It stays away: nothing makes it again."],
  [{ resource: "statefulsets", owner: null, wanted: 0 }, false, "It stays away, and its pods go with it."],
  [{ resource: "namespaces", owner: null }, false, "It stays away, with all that is in it."],
]) test(`${item.resource} of ${item.owner?.kind ?? "nobody"}${item.state ? `, ${item.state}` : ""}`, () => {
  assert.equal(comesBack(item), back);
  assert.equal(afterDeletion(item), words);
});
