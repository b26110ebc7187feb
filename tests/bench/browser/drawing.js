/** The explorer's map alone: what is known and where it stands is given, as the pages beside it are given theirs. */
import { render } from "lit/html.js";
import { layout } from "../../../static/js/layout.js";
import { derive } from "../../../static/js/model/derive.js";
import { BY_SERVICE } from "../../../static/js/model/views.js";
import { map } from "../../../static/js/picture/map.js";
import { initial, reduce } from "../../../static/js/state.js";
import { field, snapshot } from "../../js/frames.js";
import { painted } from "./measure.js";

const WIDE = 1280, TALL = 800, NONE = new Set();
const state = reduce(initial(), [snapshot(field(Number(new URLSearchParams(location.search).get("pods"))))], 0), model = derive(state);
const picture = layout(state, { width: WIDE, height: TALL, phone: false, level: undefined, focus: "", view: BY_SERVICE, order: "age", unfolded: false, columns: 1, pinned: [] });
const look = { going: [], selected: "", hover: "", tab: picture.bands[0].id, lit: NONE, askers: NONE, routed: NONE, matches: null, k: 1, now: 0, view: { x0: -200, y0: -200, x1: WIDE + 200, y1: TALL + 200 } };

async function first() {
  const began = performance.now();
  render(map(state, model, picture, look), document.querySelector("svg.picture .world"));
  await painted();
  return performance.now() - began;
}

window.bench = { first };
