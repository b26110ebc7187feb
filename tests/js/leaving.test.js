/** Which lines are seen to go. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../static/js/layout.js";
import { LEAVE, Leaving } from "../../static/js/picture/leaving.js";
import { initial, reduce } from "../../static/js/state.js";
import { crowd, demo, snapshot } from "./frames.js";

const picture = (objects, options = { width: 1120 }) => layout(reduce(initial(), [snapshot(objects)], 1), options);
const words = (lines) => lines.map((line) => `${line.kind} ${line.pod.split("/")[2]}`).sort();

test("a line that is no longer there leaves, and has left in the end", () => {
  const leaving = new Leaving();
  assert.deepEqual(leaving.of(picture(demo(3)), "a", 1000), []);
  assert.deepEqual(words(leaving.of(picture(demo(2)), "a", 1010)), ["ray app-stateful-2", "via app-stateful-2"]);
  assert.deepEqual(words(leaving.of(picture(demo(2)), "a", 1010 + LEAVE - 1)), ["ray app-stateful-2", "via app-stateful-2"]);
  assert.deepEqual(leaving.of(picture(demo(2)), "a", 1010 + LEAVE), []);
});

test("a line that stays selected but is no longer in the answer leaves too", () => {
  const leaving = new Leaving(), held = demo(3).map((item) => (item.resource === "endpointslices" ? { ...item, endpoints: item.endpoints.map((each) => ({ ...each, ready: each.pod !== "app-stateful-1" })) } : item));
  leaving.of(picture(demo(3)), "a", 1000);
  assert.deepEqual(words(leaving.of(picture(held), "a", 1010)), ["ray app-stateful-1", "via app-stateful-1"]);
});

test("a line that comes back does not leave any more", () => {
  const leaving = new Leaving();
  leaving.of(picture(demo(3)), "a", 1000);
  leaving.of(picture(demo(2)), "a", 1010);
  assert.deepEqual(leaving.of(picture(demo(3)), "a", 1020), []);
});

test("nothing leaves a picture of another shape, and a crowd goes at once", () => {
  const leaving = new Leaving();
  leaving.of(picture(demo(3)), "a", 1000);
  assert.deepEqual(leaving.of(picture(demo(2)), "b", 1010), []);
  const near = { width: 1120, level: "near" }, many = picture(crowd(), near);
  leaving.of(many, "c", 2000);
  assert.ok(many.lines.length > 20);
  assert.deepEqual(leaving.of(picture([], near), "c", 2010), []);
});
