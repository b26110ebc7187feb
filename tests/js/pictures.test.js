/** The layout of some clusters, compared with pictures that somebody looked at: see pictures/draw.js. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { draw, fileOf, PICTURES } from "./pictures/draw.js";

for (const name of Object.keys(PICTURES)) {
  test(`${name} is laid out as in pictures/${name}.svg`, () => {
    const now = draw(name).split("\n"), kept = readFileSync(fileOf(name), "utf8").split("\n"), at = now.findIndex((line, i) => line !== kept[i]);
    assert.ok(at < 0 && now.length === kept.length, `line ${at + 1} is\n${now[at]}\nand was\n${kept[at]}\nLook at the new pictures (npm run pictures) and commit them if they are better.`);
  });
}
