// A draft in an address.
import assert from "node:assert/strict";
import { test } from "node:test";

import fc from "fast-check";

import { LONGEST, packed, unpacked } from "../../static/js/apply/link.js";

test("what is packed comes out again", async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.string(), fc.array(fc.string()), async (text, namespace, leftOut) => {
    const hash = await packed({ text, namespace, leftOut });
    assert.match(hash, /^#draft=[\w-]*$/);
    assert.deepEqual(await unpacked(hash), { text, namespace, leftOut });
  }), { numRuns: 50 });
});

test("repetition is small", async () => {
  const text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n".repeat(1000);
  assert.ok((await packed({ text, namespace: "default", leftOut: [] })).length < LONGEST / 10);
});

test("another fragment is none, a damaged one is told", async () => {
  assert.equal(await unpacked(""), undefined);
  assert.equal(await unpacked("#text"), undefined);
  const whole = await packed({ text: "kind: A", namespace: "default", leftOut: [] });
  for (const hash of [whole.slice(0, -4), `${whole}xx`.replace("=", "=x"), "#draft=", "#draft=%%"]) assert.equal(await unpacked(hash), null, hash);
});

test("an address that unpacks to more than any text is not read to its end", async () => {
  assert.equal(await unpacked(await packed({ text: "a".repeat(5 * 1024 * 1024), namespace: "", leftOut: [] })), null);
});
