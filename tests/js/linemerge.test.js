/** Two people change one text: what does not meet stands, what meets is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { merged } from "../../static/js/model/linemerge.js";

const BEFORE = "a\nb\nc\nd\ne";
const ROWS = /** @type {const} */ ([
  ["nothing changed", BEFORE, BEFORE, BEFORE],
  ["mine alone", "a\nB\nc\nd\ne", BEFORE, "a\nB\nc\nd\ne"],
  ["theirs alone", BEFORE, "a\nb\nc\nd\nE", "a\nb\nc\nd\nE"],
  ["apart", "a\nB\nc\nd\ne", "a\nb\nc\nD\ne\nf", "a\nB\nc\nD\ne\nf"],
  ["side by side", "a\nB\nc\nd\ne", "a\nb\nC\nd\ne", "a\nB\nC\nd\ne"],
  ["the same twice", "a\nB\nc\nd\ne", "a\nB\nc\nd\nE", "a\nB\nc\nd\nE"],
  ["one line, differently", "a\nB\nc\nd\ne", "a\nX\nc\nd\ne", null],
  ["taken out and changed", "a\nd\ne", "a\nb\nC\nd\ne", null],
  ["put in at one place", "a\nx\nb\nc\nd\ne", "a\ny\nb\nc\nd\ne", null],
]);

for (const [name, mine, theirs, expected] of ROWS) {
  test(name, () => {
    assert.equal(merged(BEFORE, mine, theirs), expected);
    assert.equal(merged(BEFORE, theirs, mine), expected);
  });
}

const FIRST = /** @type {const} */ ([
  ["one line, differently", "a\nB\nc\nd\ne", "a\nX\nc\nD\ne", "a\nB\nc\nD\ne", "a\nX\nc\nD\ne"],
  ["taken out and changed", "a\nd\ne", "a\nb\nC\nd\nE", "a\nd\nE", "a\nb\nC\nd\nE"],
  ["put in at one place", "a\nx\nb\nc\nd\ne", "a\ny\nb\nc\nd\ne\nf", "a\nx\nb\nc\nd\ne\nf", "a\ny\nb\nc\nd\ne\nf"],
  ["apart", "a\nB\nc\nd\ne", "a\nb\nc\nD\ne", "a\nB\nc\nD\ne", "a\nB\nc\nD\ne"],
]);

for (const [name, mine, theirs, ours, others] of FIRST) {
  test(`${name}, and one is chosen`, () => {
    assert.equal(merged(BEFORE, mine, theirs, "mine"), ours);
    assert.equal(merged(BEFORE, mine, theirs, "theirs"), others);
  });
}
