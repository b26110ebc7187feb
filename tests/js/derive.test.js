/** From objects to seats and links. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive, lacking, selects } from "../../static/js/model/derive.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, endpoint, namespace, pod, seated, service, slice, snapshot, workload } from "./frames.js";

const model = (objects) => derive(reduce(initial(), [snapshot(objects)], 1));
const of = (m, id) => m.services.get(id).links.map((l) => `${l.pod.split("/")[2]} ${l.published ? l.address : `- ${l.why}`}`);

test("the demo: one Service selects nothing, two select the same pods", () => {
  const m = model(demo(5, 3));
  assert.deepEqual(of(m, "services/default/headless-svc"), []);
  const wanted = ["app-stateful-0 10.244.0.10", "app-stateful-1 10.244.0.11", "app-stateful-2 10.244.0.12", "app-stateful-3 - is not running yet"];
  assert.deepEqual(of(m, "services/default/headless-svc-stateful"), wanted);
  assert.deepEqual(of(m, "services/default/web"), wanted);
  assert.equal(m.services.get("services/default/web").links[0].share, 1 / 3);
  assert.equal(m.services.get("services/default/headless-svc-stateful").links[0].share, 0);
});

test("seats: a StatefulSet keeps one for every ordinal it wants", () => {
  const [set] = [...model(demo(5, 3)).workloads.values()];
  assert.deepEqual(set.seats.map((s) => `${s.ordinal} ${s.state}`), ["0 ready", "1 ready", "2 ready", "3 creating", "4 seat"]);
  assert.equal(set.worst, "wait");
  assert.equal(set.ready, 3);
});

test("ordinals may start elsewhere", () => {
  const labels = { app: "x" }, m = model([workload("statefulsets", "StatefulSet", "default", "x", 2, { start: 5, selector: labels }), seated("default", "x", 6, "x", labels)]);
  assert.deepEqual([...m.workloads.values()][0].seats.map((s) => `${s.index} ${s.ordinal} ${s.state}`), ["0 5 seat", "1 6 ready"]);
});

test("two pods on one seat: the older keeps it, the newer takes the lowest free one", () => {
  const home = { id: "deployments/default/d", kind: "Deployment", name: "d" };
  const m = model([workload("deployments", "Deployment", "default", "d", 2), pod("default", "d-old", { seat: 0, created: 1, workload: home }), pod("default", "d-new", { seat: 0, created: 2, workload: home })]);
  assert.deepEqual(m.workloads.get(home.id).seats.map((s) => s.pod.name), ["d-old", "d-new"]);
});

const deployed = (wanted, ...pods) => {
  const home = { id: "deployments/default/d", kind: "Deployment", name: "d" };
  const all = pods.map(([name, seat, more]) => pod("default", name, { seat, workload: home, ...more }));
  const found = model([workload("deployments", "Deployment", "default", "d", wanted), ...all]).workloads.get(home.id);
  return { ...found, said: found.seats.map((s) => `${s.index} ${s.pod?.name ?? s.state}`) };
};

test("of two pods on one seat the one that leaves makes room", () => {
  const leaves = { created: 1, deleting: true, state: "terminating" };
  assert.deepEqual(deployed(3, ["a", 0], ["old", 1, leaves], ["c", 2], ["new", 1, { created: 9 }]).said, ["0 a", "1 new", "2 c", "3 old"]);
});

test("as many seats stand empty as pods are missing", () => {
  for (const [what, wanted, pods, said, empty] of [
    ["one is missing", 3, [["a", 0], ["c", 2]], ["0 a", "1 seat", "2 c"], 1],
    ["all are there, though not side by side", 3, [["a", 0], ["c", 2], ["d", 3]], ["0 a", "2 c", "3 d"], 0],
    ["one more is wanted", 4, [["a", 0], ["d", 3], ["e", 4]], ["0 a", "1 seat", "3 d", "4 e"], 1],
    ["one leaves, and nobody has come yet", 2, [["a", 0], ["b", 1, { deleting: true, state: "terminating" }]], ["0 a", "1 b"], 0],
    ["none is there", 2, [], ["0 seat", "1 seat"], 2],
  ]) {
    const found = deployed(wanted, ...pods);
    assert.deepEqual(found.said, said, what);
    assert.equal(found.counts.seat ?? 0, empty, what);
  }
  assert.equal(deployed(3, ["a", 0], ["c", 2], ["d", 3]).worst, "ok");
});

test("a last pod on its own stands below no empty room", () => {
  const places = (/** @type {number[]} */ ...seats) => model(seats.map((seat) => pod("default", `p-${seat}`, { seat }))).workloads.get("loose/default")?.seats.map(({ index, pod: one }) => `${index} ${one?.name}`);
  assert.deepEqual(places(1), ["0 p-1"]);
  assert.deepEqual(places(1, 2), ["1 p-1", "2 p-2"]); // among others nothing moves for one place
  assert.deepEqual(places(0, 6), ["0 p-0", "1 p-6"]);
});

