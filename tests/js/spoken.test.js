/** A verb and a name in the search box. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "../../static/js/model/derive.js";
import { behind, offers, spoken } from "../../static/js/model/spoken.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, snapshot } from "./frames.js";

const state = reduce(initial(), [snapshot(demo())], 1);
const able = { scalable: new Set(["statefulsets.apps"]), restartable: new Set(["statefulsets.apps"]) };
const words = (text, may = true) => offers(state, text, able, may).map((each) => each.words);

for (const [text, verb, names, replicas] of [
  ["why web", "why", ["web"], null], ["Why does web not answer?", "why", ["web"], null], ["why can client not reach web", "why", ["client", "web"], null],
  ["scale web to 5", "scale", ["web"], 5], ["scale web 5", "scale", ["web"], 5], ["scale web", "scale", ["web"], null], 
  ["shell in web-0", "shell", ["web-0"], null], ["delete the", "delete", ["the"], null],
]) test(`“${text}” is ${verb} ${names.join(" and ")}`, () => assert.deepEqual(spoken(text), { verb, names, replicas }));

test("what is no such thing", () => {
  for (const text of ["", "web", "why", "scale 5", "whyever web", "web why"]) assert.equal(spoken(text), null, text);
});

test("a verb and a name find the thing and what is done with it", () => {
  assert.equal(words("why web")[0], "Why Service web is as it is");
  assert.equal(words("why does web not answer")[0], "Why Service web is as it is");
  assert.equal(words("ask web")[0], "Ask the DNS for Service web");
  assert.equal(words("send to web")[0], "Send to Service web");
  assert.deepEqual(words("scale app-stateful to 5"), ["Scale StatefulSet app-stateful to 5"]);
  assert.deepEqual(words("restart app-stateful"), ["Restart StatefulSet app-stateful"]);
  assert.equal(words("delete web")[0], "Delete Service web");
  assert.deepEqual(words("shell app-stateful-0"), ["Open a shell in Pod app-stateful-0"]);
  assert.deepEqual(words("logs of app-stateful-1"), ["Logs of Pod app-stateful-1"]);
  assert.deepEqual(words("why nosuch"), []);
  assert.deepEqual(words("scale web"), [], "a Service has no replicas");
});

test("a Service cannot be scaled: what runs its pods can", () => {
  const told = (text, from = state) => behind(from, derive(from), text, able);
  assert.equal(told("scale web 3")?.words, "A Service cannot be scaled: web only leads to pods; what runs its pods can.");
  assert.deepEqual(told("scale web 3")?.offers.map((each) => each.words), ["Scale StatefulSet app-stateful to 3"]);
  assert.deepEqual(told("restart web")?.offers.map((each) => each.words), ["Restart StatefulSet app-stateful"]);
  assert.equal(told("scale headless-svc 3")?.words, "A Service cannot be scaled: headless-svc only leads to pods, and nothing that can be stands behind it.");
  for (const text of ["scale app-stateful 3", "scale nosuch 3", "delete web", "web", "scale 3"]) assert.equal(told(text), null, text);
});

test("whoever may only look is offered what looks", () => {
  assert.deepEqual(["scale app-stateful 5", "restart app-stateful", "delete web", "shell app-stateful-0"].flatMap((text) => words(text, false)), []);
  assert.equal(words("why web", false).length > 0, true);
});
