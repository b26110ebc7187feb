// Which lines of the apply form are marked: table of texts and plans.
import assert from "node:assert/strict";
import { test } from "node:test";

import { countDocuments, marksOf } from "../../static/js/apply/marks.js";

const TEXT = ["# first", "kind: A", "spec:", "  replicas: 5  # more", "---", "kind: B", "", "# soon", "name: b", "---", "kind: C"].join("\n");

const plan = (/** @type {any[]} */ ...documents) => ({
  documents: documents.map((document, index) => ({ document: index + 1, diff: [], problems: [], ...document })), problems: [],
});

test("a new document's lines are marked, its comments and blank lines are not", () => {
  const { marks } = marksOf(TEXT, plan({ line: 2, outcome: "unchanged" }, { line: 6, outcome: "create" }, { line: 11, outcome: "unchanged" }));
  assert.deepEqual(marks, [{ line: 6, sign: "+" }, { line: 9, sign: "+" }]);
});

test("of a changed document the lines that read like the difference are marked", () => {
  const diff = [{ sign: " ", text: "spec:" }, { sign: "-", text: "  replicas: 3" }, { sign: "+", text: "  replicas: 5" }];
  const { marks } = marksOf(TEXT, plan({ line: 2, outcome: "change", diff }, { line: 6, outcome: "unchanged" }));
  assert.deepEqual(marks, [{ line: 4, sign: "~" }]);
});

test("problems of documents and of the whole text are told together", () => {
  const problem = { line: 6, field: "", message: "m", api: "", fix: null };
  const judged = marksOf(TEXT, { ...plan({ line: 6, outcome: "refused", problems: [problem] }), problems: [{ ...problem, line: 1 }] });
  assert.deepEqual(judged.problems.map((each) => each.line), [1, 6]);
  assert.deepEqual(judged.marks, []);
});

for (const [text, count] of /** @type {[string, number][]} */ ([["", 0], ["# later\n---\n", 0], [TEXT, 3], ["a: 1", 1], ["--- # x\na: 1\n---\n# no\n", 1]])) {
  test(`${JSON.stringify(text).slice(0, 24)} holds ${count}`, () => assert.equal(countDocuments(text), count));
}
