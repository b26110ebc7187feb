import assert from "node:assert/strict";
import { test } from "node:test";
import { commands, deeds } from "../../static/js/model/commands.js";
import { causeWords } from "../../static/js/state.js";

const words = (text, may) => commands(text, may).map(({ does }) => does);

test("before anything is typed the most useful commands are offered", () => {
  assert.deepEqual(words("").slice(0, 3), ["apply", "ask", "send"]);
  assert.deepEqual(words("x"), []);
  assert.deepEqual(words("new cl"), ["fork", "new"]);
  assert.deepEqual(words("fork"), ["fork"]);
});

test("whoever may only look is offered nothing that would be refused", () => {
  assert.deepEqual(["", "pause", "resume", "step", "shell"].flatMap((text) => words(text, false)).filter((does) => ["pause", "resume", "step", "shell", "terminal"].includes(does)), []);
  assert.ok(words("pause", true).includes("pause"));
});

const set = { key: "apps/statefulsets/default/db", resource: "statefulsets", kind: "StatefulSet", name: "db" }, pod = { key: "/pods/default/db-0", resource: "pods", kind: "Pod", name: "db-0" };
const node = { key: "/nodes//node-1", resource: "nodes", kind: "Node", name: "node-1" }, able = { scalable: new Set(["statefulsets.apps"]), restartable: new Set(["statefulsets.apps"]) };
/** [typed, selected, offered] */
const DEEDS = [
  ["", set, ["Scale StatefulSet db", "Restart StatefulSet db", "Delete StatefulSet db"]],
  ["scale 5", set, ["Scale StatefulSet db to 5"]],
  ["5", set, ["Scale StatefulSet db to 5"]],
  ["restart", set, ["Restart StatefulSet db"]],
  ["rest dep", set, []],
  ["scale", { ...set, key: "example.com/statefulsets/default/db" }, []],
  ["del", pod, ["Delete Pod db-0"]],
  ["", { ...pod, deleting: true }, []],
  ["", node, ["Cordon Node node-1", "Drain Node node-1"]],
  ["cordon", { ...node, cordoned: true }, []],
  ["uncordon", { ...node, cordoned: true }, ["Uncordon Node node-1"]],
];
for (const [typed, item, offered] of DEEDS) test(`“${typed}” with ${item.kind} ${item.name}`, () => assert.deepEqual(deeds(typed, item, able).map((each) => each.words), offered));


test("a request is not told by its address", () => {
  assert.deepEqual(["DELETE /api/v1/namespaces/demo2", "POST /api/v1/pods", "delete", "kubectl apply", ""].map(causeWords), ["API", "API", "delete", "kubectl apply", ""]);
});
