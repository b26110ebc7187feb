/** What an address says: the object in its fragment, what it asks, the tab it opens. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askingIn, nearIn, objectIn, panelIn, withAsking, withNear, withPanel } from "../../static/js/app/address.js";

for (const [hash, id] of [
  ["#pods/default/web-0", "pods/default/web-0"], ["#nodes//node-1", "nodes//node-1"], ["#statefulsets/default/web#2", "statefulsets/default/web#2"],
  ["#loose/default", "loose/default"], ["#roles/default/system%3Aview", "roles/default/system:view"],
  ["#nodes/node-2", "nodes//node-2"], ["#pods/web-0", "pods/default/web-0"], ["#storageclasses/standard", "storageclasses//standard"], ["#clusterroles/view", "clusterroles//view"],
  ["", ""], ["#", ""], ["#new", ""], ["#main", ""], ["#pods/default/", ""], ["#pods/default/a/b", ""], ["#pods/%E0/x", ""],
]) test(`${hash || "no fragment"} names ${id || "nothing"}`, () => assert.equal(objectIn(hash), id));

/** @type {[string, import("../../static/js/app/address.js").Asked|null][]} */
const ASKED = [
  ["?name=web&type=SRV&pod=web-0&namespace=shop", { tool: "dns", name: "web", type: "SRV", pod: "web-0", namespace: "shop" }],
  ["?name=web&type=A&namespace=default", { tool: "dns", name: "web", type: "A", pod: "", namespace: "default" }],
  ["?to=http%3A%2F%2Fweb%3A8080%2Fa&from=default%2Fweb-0&count=100", { tool: "request", to: "http://web:8080/a", from: "default/web-0", count: 100 }],
  ["?shell=default%2Fweb-0", { tool: "shell", namespace: "default", pod: "web-0", container: "", image: "" }],
  ["?shell=shop%2Fweb-0%2Fside&image=busybox%3A1.36", { tool: "shell", namespace: "shop", pod: "web-0", container: "side", image: "busybox:1.36" }],
  ["", null],
];

for (const [search, asked] of ASKED) {
  test(`${search || "no parameter"} is read as it was written`, () => {
    assert.deepEqual(askingIn(search), asked);
    assert.equal(withAsking("", asked), search);
  });
}

for (const [search, asked] of /** @type {const} */ ([
  ["?name=+web+&type=srv", { tool: "dns", name: "web", type: "SRV", pod: "", namespace: "default" }],
  ["?to=web&count=-3", { tool: "request", to: "web", from: "", count: 1 }], ["?to=web&count=1e9", { tool: "request", to: "web", from: "", count: 1 }],
  ["?shell=web-0", null], ["?name=++", null], ["?type=A", null],
])) test(`${search} by hand means what it can`, () => assert.deepEqual(askingIn(search), asked));

test("what is asked takes the place of what was, and leaves all else", () => {
  const asked = { tool: /** @type {const} */ ("request"), to: "web", from: "outside", count: 1 };
  assert.equal(withAsking("?view=node&name=web&type=A&namespace=default&at=7&ns=shop", asked), "?view=node&at=7&ns=shop&to=web&from=outside&count=1");
  assert.equal(withAsking("?view=node&to=web&from=outside&count=1", null), "?view=node");
});

test("the panel's tab and its container", () => {
  assert.deepEqual(panelIn("?panel=logs&container=side"), { panel: "logs", container: "side" });
  assert.deepEqual(panelIn(""), { panel: "summary", container: "" });
  assert.equal(withPanel("?name=web", { panel: "logs", container: "side" }), "?name=web&panel=logs&container=side");
  assert.equal(withPanel("?panel=logs&container=side", { panel: "yaml", container: "side" }), "?panel=yaml");
  assert.equal(withPanel("?panel=yaml", { panel: "summary" }), "");
});

test("the namespace that is looked into", () => {
  assert.equal(withNear("?view=workload&near=a", "shop"), "?view=workload&near=shop");
  assert.equal(withNear("?view=workload&near=a", ""), "?view=workload");
  assert.equal(nearIn("?near=shop"), "shop");
  assert.equal(nearIn(""), "");
});
