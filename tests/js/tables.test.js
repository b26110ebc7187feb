// The tables page's pure parts: kinds out of a discovery, rows kept and sorted, what stands in the address, commands.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { address, kindNamed, kindsOf, shelves, spoken } from "../../static/js/tables/kinds.js";
import { commands, request, verbsOf } from "../../static/js/tables/doing.js";
import { lacking, moved } from "../../static/js/tables/grid.js";
import { between, inSight, kept, pressed, rowsOf, sorted, sortKey } from "../../static/js/tables/rows.js";
import { plural } from "../../static/js/tables/shelf.js";
import { getCommand, searchOf, turned, viewOf } from "../../static/js/tables/view.js";

const resource = (name, kind, verbs = "list watch delete get", more = {}) => ({ resource: name, responseKind: { kind }, singularResource: kind.toLowerCase(), scope: "Namespaced", verbs: verbs.split(" "), ...more });
const group = (name, version, ...resources) => ({ metadata: { name }, versions: [{ version, resources }] });
const KINDS = kindsOf([
  { items: [group("", "v1", resource("pods", "Pod"), resource("bindings", "Binding", "create"), resource("nodes", "Node", "list watch delete", { scope: "Cluster" }), resource("events", "Event"))] },
  { items: [
    group("example.com", "v1", resource("widgets", "Widget")), group("events.k8s.io", "v1", resource("events", "Event")), group("networking.k8s.io", "v1", resource("ingresses", "Ingress")),
    group("apps", "v1", resource("statefulsets", "StatefulSet", "list watch delete patch", { subresources: [{ subresource: "scale" }, { subresource: "status" }] }), resource("daemonsets", "DaemonSet")),
    group("metrics.k8s.io", "v1beta1", resource("pods", "PodMetrics", "list get")),
  ] },
]);
const named = (text) => kindNamed(KINDS, text);

test("what can be listed, in the order one looks for it", () => {
  assert.deepEqual(shelves(KINDS).map(([shelf, kinds]) => `${shelf}: ${kinds.map(({ id }) => id).join(" ")}`), [
    "Workloads: pods statefulsets.apps daemonsets.apps", "Network: ingresses.networking.k8s.io", "Cluster: nodes events", "Own kinds: widgets.example.com", "API: pods.metrics.k8s.io",
  ]);
});

test("a kind is found by each of its names", () => {
  for (const text of ["statefulsets.apps", "statefulsets", "StatefulSet"]) assert.equal(named(text)?.id, "statefulsets.apps");
  assert.equal(named("zebras"), undefined);
  assert.deepEqual(KINDS.map(plural), ["Pods", "StatefulSets", "DaemonSets", "Ingresses", "Nodes", "Events", "Widgets", "PodMetrics"]);
  assert.deepEqual(KINDS.map(spoken), ["pods", "statefulsets", "daemonsets", "ingresses", "nodes", "events", "widgets.example.com", "pods.metrics.k8s.io"]);
});

test("addresses in the API", () => {
  assert.equal(address("/k8s/demo", named("pods"), ""), "/k8s/demo/api/v1/pods");
  assert.equal(address("/k8s/demo", named("pods"), "a", "b"), "/k8s/demo/api/v1/namespaces/a/pods/b");
  assert.equal(address("/k8s/demo", named("nodes"), "", "node-1"), "/k8s/demo/api/v1/nodes/node-1");
  assert.equal(address("/k8s/demo", named("widgets"), "a"), "/k8s/demo/apis/example.com/v1/namespaces/a/widgets");
});

const row = (name, cells = [], more = {}) => ({ uid: name, id: `pods/default/${name}`, name, ns: "default", rv: "1", labels: {}, created: 0, deleting: false, cells, ...more });
const COLUMNS = ["Name", "Ready", "Restarts", "IP"].map((name) => ({ name, type: "string", priority: 0, description: "" }));
const names = (rows) => rows.map(({ name }) => name).join(" ");

