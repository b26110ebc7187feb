/** Where the strip at the foot begins, and which acts have words on it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { acts, eventful, stretch } from "../../static/js/panels/timeline.js";

const tick = (at) => ({ at, revision: at, kind: "pod", id: "", author: "", cause: "", person: false, words: "" });
const END = 100_000;

test("nothing yet: the last minute", () => {
  assert.deepEqual(stretch([], END), { log: [], first: END - 60 - 1.2 });
});

test("all that is known, with a little room before the first", () => {
  const { log, first } = stretch([tick(END - 600), tick(END - 5)], END);
  assert.equal(log.length, 2);
  assert.ok(first < END - 600 && first > END - 700);
});

test("half an hour while something happened in it, else from the last that did", () => {
  assert.deepEqual(stretch([tick(END - 9000), tick(END - 1700)], END).log.map(({ at }) => at), [END - 1700]);
  assert.deepEqual(stretch([tick(END - 9000), tick(END - 8000)], END).log.map(({ at }) => at), [END - 9000, END - 8000]);
});

test("that a node lives is no event, what a person did is", () => {
  const log = [{ ...tick(1), id: "leases/kube-node-lease/node-1" }, tick(2), { ...tick(3), id: "nodes//node-1", person: true }, { ...tick(4), id: "pods/default/web-0" }];
  assert.deepEqual(eventful(log, false).map(({ at }) => at), [2, 3, 4]);
  assert.deepEqual(eventful(log, true).map(({ at }) => at), [1, 2, 3, 4]);
});

test("the newest act of a person is always told; those too near fold into it", () => {
  const act = (at, words) => ({ ...tick(at), person: true, author: "Ada", words });
  const shown = (...log) => acts(log, (at) => at / 1000, 1000).map(({ tick: { words }, more }) => `${words}${more ? ` +${more}` : ""}`);
  assert.deepEqual(shown(act(10, "create web"), act(12, "create db"), act(400, "delete web-0"), tick(600), act(990, "scale to 5")), ["create db +1", "delete web-0", "scale to 5"]);
  assert.deepEqual(shown(act(900, "create web"), act(990, "scale to 5")), ["scale to 5 +1"]);
  assert.deepEqual(shown(tick(10)), []);
});

test("words have room up to the next ones", () => {
  const act = (at, words) => ({ ...tick(at), person: true, author: "Ada", words });
  const rooms = (...log) => acts(log, (at) => at / 1000, 1000).map(({ room, more }) => [Math.round(room), more]);
  assert.deepEqual(rooms(act(100, "a"), act(240, "b"), act(600, "c")), [[80, 0], [150, 0], [150, 0]]);
  assert.deepEqual(rooms(act(100, "a"), act(210, "b"), act(600, "c")), [[150, 1], [150, 0]]);
  // The last one's words stand left of its tick.
  assert.deepEqual(rooms(act(650, "a"), act(900, "i".repeat(10))), [[92, 0], [150, 0]]);
  assert.deepEqual(rooms(act(650, "a"), act(900, "a longer sentence")), [[150, 1]]);
});
