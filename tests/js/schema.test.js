// What a schema says of a path.
import assert from "node:assert/strict";
import { test } from "node:test";

import { briefly, fieldsOf, isRequired, nodeAt, opening, sortOf, valuesOf } from "../../static/js/editor/schema.js";

const SCHEMA = {
  root: "Thing",
  components: {
    Thing: { type: "object", properties: { kind: { type: "string" }, spec: { description: "What is wanted.", allOf: [{ $ref: "#/components/schemas/Spec" }] } } },
    Spec: { description: "Of all specs.", type: "object", required: ["ports"], properties: {
      type: { type: "string", enum: ["", "A", "B"], default: "A" },
      ports: { type: "array", items: { $ref: "#/components/schemas/Port" } },
      labels: { type: "object", additionalProperties: { type: "string" } },
      on: { type: "boolean" }, size: { $ref: "#/components/schemas/Size" }, modes: { type: "array", items: { type: "string", enum: ["X"] } },
    } },
    Port: { type: "object", required: ["port"], properties: { port: { type: "integer" }, name: { type: "string" } } },
    Size: { oneOf: [{ type: "string" }, { type: "number" }] },
    Loop: { $ref: "#/components/schemas/Loop" },
  },
};

test("a path leads through references, lists and names with values", () => {
  assert.equal(nodeAt(SCHEMA, ["spec", "ports", "[]", "port"]).type, "integer");
  assert.equal(nodeAt(SCHEMA, ["spec", "labels", "anything"]).type, "string");
  assert.equal(nodeAt(SCHEMA, ["spec", "nothing"]), null);
  assert.equal(nodeAt(SCHEMA, ["spec"]).description, "What is wanted.");
});

test("what has to be given comes first", () => {
  assert.deepEqual(fieldsOf(SCHEMA, nodeAt(SCHEMA, ["spec"])).map((each) => `${each.name}: ${each.sort}${each.required ? "!" : ""}`), [
    "ports: list of blocks!", "labels: names with values", "modes: list of one of a few", "on: true or false", "size: text or number", "type: one of a few",
  ]);
  assert.equal(isRequired(SCHEMA, ["spec", "ports", "[]", "port"]), true);
  assert.equal(isRequired(SCHEMA, ["spec", "type"]), false);
});

test("few values are told", () => {
  assert.deepEqual(valuesOf(nodeAt(SCHEMA, ["spec", "type"])), ["A", "B"]);
  assert.deepEqual(valuesOf(nodeAt(SCHEMA, ["spec", "on"])), ["true", "false"]);
  assert.deepEqual(valuesOf(nodeAt(SCHEMA, ["spec", "size"])), []);
});

test("a chosen key opens what it takes", () => {
  const at = (/** @type {string[]} */ ...path) => opening(SCHEMA, nodeAt(SCHEMA, path), 2, false);
  assert.deepEqual([at("spec", "type"), at("spec", "ports"), at("spec", "labels")], [": ", ":\n    - ", ":\n    "]);
  assert.equal(opening(SCHEMA, nodeAt(SCHEMA, ["spec"]), 0, true), ": ");
});

test("a type that refers to itself ends", () => assert.ok(sortOf(SCHEMA, nodeAt({ ...SCHEMA, root: "Loop" }, []) ?? {})));

test("a description is cut at a sentence", () => {
  assert.equal(briefly("One.  Two\nlines.\n\nMore."), "One. Two lines.");
  assert.equal(briefly(`${"a".repeat(90)}. ${"b".repeat(400)}`), `${"a".repeat(90)}.`);
  assert.ok(briefly("c".repeat(500)).endsWith("…"));
});
