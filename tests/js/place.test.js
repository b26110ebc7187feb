// Where in a manifest a cursor stands: "|" in these texts.
import assert from "node:assert/strict";
import { test } from "node:test";

import { keyAt, placeAt } from "../../static/js/editor/place.js";

/** @param {string} text */
function at(text) {
  const lines = text.split("\n"), line = lines.findIndex((each) => each.includes("|"));
  const column = lines[line].indexOf("|");
  lines[line] = lines[line].replace("|", "");
  return { lines, line: line + 1, column };
}

/** @param {string} text */
const place = (text) => {
  const { lines, line, column } = at(text);
  return placeAt(lines, line, column);
};

const HEAD = "apiVersion: v1\nkind: Service\n";

for (const [name, text, wanted] of /** @type {[string, string, string][]} */ ([
  ["a key at the top", `${HEAD}sp|`, "key [] sp"],
  ["a key below another", `${HEAD}spec:\n  ty|`, "key [spec] ty"],
  ["a blank line below a key", `${HEAD}spec:\n  |`, "key [spec] "],
  ["a blank line further out", `${HEAD}spec:\n  ports:\n  - port: 80\n|`, "key [] "],
  ["a value", `${HEAD}spec:\n  type: Clu|`, "value [spec type] Clu"],
  ["a value that is not begun", `${HEAD}spec:\n  type: |`, "value [spec type] "],
  ["a quoted value", `kind: "Serv|"`, 'value [kind] "Serv'],
  ["a list's item", `${HEAD}spec:\n  ports:\n    - po|`, "key [spec ports []] po"],
  ["a list's item as deep as its key", `${HEAD}spec:\n  ports:\n  - po|`, "key [spec ports []] po"],
  ["the second key of an item", `${HEAD}spec:\n  ports:\n  - port: 80\n    pro|`, "key [spec ports []] pro"],
  ["a value within an item", `${HEAD}spec:\n  ports:\n  - protocol: T|`, "value [spec ports [] protocol] T"],
  ["an item that is a text", "spec:\n  accessModes:\n  - Read|", "key [spec accessModes []] Read"],
  ["below a list", `${HEAD}spec:\n  ports:\n  - port: 80\n  sel|`, "key [spec] sel"],
  ["lists in lists", "a:\n- - b|", "key [a [] []] b"],
  ["brackets", `${HEAD}spec: {ty|`, "key [spec] ty"],
  ["a value in brackets", `${HEAD}spec: {type: Clu|}`, "value [spec type] Clu"],
  ["a list in brackets", `${HEAD}spec:\n  ports: [{po|`, "key [spec ports []] po"],
  ["an item in brackets", "spec:\n  accessModes: [Read|", "value [spec accessModes []] Read"],
  ["brackets over lines", "metadata: {name: a,\n  lab|", "key [metadata] lab"],
  ["JSON", '{"apiVersion": "v1", "kind": "Service",\n "spec": {\n  "ty|', "key [spec] ty"],
  ["a JSON value", '{"kind": "Service",\n "spec": {"type": "Clu|', "value [spec type] Clu"],
  ["behind a text of several lines", "data:\n  a: >\n    x: y\n  b|", "key [data] b"],
  ["a key with dots", "metadata:\n  labels:\n    app.kubernetes.io/name: a\n    b|", "key [metadata labels] b"],
])) {
  test(name, () => {
    const found = place(text);
    assert.ok(found);
    assert.equal(`${found.at} [${found.path.join(" ")}] ${found.word}`, wanted);
    assert.equal(found.from, at(text).column - found.word.length);
  });
}

for (const [name, text] of [["a comment", "kind: A # so|"], ["a line of comment", "# so|"], ["a text of several lines", "data:\n  a: |-x\n    so|".replace("|-x", ">-")], ["directly behind a colon", "kind:|"]]) {
  test(`nothing is offered in ${name}`, () => assert.equal(place(text), null));
}

test("keys that are there already are known, above and below, of this mapping alone", () => {
  const found = place("kind: A\nspec:\n  ports:\n  - port: 80\n    name: x\n  - |\n    name: y\n  type: B\n");
  assert.deepEqual(found?.siblings, ["name"]);
  assert.deepEqual(place("a: 1\nspec:\n  b: 2\n|\nc: 3")?.siblings, ["a", "spec", "c"]);
  assert.deepEqual(place("spec: {a: 1, b|")?.siblings, ["a"]);
});