test("rows of a Table", () => {
  const [made] = rowsOf({ rows: [{ cells: ["web", null, 3], object: { metadata: { name: "web", namespace: "a", uid: "u", labels: { app: "x" }, creationTimestamp: "1970-01-01T00:01:00Z" } } }] }, "pods");
  assert.deepEqual(made, { uid: "u", id: "pods/a/web", name: "web", ns: "a", rv: "", labels: { app: "x" }, created: 60, deleting: false, cells: ["web", "", "3"] });
});

for (const [text, left] of [["", "a b"], ["a", "a"], ["1/2 a", "a"], ["app=x", "a"], ["app!=x", "b"], ["app in (x, y)", "a"], ["DEFAULT", "a b"], ["nowhere", ""]]) {
  test(`"${text}" keeps ${left || "nothing"}`, () => assert.equal(names(kept([row("a", ["a", "1/2"], { labels: { app: "x" } }), row("b", ["b", "2/2"])], text)), left));
}

for (const [column, smaller, larger] of [
  ["Age", "9s", "2m"], ["Age", "3m10s", "11m"], ["Age", "23h", "2d"], ["Restarts", "2 (5m ago)", "10"], ["Ready", "1/3", "2/3"], ["Ready", "1/1", "5/5"], ["CPU(cores)", "20m", "1"], ["Memory", "900Ki", "2Mi"], ["IP", "10.244.0.9", "10.244.0.10"], ["Data", "9", "10"], ["Capacity", "500Mi", "1Gi"],
]) test(`${smaller} comes before ${larger} in ${column}`, () => assert.ok(Number(sortKey(smaller, column)) < Number(sortKey(larger, column))));

test("order: by number where there are numbers, by name else; the empty last either way", () => {
  const rows = [row("web-10", ["web-10", "1/3", "10", "<none>"]), row("web-9", ["web-9", "2/3", "2 (5m ago)", "10.0.0.2"]), row("a", ["a", "0/3", "2", "10.0.0.10"])];
  assert.equal(names(sorted(rows, COLUMNS, null)), "a web-9 web-10");
  assert.equal(names(sorted(rows, COLUMNS, { column: "Restarts", down: false })), "a web-9 web-10");
  assert.equal(names(sorted(rows, COLUMNS, { column: "Ready", down: true })), "web-9 web-10 a");
  assert.equal(names(sorted(rows, COLUMNS, { column: "IP", down: false })), "web-9 a web-10");
  assert.equal(names(sorted(rows, COLUMNS, { column: "IP", down: true })), "a web-9 web-10");
});

test("sorting loses no row and does not depend on the order they came in", () => {
  const cell = fc.constantFrom("", "<none>", "1/2", "10Mi", "5m", "web", "10.0.0.1", "3 (2m ago)");
  fc.assert(fc.property(fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z]{1,3}$/), cell }), { selector: ({ name }) => name, maxLength: 12 }), fc.boolean(), fc.integer(), (given, down, seed) => {
    const rows = given.map(({ name, cell: text }) => row(name, [name, text, text, text]));
    const mixed = [...rows].sort((a, b) => ((a.name.charCodeAt(0) * 31 + seed) % 7) - ((b.name.charCodeAt(0) * 31 + seed) % 7));
    const sort = { column: "Ready", down };
    assert.deepEqual(names(sorted(mixed, COLUMNS, sort)), names(sorted(rows, COLUMNS, sort)));
    assert.equal(sorted(rows, COLUMNS, sort).length, rows.length);
  }));
});

test("what lacks is coloured, and as failed where it will not come", () => {
  assert.deepEqual(["3/3", "2/3", "0/3", "0/0", "", "x/y"].map((text) => lacking(text)), ["", "c-wait", "c-wait", "", "", ""]);
  assert.equal(lacking("0/3", [{ level: "wait" }, { level: "fail" }]), "c-fail");
});

