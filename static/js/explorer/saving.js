/** The map as a file to keep: all of it, not only what is in sight, as it looks now. */
import { render } from "lit/html.js";
import { png, svgText } from "../picture/export.js";
import { map } from "../picture/map.js";
import { answered, matching } from "./shown.js";

/** @import { App } from "../app/app.js" */
/** @import { Frame } from "./frame.js" */

/** @param {App} app @param {Frame} places @param {"svg"|"png"} sort */
export async function save(app, { surface, sea }, sort) {
  const { picture, state, model, now } = app, { width, height } = picture;
  const drawn = /** @type {SVGSVGElement} */ (surface.cloneNode(false));
  drawn.classList.remove("middle");
  drawn.classList.add("saving");
  drawn.style.setProperty("--k", "1");
  const everything = { x0: -Infinity, y0: -Infinity, x1: Infinity, y1: Infinity };
  render(map(state, model, picture, { going: [], selected: app.ui.selected, hover: "", tab: "", ...answered(app), matches: matching(app), k: 1, now, view: everything }), /** @type {any} */ (drawn));
  sea.append(drawn);
  try {
    const title = `Cluster ${state.cluster?.slug ?? ""} at r${state.revision}`, ground = getComputedStyle(document.body).backgroundColor;
    const text = await svgText(drawn, { width, height, title, ground });
    download(sort === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await png(text, { width, height }), `${state.cluster?.slug ?? "cluster"}-r${state.revision}.${sort}`);
    app.receive({ t: "say", text: `The picture was saved as ${sort.toUpperCase()}.` });
  } catch (problem) {
    app.receive({ t: "say", text: `The picture was not saved. ${problem instanceof Error ? problem.message : problem}` });
    throw problem;
  } finally {
    drawn.remove();
  }
}

/** @param {Blob} blob @param {string} name */
function download(blob, name) {
  const link = document.createElement("a"), url = URL.createObjectURL(blob);
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