test("a document says what it is", () => {
  const { apiVersion, kind } = place('apiVersion: "apps/v1" # so\nkind: Deployment\nspec:\n  kind: No\n  |') ?? {};
  assert.deepEqual([apiVersion, kind], ["apps/v1", "Deployment"]);
  assert.equal(place('{"spec": {"kind": "No"}, "kind": "Job", "|')?.kind, "Job");
});

for (const [name, text, wanted] of /** @type {[string, string, string|null][]} */ ([
  ["on a key", "spec:\n  ports:\n  - po|rt: 80", "spec ports [] port"],
  ["on a parent", "sp|ec:\n  ports: 1", "spec"],
  ["in brackets", "spec: {ty|pe: A}", "spec type"],
  ["on a value", "spec:\n  type: Clu|ster", null],
])) {
  test(`the key ${name}`, () => {
    const { lines, line, column } = at(text);
    assert.equal(keyAt(lines, line, column)?.path.join(" ") ?? null, wanted);
  });
}

test("from the keyboard a value asks for its key", () => {
  const { lines, line, column } = at("spec:\n  type: Clu|ster");
  assert.deepEqual(keyAt(lines, line, column, true)?.path, ["spec", "type"]);
});

const LIST = "apiVersion: v1\nkind: List\nitems:\n";
const TWO = `${LIST}- apiVersion: v1\n  kind: Service\n  spec:\n    ports: []\n- apiVersion: apps/v1\n  kind: Deployment\n`;
for (const [name, text, wanted] of /** @type {[string, string, string][]} */ ([
  ["its first item", `${LIST}- apiVersion: v1\n  kind: Service\n  sp|`, "v1 Service key [] sp"],
  ["below a key of it", `${LIST}- apiVersion: v1\n  kind: Service\n  spec:\n    ty|`, "v1 Service key [spec] ty"],
  ["the second item", `${TWO}  spec:\n    rep|`, "apps/v1 Deployment key [spec] rep"],
  ["the first of two", TWO.replace("    ports: []", "    ty|"), "v1 Service key [spec] ty"],
  ["an item that says last what it is", `${LIST}- spec:\n    ty|\n  kind: Service\n  apiVersion: v1`, "v1 Service key [spec] ty"],
  ["an item that says nothing yet", `${LIST}- ki|`, "  key [] ki"],
  ["its kind", `${LIST}- kind: Serv|`, " Serv value [kind] Serv"],
  ["a list within it", `${LIST}- apiVersion: v1\n  kind: Service\n  spec:\n    ports:\n    - po|`, "v1 Service key [spec ports []] po"],
  ["a deeper dash", `${LIST}  - apiVersion: v1\n    kind: Service\n    spec:\n      |`, "v1 Service key [spec] "],
  ["an item in brackets", `${LIST}- {apiVersion: v1, kind: Service, spec: {ty|`, "v1 Service key [spec] ty"],
  ["items in brackets", `apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Service, sp|`, "v1 Service key [] sp"],
  ["a List in JSON", '{"apiVersion": "v1", "kind": "List", "items": [{"kind": "Pod"}, {"apiVersion": "v1", "kind": "Service", "spec": {"ty|', "v1 Service key [spec] ty"],
  ["a list of one kind", "apiVersion: v1\nkind: PodList\nitems:\n- spec:\n    con|", "v1 Pod key [spec] con"],
  ["what is beside the items", `${LIST}- kind: A\nme|`, "v1 List key [] me"],
  ["no List at all", "apiVersion: v1\nkind: ConfigMap\nitems:\n- ke|", "v1 ConfigMap key [items []] ke"],
])) {
  test(`in a List: ${name}`, () => {
    const found = place(text);
    assert.ok(found);
    assert.equal(`${found.apiVersion} ${found.kind} ${found.at} [${found.path.join(" ")}] ${found.word}`, wanted);
  });
}

test("a key in an item of a List is its own", () => {
  const { lines, line, column } = at(`${TWO}  spec:\n    rep|licas: 2`), key = keyAt(lines, line, column);
  assert.deepEqual([key?.apiVersion, key?.kind, key?.path], ["apps/v1", "Deployment", ["spec", "replicas"]]);
});