test("what stands in sight is never all of many, and always what one looks at", () => {
  assert.deepEqual(inSight(5000, 32 * 1000, 640, 32), { from: 992, to: 1028 });
  assert.deepEqual(inSight(3, 0, 640, 32), { from: 0, to: 3 });
  assert.equal(names(between([row("a"), row("b"), row("c")], "c", "b")), "b c");
  assert.equal(names(between([row("a"), row("b")], "gone", "b")), "b");
  assert.deepEqual(["ArrowDown", "ArrowUp", "End", "Home", "PageDown", "x"].map((key) => moved(key, 0, 30, 10)), [1, 0, 29, 0, 10, -1]);
});

for (const [chosen, uid, from, left] of [
  ["", "b", "", "b"], ["b", "b", "", ""], ["a", "c", "a", "a b c"], ["a d", "c", "a", "a b c d"], ["a b c d", "c", "a", "d"], ["a b c d", "c", "", "a b d"], ["a b", "b", "gone", "a"], ["a", "gone", "a", "a"],
]) test(`a press on ${uid}${from && ` that reaches from ${from}`} with ${chosen || "nothing"} chosen leaves ${left || "nothing"}`, () => {
  assert.deepEqual([...pressed(new Set(chosen.split(" ").filter(Boolean)), ["a", "b", "c", "d"].map((name) => row(name)), uid, from)].sort().join(" "), left);
});

test("what is looked at stands in the address and comes back from it", () => {
  for (const search of ["?kind=pods", "?kind=services&namespace=shop&q=app%3Dweb&sort=-Age&wide=1", "?kind=pods&selector=app%3Dweb", "?kind=pods&sort=Age&at=169"]) assert.equal(searchOf(viewOf(search)), search);
  assert.deepEqual([null, { column: "Age", down: false }, { column: "Age", down: true }].map((sort) => turned(sort, "Age")), [{ column: "Age", down: false }, { column: "Age", down: true }, null]);
});

test("the command that prints the same", () => {
  const say = (search) => { const view = viewOf(search), kind = named(view.kind); return getCommand(spoken(kind), kind, view); };
  assert.equal(say("?kind=pods"), "kubectl get pods -A");
  assert.equal(say("?kind=pods&namespace=default&wide=1"), "kubectl get pods -o wide");
  assert.equal(say("?kind=statefulsets&namespace=shop&at=169"), "kubectl get --raw '/apis/apps/v1/namespaces/shop/statefulsets?resourceVersion=169&resourceVersionMatch=Exact'");
  assert.equal(say("?kind=statefulsets&namespace=shop&selector=app%3Dweb"), "kubectl get statefulsets -n shop -l app=web");
  assert.equal(say("?kind=pods&q=app%3Dweb"), "kubectl get pods -A -l app=web");
  assert.equal(say("?kind=pods&q=web"), "kubectl get pods -A");
  assert.equal(say("?kind=pods&selector=app%3Dweb&q=tier+in+(a,b)"), "kubectl get pods -A -l 'app=web,tier in (a,b)'");
  assert.equal(say("?kind=nodes&selector=a+in+(b)"), "kubectl get nodes -l 'a in (b)'");
});

test("what can be done, as requests and as commands", () => {
  const set = named("statefulsets"), web = row("web"), other = row("db", [], { ns: "shop", uid: "u-2" }), how = { replicas: 3, now: "2026-01-01T00:00:00Z" };
  assert.deepEqual(verbsOf(set, new Set(["statefulsets.apps"])), ["scale", "restart", "delete"]);
  assert.deepEqual(verbsOf(named("pods.metrics.k8s.io"), new Set(["statefulsets.apps"])), []);
  assert.deepEqual(request("scale", "/k", set, web, how), { method: "PATCH", path: "/k/apis/apps/v1/namespaces/default/statefulsets/web/scale", type: "application/merge-patch+json", body: { spec: { replicas: 3 } } });
  assert.equal(request("delete", "/k", set, other, how).body.preconditions.uid, "u-2");
  assert.deepEqual(commands("scale", set, [web, other], 3), ["kubectl scale statefulsets web --replicas=3", "kubectl scale statefulsets db --replicas=3 -n shop"]);
  assert.deepEqual(commands("restart", set, [web], 0), ["kubectl rollout restart statefulsets web"]);
});
