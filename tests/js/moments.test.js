/** Steps through the log, where playing rests, and what an address says of a moment. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { momentIn, withMoment } from "../../static/js/app/address.js";
import { ago, beside, joined, lanes, LONGEST_WAIT, merged, rest, SHORTEST_WAIT, tickAt } from "../../static/js/model/moments.js";

const tick = (revision, id = "pods/default/a", at = revision) => ({ revision, at, id, kind: "pod", author: "", cause: "", person: false, words: "" });
const TICKS = [tick(10), tick(14), tick(15), tick(30)];
const ALL = [{ from: 0, to: 40 }];

test("the next and the previous change skip what is not shown", () => {
  const to = (revision, way, known = ALL) => beside(TICKS, known, revision, way, 0, 40);
  assert.deepEqual([to(10, 1), to(12, 1), to(15, 1), to(14, -1), to(40, -1)], [14, 14, 30, 10, 30]);
});

test("beyond the last and before the first change are the ends of the log", () => {
  assert.equal(beside(TICKS, ALL, 30, 1, 0, 40), 40);
  assert.equal(beside(TICKS, ALL, 10, -1, 0, 40), 0);
  assert.equal(beside([], ALL, 0, -1, 0, 40), 0);
});

test("over what is not known one goes revision by revision", () => {
  const known = [{ from: 12, to: 20 }];
  assert.equal(beside(TICKS, known, 14, 1, 0, 40), 15);
  assert.equal(beside(TICKS, known, 15, 1, 0, 40), 16);
  assert.equal(beside(TICKS, known, 14, -1, 0, 40), 13);
});

test("ranges that touch become one, whatever order they come in", () => {
  assert.deepEqual(joined([{ from: 10, to: 20 }, { from: 0, to: 5 }, { from: 20, to: 30 }, { from: 4, to: 6 }]), [{ from: 0, to: 6 }, { from: 10, to: 30 }]);
});

test("each revision once, in order", () => {
  assert.deepEqual(merged([tick(3), tick(1)], [tick(2), tick(3)]).map(({ revision }) => revision), [1, 2, 3]);
});

test("a time belongs to the change before it", () => {
  assert.deepEqual([tickAt(TICKS, 14.5).revision, tickAt(TICKS, 99).revision, tickAt(TICKS, 1).revision], [14, 30, 10]);
});

test("playing rests as long as the cluster did, by its speed, never long, and a little where it did not", () => {
  assert.deepEqual([rest(1, 1), rest(1, 5), rest(3600, 1), rest(0, 1), rest(-1, 10)], [1000, 200, LONGEST_WAIT, SHORTEST_WAIT, SHORTEST_WAIT / 10]);
});

test("how long ago, in the largest unit that fits", () => {
  assert.deepEqual([0.2, 5, 119, 7300, 200000].map(ago), ["a moment ago", "5 s ago", "1 min ago", "2 h ago", "2 d ago"]);
});

test("a lane for each object, the one that changed last first", () => {
  const found = lanes([tick(1, "pods/default/a"), tick(2, "services/default/web"), tick(3, "pods/default/a")]);
  assert.deepEqual(found.map(({ name, resource, ticks }) => [name, resource, ticks.length]), [["a", "pods", 2], ["web", "services", 1]]);
});

test("an address says which moment it shows, and nonsense says none", () => {
  assert.deepEqual(momentIn("?at=169&play=2"), { at: 169, against: null, play: 2 });
  assert.deepEqual(momentIn("?at=169&against=100"), { at: 169, against: 100, play: null });
  for (const bad of ["", "?at=", "?at=x", "?at=-1", "?at=1e9", `?at=${"9".repeat(40)}`]) assert.equal(momentIn(bad).at, null, bad);
  for (const bad of ["?at=1&play=", "?at=1&play=-2", "?at=1&play=x", "?at=1&play=99999"]) assert.equal(momentIn(bad).play, null, bad);
  for (const moment of [{ at: 5, against: null, play: null }, { at: 5, against: 2, play: 0.5 }]) assert.deepEqual(momentIn(withMoment("?view=node", moment)), moment);
  assert.equal(withMoment("?view=node&at=4&against=2&play=1", { at: null }), "?view=node");
  assert.equal(withMoment("?at=4", { at: null }), "");
});
