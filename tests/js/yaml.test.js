// Editing an object's YAML: where a field stands, and what differs.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linesBetween } from "../../static/js/model/linediff.js";
import { lineOf, steps } from "../../static/js/model/yamlplace.js";

const SET = `apiVersion: apps/v1
kind: StatefulSet
metadata:
  labels:
    app: web
  name: web
spec:
  replicas: 3
  template:
    spec:
      containers:
      - env:
        - name: A
          value: "1"
        - name: B
        image: nginx:alpine
        name: main
      - image: busybox
        name: side
`;

test("a path in steps", () => {
  assert.deepEqual(steps("spec.containers[0].env[12].name"), ["spec", "containers", 0, "env", 12, "name"]);
  assert.deepEqual(steps("metadata.labels[app.kubernetes.io/name]"), ["metadata", "labels", "app.kubernetes.io/name"]);
});

for (const [path, line] of [
  ["metadata.name", 6], ["metadata.labels.app", 5], ["spec.replicas", 8], ["spec.template.spec.containers[0].image", 16], ["spec.template.spec.containers[1].image", 18],
  ["spec.template.spec.containers[1].name", 19], ["spec.template.spec.containers[0].env[1].name", 15], ["spec.template.spec.containers[0].env[0].value", 14],
  ["spec.template.spec.containers[0].ports[0].containerPort", 12], ["spec.template.spec.containers[7].image", 11], ["spec.nothing", 7], ["nothing", 0], ["kind", 2],
]) test(`${path} stands in line ${line}`, () => assert.equal(lineOf(SET, path), line));

const told = (before, after) => linesBetween(before, after, 1).map(({ sign, text }) => sign + text).join("|");

test("what differs, with a line around it", () => {
  assert.equal(told("a\nb\nc", "a\nb\nc"), "");
  assert.equal(told("a\nb\nc\nd\ne", "a\nb\nx\nd\ne"), " …| b|-c|+x| d| …".replace(/^ …\|/, "").replace(/\| …$/, ""));
  assert.equal(told("a\nb", "a\nb\nc"), " b|+c");
  assert.equal(told("1\n2\n3\n4\n5\n6\n7\n8\n9", "0\n2\n3\n4\n5\n6\n7\n8\n0"), "-1|+0| 2| …| 8|-9|+0");
});

test("what differs leads from one text to the other", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 14 }).map((lines) => lines.join("\n"));
  fc.assert(fc.property(text, text, (before, after) => {
    const all = linesBetween(before, after, 100);
    if (before === after) return assert.deepEqual(all, []);
    assert.equal(all.filter(({ sign }) => sign !== "+").map((line) => line.text).join("\n"), before);
    assert.equal(all.filter(({ sign }) => sign !== "-").map((line) => line.text).join("\n"), after);
  }));
});
