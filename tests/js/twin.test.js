/** Which two Services stand beside the question. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../static/js/model/derive.js";
import { beside } from "../../static/js/panels/twin.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, endpoint, namespace, seated, service, slice, snapshot, workload } from "./frames.js";

const SHOP = { app: "shop" }, pod = seated("default", "shop", 0, "shop", SHOP, { ip: "10.244.7.1" });
const objects = [...demo(3).filter((each) => each.id !== namespace("default").id), namespace("default"),
  workload("statefulsets", "StatefulSet", "default", "shop", 1, { selector: SHOP }), pod, service("default", "shop", SHOP, "10.96.9.9"), slice("default", "shop", [endpoint(pod)])];
const model = derive(reduce(initial(), [snapshot(objects)], 1));
const NOBODY = { left: "", right: "" };

for (const [selected, twin, told] of [
  ["headless-svc-stateful", NOBODY, ["headless-svc-stateful", "web"]],
  ["web", NOBODY, ["headless-svc-stateful", "web"]],
  ["shop", NOBODY, [undefined, "shop"]],
  ["headless-svc", NOBODY, null],
  ["web", { left: "services/default/shop", right: "" }, null],
  ["", NOBODY, null],
]) {
  test(`${selected || "nothing"} selected${twin.left ? " and another chosen" : ""} shows ${told ?? "what there is"}`, () => {
    const found = beside({ model, ui: { selected: selected && `services/default/${selected}`, twin } });
    assert.deepEqual(found && [found.left?.item.name, found.right?.item.name], told);
  });
}
