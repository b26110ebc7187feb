/** What may be typed as a number of replicas, and what is said of the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../static/js/layout.js";
import { MOST_REPLICAS, replicasOf } from "../../static/js/model/replicas.js";
import { once } from "../../static/js/panels/inspector.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, snapshot } from "./frames.js";

const GOOD = [["0", 0], [" 7 ", 7], ["10000", MOST_REPLICAS], ["007", 7]];
for (const [text, count] of GOOD) test(`${JSON.stringify(text)} replicas`, () => assert.deepEqual(replicasOf(text), { count, wrong: "" }));

const BAD = [["-1", "This is -1."], ["", "Nothing is written."], ["3.5", "This is 3.5."], ["1e3", "This is 1e3."], ["10001", "This is 10001. A cluster here holds 12,000 pods in all."], ["9".repeat(40), `This is ${"9".repeat(20)}…. A cluster here holds 12,000 pods in all.`]];
for (const [text, said] of BAD) test(`${JSON.stringify(text)} is no number of replicas`, () => assert.deepEqual(replicasOf(text), { count: null, wrong: `Replicas are a whole number from 0 to 10,000. ${said}` }));

test("what is there is drawn before a thousand empty seats", () => {
  const state = reduce(initial(), [snapshot(demo(1000, 3))], 1);
  for (const level of ["near", "far"]) {
    const [tile] = layout(state, { width: 1120, level }).tiles;
    const shown = tile.slots.map((slot) => slot.seat.state);
    assert.deepEqual(shown.slice(0, 5), ["creating", "ready", "ready", "ready", "seat"]);
    assert.equal(tile.slots.length + tile.more, 1000);
  }
});

test("a reason that many seats share is said once", () => {
  const reason = (seat) => ({ level: "wait", text: "Waiting for db-3 to be Ready.", code: "", seat });
  assert.deepEqual(once([reason(4), reason(5), { ...reason(null), text: "Other." }]).map((each) => each.text), ["Waiting for db-3 to be Ready. (2 seats)", "Other."]);
});
