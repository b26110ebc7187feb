/** What may be typed as a number of replicas, and what is said of the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../static/js/layout.js";
import { MOST_REPLICAS, replicasOf } from "../../static/js/model/replicas.js";
import { folded } from "../../static/js/panels/folding.js";
import { initial, reduce } from "../../static/js/state.js";
import { demo, snapshot } from "./frames.js";

const GOOD = [["0", 0], [" 7 ", 7], ["10000", MOST_REPLICAS], ["007", 7]];
for (const [text, count] of GOOD) test(`${JSON.stringify(text)} replicas`, () => assert.deepEqual(replicasOf(text), { count, wrong: "" }));

const BAD = [["-1", "This is -1."], ["", "Nothing is written."], ["3.5", "This is 3.5."], ["1e3", "This is 1e3."], ["10001", "This is 10001. A cluster here holds 12,000 pods in all."], ["9".repeat(40), `This is ${"9".repeat(20)}…. A cluster here holds 12,000 pods in all.`]];
for (const [text, said] of BAD) test(`${JSON.stringify(text)} is no number of replicas`, () => assert.deepEqual(replicasOf(text), { count: null, wrong: `Replicas are a whole number from 0 to 10,000. ${said}` }));

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("what is there is drawn before a thousand empty seats", () => {
  const state = reduce(initial(), [snapshot(demo(1000, 3))], 1);
  for (const level of ["near", "far"]) {
    const [tile] = layout(state, { width: 1120, level }).tiles;
    const shown = tile.slots.map((slot) => slot.seat.state);
    assert.deepEqual(shown.slice(0, 5), ["ready", "ready", "ready", "creating", "seat"]);
    assert.equal(tile.slots.length + tile.more, 1000);
  }
});

test("whoever a scale down has yet to take is drawn, in order, until it is gone", () => {
  const set = (wanted, there) => {
    const items = demo(3, 3), owner = items.find((item) => item.resource === "statefulsets"), pod = items.find((item) => item.resource === "pods" && item.workload?.id === owner.id);
    const pods = there.map(([ordinal, state]) => ({ ...pod, id: `pods/default/${owner.name}-${ordinal}`, name: `${owner.name}-${ordinal}`, ordinal, seat: ordinal, state }));
    return [...items.filter((item) => item.workload?.id !== owner.id && item !== owner), { ...owner, wanted }, ...pods];
  };
  const all = range(0, 299).map((n) => [n, n > 250 ? "terminating" : "ready"]);
  for (const level of ["near", "far"]) {
    const shown = (items) => layout(reduce(initial(), [snapshot(items)], 1), { width: 1120, level }).tiles[0].slots.map(({ seat }) => seat);
    const leaving = shown(set(3, all));
    assert.ok(leaving.filter(({ state }) => state === "terminating").length >= 49, level);
    assert.deepEqual(leaving.map(({ index }) => index), leaving.map(({ index }) => index).sort((a, b) => a - b));
    assert.deepEqual(shown(set(3, all.slice(0, 3))).map(({ index }) => index), [0, 1, 2]);
    assert.deepEqual(shown(set(3, all.slice(0, 5))).map(({ index }) => index), [0, 1, 2, 3, 4]);
  }
});

const reason = (seat, text = "Waiting for db-3 to be Ready", after = "") => ({ level: "wait", text: `${text}${after}.`, code: "", seat });
/** [what is told, the workload, what the panel says] */
const FOLDED = [
  [[reason(4)], undefined, ["Waiting for db-3 to be Ready."]],
  [[reason(4, undefined, "; db-2 comes first")], undefined, ["Waiting for db-3 to be Ready; db-2 comes first."]],
  [[reason(null), reason(4), reason(5, undefined, "; db-4 comes first"), { ...reason(null), text: "Other." }], undefined, ["2 seats wait for db-3 to be Ready: 4, 5.", "Other."]],
  [[reason(4), reason(7), reason(8), reason(9)], undefined, ["4 seats wait for db-3 to be Ready: 4, 7 to 9."]],
  [[reason(0, "db is not made: no room"), reason(1, "db is not made: no room")], undefined, ["db is not made: no room (2 seats): 0, 1."]],
  [range(4, 53).map((seat) => reason(seat)), { seats: range(0, 99).map((ordinal) => ({ ordinal, pod: ordinal < 4 ? {} : null })), beyond: 200 }, ["296 seats wait for db-3 to be Ready: 4 to 299."]],
];
for (const [told, workload, said] of FOLDED) test(`folded: ${said[0]}`, () => assert.deepEqual(folded(told, workload).map((each) => each.text), said));
