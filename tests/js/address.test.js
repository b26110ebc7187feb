/** What of an address's fragment names an object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { objectIn } from "../../static/js/app/address.js";

for (const [hash, id] of [
  ["#pods/default/web-0", "pods/default/web-0"], ["#nodes//node-1", "nodes//node-1"], ["#statefulsets/default/web#2", "statefulsets/default/web#2"],
  ["#loose/default", "loose/default"], ["#roles/default/system%3Aview", "roles/default/system:view"],
  ["", ""], ["#", ""], ["#new", ""], ["#main", ""], ["#pods/default/", ""], ["#pods/default/a/b", ""], ["#pods/%E0/x", ""],
]) test(`${hash || "no fragment"} names ${id || "nothing"}`, () => assert.equal(objectIn(hash), id));