test("a pod that a scale down left far out comes in", () => {
  assert.deepEqual(deployed(2, ["a", 0], ["far", 7]).said, ["0 a", "1 far"]);
  assert.deepEqual(deployed(2, ["a", 0], ["b", 1], ["gone", 7, { deleting: true, state: "terminating" }]).said, ["0 a", "1 b", "7 gone"]);
});

test("a ReplicaSet of a Deployment has no tile of its own; a pod without an owner stands with others like it", () => {
  const m = model([workload("deployments", "Deployment", "default", "d", 1), workload("replicasets", "ReplicaSet", "default", "d-1", 1, { owner: { kind: "Deployment", name: "d", uid: "u" } }), workload("replicasets", "ReplicaSet", "default", "bare", 1), pod("default", "debug", { seat: 0 })]);
  assert.deepEqual([...m.workloads.keys()].sort(), ["deployments/default/d", "loose/default", "replicasets/default/bare"]);
});

test("a DaemonSet's pods that stay on a node that would get none now are wanted too, one a node", () => {
  const home = { id: "daemonsets/default/log", kind: "DaemonSet", name: "log" }, on = (name, node, seat) => pod("default", name, { node, seat, workload: home });
  const wanted = (...pods) => model([workload("daemonsets", "DaemonSet", "default", "log", 1), ...pods]).workloads.get(home.id);
  const lost = wanted(on("log-a", "node-1", 0), on("log-b", "node-2", 1));
  assert.equal(`${lost.ready}/${lost.wanted}`, "2/2");
  assert.equal(wanted(on("log-a", "node-1", 0), on("log-new", "node-1", 1)).wanted, 1);
  assert.equal(wanted().wanted, 1);
});

test("a CronJob's Jobs stand in its tile, and what has run to its end counts there and in a Job's own", () => {
  const nightly = { id: "cronjobs/default/nightly", kind: "CronJob", name: "nightly" }, once = { id: "jobs/default/once", kind: "Job", name: "once" };
  const bare = { wanted: undefined, ready: undefined };
  const m = model([
    workload("cronjobs", "CronJob", "default", "nightly", 0, bare), workload("jobs", "Job", "default", "nightly-1", 1, { owner: { kind: "CronJob", name: "nightly", uid: "u" } }),
    workload("jobs", "Job", "default", "once", 3, { ready: 1 }),
    pod("default", "nightly-1-a", { seat: 0, state: "completed", workload: nightly }), pod("default", "nightly-2-a", { seat: 0, state: "ready", workload: nightly }),
    pod("default", "once-a", { seat: 0, state: "completed", workload: once }), pod("default", "once-b", { seat: 1, state: "ready", workload: once }),
  ]);
  assert.deepEqual([...m.workloads.values()].map((w) => `${w.kind} ${w.ready}/${w.wanted} ${w.seats.map((s) => s.state).join()}`).sort(), ["CronJob 1/2 completed,ready", "Job 1/3 completed,ready"]);
});

