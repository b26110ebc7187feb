// Where the next line begins.
import assert from "node:assert/strict";
import { test } from "node:test";

import { indentAfter } from "../../static/js/editor/indent.js";

for (const [line, wanted] of /** @type {[string, number|null][]} */ ([
  ["spec:", 2], ["  ports:", 4], ["kind: A", 0], ["  name: web", 2], ["  spec: # so", 4],
  ["    - port: 80", 6], ["    - image:", 8], ["  - one", 2], ["- - a: 1", 4],
  ["  text: |", 4], ["  text: >-", 4], ["    ", 4], ["", 0], ["  # so:", 2], ["  at: 10:30", 2],
  ["spec: {", null], ["  a: [1,", null],
])) {
  test(`after ${JSON.stringify(line)}`, () => assert.equal(indentAfter(line), wanted));
}
