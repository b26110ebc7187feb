// Files as sections of one text, documents of a text, and a text with something more in it.
import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { freeName, sectionsOf, withFile, withoutFile } from "../../static/js/apply/sections.js";
import { documentAt, documentsOf, inserted, titleOf } from "../../static/js/editor/documents.js";

const TWO = "# a.yaml\nkind: A\n---\nkind: B\n---\n# b c.JSON\n{}\n";

test("each file begins with its name", () => {
  assert.deepEqual(sectionsOf(TWO), [{ name: "a.yaml", line: 1, to: 4 }, { name: "b c.JSON", line: 6, to: 8 }]);
  assert.deepEqual(sectionsOf("# about a.yaml here\nkind: A\n# b.yaml\nx: 1\n---\n# no\n"), []);
});

test("a file goes below, or where the one of its name was", () => {
  assert.deepEqual(withFile("", "a.yaml", "kind: A"), { text: "# a.yaml\nkind: A\n", line: 1, replaced: false });
  assert.deepEqual(withFile("kind: X\n\n", "a.yaml", "kind: A\r\n"), { text: "kind: X\n---\n# a.yaml\nkind: A\n", line: 3, replaced: false });
  assert.deepEqual(withFile(TWO, "a.yaml", "new: 1\n\n"), { text: "# a.yaml\nnew: 1\n---\n# b c.JSON\n{}\n", line: 1, replaced: true });
});

test("a name that could break its line does not", () => assert.equal(withFile("", "a\nkind: X\u2028.yaml", "b: 1").text, "# a?kind: X?.yaml\nb: 1\n"));

test("a file is taken out with its separator", () => {
  assert.equal(withoutFile(TWO, sectionsOf(TWO)[0]), "# b c.JSON\n{}\n");
  assert.equal(withoutFile(TWO, sectionsOf(TWO)[1]), "# a.yaml\nkind: A\n---\nkind: B");
  assert.equal(withoutFile("# a.yaml\nx: 1\n", { name: "a.yaml", line: 1, to: 3 }), "");
});

test("what is put in can be found and taken out again", () => {
  const names = fc.constantFrom("a.yaml", "b/c.yml", "d.json"), body = fc.constantFrom("kind: A", "kind: B\n---\nkind: C", "# so\nkind: D");
  fc.assert(fc.property(fc.uniqueArray(fc.tuple(names, body), { minLength: 1, selector: ([name]) => name }), (files) => {
    let text = "";
    for (const [name, content] of files) text = withFile(text, name, content).text;
    assert.deepEqual(sectionsOf(text).map((each) => each.name), files.map(([name]) => name));
    for (const [name] of files) text = withoutFile(text, sectionsOf(text).find((each) => each.name === name) ?? { name, line: 0, to: 0 });
    assert.equal(text, "");
  }));
});

test("a new file's name is its own", () => {
  assert.equal(freeName("", "job"), "job.yaml");
  assert.equal(freeName("# job.yaml\na: 1\n---\n# job-2.yaml\nb: 1\n", "job"), "job-3.yaml");
});

test("documents lie between separators", () => {
  assert.deepEqual(documentsOf(["a: 1", "---", "# no", "---", "b: 1"]).map((each) => [each.from, each.to, each.says]), [[1, 1, true], [3, 3, false], [5, 5, true]]);
  assert.deepEqual(documentsOf(["---", "a: 1", "--- # x", "b: 1"]).map((each) => [each.from, each.to]), [[2, 2], [4, 4]]);
  assert.equal(documentAt(["a: 1", "---", "b: 1"], 2).from, 1);
  assert.equal(documentAt(["---", "b: 1"], 1).from, 2);
});

test("a folded document says what it is", () => {
  assert.equal(titleOf(["# so", "kind: Service", "metadata:", "  name: web"]), "Service web, 4 lines");
  assert.equal(titleOf(["kind: Job", "metadata: {name: a}"]), "Job a, 2 lines");
  assert.equal(titleOf(["x: 1"]), "1 line");
});

for (const [text, line, wanted, at] of /** @type {[string, number, string, number][]} */ ([
  ["", 1, "N\n", 1],
  ["a: 1", 1, "a: 1\n---\nN\n", 3],
  ["a: 1\nb: 2\n\n", 1, "a: 1\nb: 2\n---\nN\n", 4],
  ["a: 1\n---\nb: 1\n", 1, "a: 1\n---\nN\n---\nb: 1\n", 3],
  ["a: 1\n---\n", 3, "a: 1\n---\nN\n", 3],
])) {
  test(`below line ${line} of ${JSON.stringify(text)}`, () => assert.deepEqual(inserted(text, line, "N\n"), { text: wanted, line: at }));
}