for (const [name, more, published] of [
  ["ready", {}, true], ["not ready", { state: "notready" }, false], ["ending", { state: "terminating" }, false],
]) {
  test(`a selected pod that is ${name} is ${published ? "" : "not "}published, and with publishNotReady always`, () => {
    const labels = { app: "x" }, one = pod("default", "x-0", { ip: "10.0.0.1", labels, ...more });
    const link = (extra) => model([one, service("default", "s", labels, "None", extra), slice("default", "s", [endpoint(one)])]).services.get("services/default/s").links[0];
    assert.equal(link({}).published, published);
    assert.equal(link({ publishNotReady: true }).published, true);
    assert.equal(link({}).why === "", published);
  });
}

test("a Service without a selector follows the slices somebody wrote", () => {
  const m = model([pod("default", "a", { ip: "10.0.0.1" }), service("default", "s", null, "10.96.0.9"), slice("default", "s", [{ ip: ["10.0.0.1"], ready: true, serving: true, terminating: false, pod: "a" }, { ip: ["192.0.2.1"], ready: true, serving: true, terminating: false, pod: null }])]);
  assert.deepEqual(of(m, "services/default/s"), ["a 10.0.0.1"]);
  const { outside, published, behind, links } = m.services.get("services/default/s");
  assert.deepEqual({ outside, published, behind, shares: links.map((link) => link.share) }, { outside: ["192.0.2.1"], published: 1, behind: 2, shares: [0.5] });
});

test("links stand in the order of seats, not of letters", () => {
  const labels = { app: "x" }, pods = [10, 2, 0].map((n) => seated("default", "x", n, "x", labels));
  assert.deepEqual(of(model([...pods, service("default", "x", labels), slice("default", "x", pods.map(endpoint))]), "services/default/x").map((line) => line.split(" ")[0]), ["x-0", "x-2", "x-10"]);
});

test("a Service never selects across namespaces", () => {
  const labels = { app: "x" };
  assert.deepEqual(of(model([namespace("b"), pod("b", "x", { labels }), service("default", "s", labels)]), "services/default/s"), []);
});

test("selectors", () => {
  for (const [selector, labels, met] of [[{ a: "1" }, { a: "1", b: "2" }, true], [{ a: "1", b: "2" }, { a: "1" }, false], [{}, { a: "1" }, false], [null, { a: "1" }, false]]) assert.equal(selects(selector, labels), met);
});

test("the same objects give the same model, without work", () => {
  const state = reduce(initial(), [snapshot(demo())], 1);
  assert.equal(derive(state), derive({ ...state, said: "else" }));
});

test("seats nobody could draw are counted only", () => {
  const most = 2147483647, labels = { app: "x" };
  const m = model([workload("statefulsets", "StatefulSet", "default", "x", most, { selector: labels }), seated("default", "x", 3, "x", labels)]);
  const [set] = [...m.workloads.values()];
  assert.equal(set.seats.length, 1001);
  assert.equal(set.seats.length + set.beyond, most);
  assert.equal(set.counts.seat, most - 1);
  assert.deepEqual(set.seats.slice(2, 5).map((s) => `${s.index} ${s.state}`), ["2 seat", "3 ready", "4 seat"]);
});

test("a pod that has none of the ports a ClusterIP Service asks for by name gets nothing; a headless one names it", () => {
  const labels = { app: "x" }, pods = [0, 1].map((i) => pod("default", `x-${i}`, { ip: `10.244.0.${i + 4}`, seat: i, labels }));
  const ports = [{ name: "", port: 80, targetPort: "web", protocol: "TCP", nodePort: 0 }], without = (name) => ({ ...slice("default", name, pods.map(endpoint)), ports: [] });
  const m = model([...pods, service("default", "x", labels, "10.96.0.7", { ports }), without("x"), service("default", "peers", labels, "None", { ports }), without("peers")]);
  assert.deepEqual(of(m, "services/default/x"), ["x-0 - has no port named web", "x-1 - has no port named web"]);
  assert.equal(lacking(m.services.get("services/default/x")), "has a port named web");
  assert.deepEqual(m.services.get("services/default/x").links.map((one) => one.cause), ["no-port", "no-port"]);
  assert.deepEqual(of(m, "services/default/peers"), ["x-0 10.244.0.4", "x-1 10.244.0.5"]);
});
