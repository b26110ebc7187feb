// Which files are manifests, and the words for those that are not.
import assert from "node:assert/strict";
import { test } from "node:test";

import { MOST_FILES, sift, textOf } from "../../static/js/apply/sifting.js";

const of = (/** @type {string[]} */ ...paths) => paths.map((path) => ({ path, size: 10 }));
const names = (/** @type {{ path: string }[]} */ files) => files.map((each) => each.path);

test("manifests are taken in the order they come, what is hidden is not looked at", () => {
  const { taken, refused } = sift(of("k/b.yml", "k/a.yaml", "k/.git/c.yaml", "k/node_modules/d.json", "k/e.JSON"));
  assert.deepEqual(names(taken), ["k/b.yml", "k/a.yaml", "k/e.JSON"]);
  assert.deepEqual(refused, []);
});

test("what is none is named", () => {
  assert.deepEqual(sift(of("README.md")).refused, ["README.md is no manifest and was left out: names of manifests end in .yaml, .yml or .json."]);
  assert.match(sift(of("a.md", "b.png", "c.sh", "d.go")).refused[0], /^a.md, b.png and 2 more are no manifests and were left out/);
});

test("beside manifests it is skipped, which is no error", () => {
  for (const [paths, told] of /** @type {[string[], string[]][]} */ ([
    [["README.md", "x.yaml"], ["Skipped: README.md, no manifest; names of manifests end in .yaml, .yml or .json."]],
    [["a.md", "b.png", "c.sh", "d.go", "x.yaml"], ["Skipped: a.md, b.png and 2 more, no manifests; names of manifests end in .yaml, .yml or .json."]],
    [["x.yaml"], []],
    [["README.md"], []],
  ])) {
    const { skipped, refused } = sift(of(...paths));
    assert.deepEqual(skipped, told);
    assert.equal(refused.length, paths.length === 1 && paths[0] === "README.md" ? 1 : 0);
  }
});

test("a kustomization's folder is left out, and what would work is said", () => {
  const { taken, refused } = sift(of("app/base/kustomization.yaml", "app/base/web.yaml", "app/base/more/x.yaml", "app/other.yaml"));
  assert.deepEqual(names(taken), ["app/other.yaml"]);
  assert.deepEqual(refused, ["app/base is a kustomization: a recipe that kubectl makes manifests by. Run kubectl kustomize app/base > all.yaml and open all.yaml."]);
});

test("a chart's folder is left out with its subcharts, in one sentence", () => {
  const { taken, refused } = sift(of("web/Chart.yaml", "web/templates/a.yaml", "web/charts/db/Chart.yaml", "web/values.yaml"));
  assert.deepEqual(taken, []);
  assert.deepEqual(refused, ["web is a Helm chart: its templates become manifests by Helm. Run helm template web > all.yaml and open all.yaml."]);
});

test("a recipe that came alone holds back nothing beside it", () => {
  const { taken, refused } = sift(of("kustomization.yaml", "web.yaml"));
  assert.deepEqual(names(taken), ["web.yaml"]);
  assert.match(refused[0], /^kustomization.yaml is a kustomization.*kubectl kustomize \./);
});

test("too large, too much and too many are told apart", () => {
  const MB = 1024 * 1024;
  assert.deepEqual(sift([{ path: "a.yaml", size: 4 * MB }]).refused, ["a.yaml has 4.0 MB and was left out. Manifests have at most 3."]);
  assert.match(sift([{ path: "a.yaml", size: 2 * MB }, { path: "b.yaml", size: 2 * MB }]).refused[0], /^1 more file was left out: 500 files and 3 MB/);
  const many = sift(of(...Array.from({ length: MOST_FILES + 2 }, (_, index) => `f${index}.yaml`)));
  assert.equal(many.taken.length, MOST_FILES);
  assert.match(many.refused[0], /^2 more files were left out/);
  assert.deepEqual(sift([]).refused, ["There is no file in it."]);
});

test("bytes that are no text are none", () => {
  const bytes = (/** @type {number[]} */ ...values) => new Uint8Array(values).buffer;
  assert.equal(textOf(bytes(97, 58, 32, 49)), "a: 1");
  assert.equal(textOf(bytes(0x89, 0x50, 0xff)), null);
  assert.equal(textOf(bytes(97, 0, 98)), null);
});
