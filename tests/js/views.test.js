/** Other ways to look at the same cluster, what a filter leaves, and how an address says both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { layout } from "../../static/js/layout.js";
import { spots } from "../../static/js/app/walkabout.js";
import { sights, withSights } from "../../static/js/app/address.js";
import { derive } from "../../static/js/model/derive.js";
import { choices, kept, keptWords, NO_FILTER } from "../../static/js/model/filter.js";
import { byNode, labelKeys, placed, subject, viewOf, viewText } from "../../static/js/model/views.js";
import { bandName, machineName } from "../../static/js/picture/words.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, demo, node, pod, snapshot } from "./frames.js";

const state = (objects) => reduce(initial(), [snapshot(objects)], 1);
const VIEW = (text) => viewOf(text);

test("an address says view and filter, and what it cannot mean is left out", () => {
  const search = "?lang=en&view=label%3Atier&ns=shop%2Cdata&selector=tier+in+%28web%29&state=failed&kind=Job";
  const { view, filter } = sights(search);
  assert.deepEqual([view, filter], [{ by: "label", key: "tier" }, { ns: ["shop", "data"], selector: "tier in (web)", state: ["failed"], kind: ["Job"] }]);
  assert.equal(withSights(search, view, filter), search);
  assert.equal(withSights("?view=node&lang=en", VIEW("service"), NO_FILTER), "?lang=en");
  assert.deepEqual(sights("?view=upside-down&state=asleep&selector=((&ns=a%20b"), { view: { by: "service", key: "" }, filter: NO_FILTER });
  for (const text of ["service", "workload", "node", "label:app.kubernetes.io/name"]) assert.equal(viewText(VIEW(text)), text);
});

test("what a filter leaves must fit all its parts", () => {
  const model = derive(state(crowd())), words = (filter) => keptWords(model, kept(model, { ...NO_FILTER, ...filter }), false);
  assert.equal(kept(model, NO_FILTER), null);
  assert.equal(words({ selector: "tier in (web, data)" }), "22 of 41 workloads match, 532 pods");
  assert.equal(words({ ns: ["shop"] }), "13 of 41 workloads match, 397 pods");
  assert.equal(words({ state: ["failed"] }), "3 of 41 workloads match, 10 pods");
  assert.equal(words({ state: ["failed"], kind: ["StatefulSet"] }), "1 of 41 workloads matches, 1 pod");
  assert.equal(words({ state: ["seat"] }), "1 of 41 workloads matches, 0 pods");
  assert.equal(words({ ns: ["shop"], selector: "tier=data" }), "Nothing matches");
  const left = kept(model, { ...NO_FILTER, state: ["failed"] });
  assert.deepEqual([...left.services].sort(), ["services/data/zookeeper", "services/shop/checkout"], "Services that lead to what is left");
  assert.deepEqual(choices(model, false).kind, ["Deployment", "StatefulSet"]);
});

test("grouped by a label each workload stands with its value, those without it last", () => {
  const objects = [...crowd(), pod("shop", "lonely", { seat: 0 })], picture = layout(state(objects), { width: 1120, view: VIEW("label:tier") });
  assert.deepEqual(picture.bands.map((band) => `${band.name} ${band.namespace.workloads.length} ${band.namespace.pods}`), ["data 9 135", "infra 19 664", "web 13 397", "no tier 1 1"]);
  assert.equal(bandName(picture.bands[2]), "tier web, 12 Deployments, 1 StatefulSet, 397 pods, 375 ready");
  assert.deepEqual(labelKeys(derive(state(objects))).slice(0, 2), ["app", "tier"]);
});

test("a workload whose pods differ in the label stands in each group with its own", () => {
  const objects = crowd().map((item) => (item.resource === "pods" && item.name === "etcd-0" ? { ...item, labels: { ...item.labels, tier: "web" } } : item));
  const tiles = layout(state(objects), { width: 1120, view: VIEW("label:tier") }).tiles.filter((tile) => tile.workload.name === "etcd");
  assert.deepEqual(tiles.map((tile) => [tile.id, tile.ns, tile.workload.ready, tile.workload.wanted]), [["statefulsets/data/etcd", "data", 4, 4], ["statefulsets/data/etcd@web", "web", 1, 1]]);
  assert.equal(subject("statefulsets/data/etcd@web"), "statefulsets/data/etcd");
});

test("by node each node has its pods, with what keeps others away; pods without one come last", () => {
  const objects = [...demo(3), { ...node("node-2"), cordoned: true, taints: ["dedicated=db:NoSchedule", "node.kubernetes.io/unschedulable:NoSchedule"], room: { pods: "110", cpu: "4", memory: "16Gi" } }, { ...node("node-3"), ready: false }, pod("default", "waits", { seat: 0, node: "", state: "pending" })];
  const picture = layout(state(objects), { width: 1120, level: "near", view: VIEW("node") });
  assert.deepEqual(picture.bands.map(bandName), [
    "Node node-1, 3 pods, 3 ready", "Node node-2, cordoned, taint dedicated=db:NoSchedule, 0 pods, room for 110 pods, 4 CPU, 16Gi",
    "Node node-3, not ready, 0 pods", "No node yet, 1 pod, 0 ready"]);
  assert.equal(machineName(picture.tiles[3].workload), "Pods without a node, 0 of 1 ready, 1 pending");
  assert.deepEqual(spots(picture).map((spot) => spot.id).slice(0, 3), ["nodes//node-1", "pods/default/app-stateful-0", "pods/default/app-stateful-1"]);
  assert.deepEqual(["on/node-1", "namespaces//default", "labels/tier/web", "pods/default/a"].map(subject), ["nodes//node-1", "", "", "pods/default/a"]);
});

const addresses = fc.uniqueArray(fc.integer({ min: 10, max: 253 }), { maxLength: 90 });
const standing = (numbers) => numbers.map((number, i) => pod("default", `p${i}`, { ip: `10.244.0.${number}`, created: i }));

test("a pod that comes pushes none off its place; one that ends moves only what it had pushed aside", () => {
  fc.assert(fc.property(addresses, fc.nat(), (numbers, pick) => {
    const at = (pods) => new Map(placed(pods, 100).map((seat) => [seat.pod.name, seat.index]));
    const all = standing(numbers), whole = at(all), fewer = at(all.slice(0, -1));
    for (const [name, index] of fewer) assert.equal(whole.get(name), index, `${name} stays when another comes`);
    assert.equal(new Set(whole.values()).size, all.length, "one pod a place");
    const gone = all[pick % (all.length || 1)], after = at(all.filter((one) => one !== gone));
    for (const { name, created, ip } of all) if (created < gone.created || Number(ip.split(".")[3]) - 10 === whole.get(name)) if (name !== gone.name) assert.equal(after.get(name), whole.get(name), `${name} stays when ${gone.name} ends`);
  }));
});

test("nodes that did not change are the same objects", () => {
  const before = state(crowd()), [one, ...rest] = byNode(before, derive(before).namespaces, false);
  const other = { ...before, objects: new Map(before.objects) }, [again] = byNode(other, derive(other).namespaces, false);
  assert.equal(again, one);
  assert.equal(rest.length, 0);
});
