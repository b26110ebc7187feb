/** Where times stand on the strip when a cluster lay idle between them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lasting, scale } from "../../static/js/model/scale.js";

const every = (from, to, step) => Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
/** [what, times, first, end, [from, to] of each break, the largest share of the strip that an idle stretch takes] */
const TABLE = [
  ["nothing happened", [], 0, 60, [], 1],
  ["all of it just now", every(50, 60, 1), 0, 60, [], 1],
  ["half a minute is not worth a word", [...every(0, 10, 1), ...every(39, 50, 1)], 0, 50, [], 1],
  ["something all the time", every(0, 1800, 30), 0, 1800, [], 0.05],
  ["an hour idle between two bursts", [...every(0, 20, 1), ...every(3620, 3640, 1)], 0, 3640, [[20, 3620]], 0.12],
  ["idle until now", every(0, 60, 2), 0, 3660, [[60, 3660]], 0.12],
  ["a day and an hour idle", [...every(0, 20, 1), ...every(3620, 3640, 1), ...every(90040, 90060, 1)], 0, 90060, [[20, 3620], [3640, 90040]], 0.12],
  ["few changes, far apart", [0, 1000, 5000], 0, 9000, [[0, 1000], [1000, 5000], [5000, 9000]], 0.34],
  ["a little rest is no break", [...every(0, 100, 2), ...every(110, 200, 2)], 0, 200, [], 0.06],
  ["all at once, and now", [100, 100, 100], 100, 100, [], 1],
];
for (const [what, times, first, end, breaks, share] of TABLE) {
  test(what, () => {
    const found = scale(times, first, end);
    assert.deepEqual(found.breaks.map(({ from, to }) => [from, to]), breaks);
    for (const { w } of found.breaks) assert.ok(w <= share, `${w} of the strip`);
    // Later is never further left, the ends are the ends, and a place leads back to its time.
    const places = [first, ...times, end].map(found.at);
    assert.deepEqual(places, [...places].sort((a, b) => a - b));
    if (end > first) assert.deepEqual([found.at(first), found.at(end)], [0, 1]);
    for (const time of [...times, ...breaks.map(([from, to]) => (from + to) / 2)]) assert.ok(Math.abs(found.time(found.at(time)) - time) < 0.01 || end === first, `${time} is ${found.time(found.at(time))}`);
  });
}

test("no jump while a cluster lies idle: each second moves what happened by little", () => {
  const times = every(0, 40, 1);
  let before = scale(times, 0, 41).at(40);
  for (let end = 42; end < 4000; end++) {
    const now = scale(times, 0, end).at(40);
    assert.ok(before - now < 0.03 && now <= before + 1e-9, `${end}: ${before} to ${now}`);
    before = now;
  }
  assert.ok(before > 0.85);
});

for (const [seconds, words] of [[45, "45 s"], [89, "89 s"], [90, "2 min"], [2880, "48 min"], [3600, "1 h"], [12000, "3 h 20 min"], [86400, "1 d"], [180000, "2 d 2 h"]]) test(`${seconds} s last ${words}`, () => assert.equal(lasting(seconds), words));
