/**
 * The whole picture as a file of its own: the theme's colours and the fonts are in it, so it looks the same elsewhere.
 * Refuses to know where the picture comes from and where the file goes.
 */

/** What a drawing's look is made of; all else of its style is layout of the page. */
const SHAPE = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "opacity"];
const TEXT = ["fill", "opacity", "font-family", "font-size", "font-weight", "letter-spacing", "text-anchor", "text-decoration-line", "paint-order", "stroke", "stroke-width", "stroke-linejoin"];
const PLAIN = /** @type {Record<string, string>} */ ({ stroke: "none", opacity: "1", "stroke-opacity": "1", "stroke-dasharray": "none", "stroke-linecap": "butt", "stroke-linejoin": "miter", "letter-spacing": "normal", "text-anchor": "start", "text-decoration-line": "none", "paint-order": "normal" });
/** For keys, pointers and movement: nothing of it is seen. */
const UNSEEN = "[role=treeitem], .reach, .unpin, .unfold, .changed, .leaving, title";
const LONGEST_SIDE = 8000;

/** @param {SVGSVGElement} drawn attached to the page, so that its style is known @param {{ width: number, height: number, title: string, ground: string }} sheet @returns {Promise<string>} */
export async function svgText(drawn, { width, height, title, ground }) {
  for (const each of drawn.querySelectorAll(UNSEEN)) each.remove();
  /** @type {Set<string>} */ const families = new Set();
  for (const each of [...drawn.querySelectorAll("*")]) inline(each, families);
  for (const each of drawn.querySelectorAll("*")) for (const { name } of [...each.attributes]) if (/^(class|style|role|tabindex|pathLength|data-|aria-)/.test(name)) each.removeAttribute(name);
  const out = /** @type {SVGSVGElement} */ (drawn.cloneNode(true)), comments = document.createTreeWalker(out, NodeFilter.SHOW_COMMENT), gone = [];
  while (comments.nextNode()) gone.push(comments.currentNode);
  for (const each of gone) /** @type {ChildNode} */ (each).remove();
  for (const { name } of [...out.attributes]) out.removeAttribute(name);
  for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height, role: "img" })) out.setAttribute(name, String(value));
  const make = (/** @type {string} */ name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const head = make("title"), sheet = make("rect"), style = make("style");
  head.textContent = title;
  for (const [name, value] of Object.entries({ width, height, fill: ground })) sheet.setAttribute(name, String(value));
  style.textContent = (await fontFaces(families)).join("\n");
  out.prepend(head, style, sheet);
  return new XMLSerializer().serializeToString(out);
}

/** @param {Element} each @param {Set<string>} families */
function inline(each, families) {
  const style = getComputedStyle(each), text = each.matches("text, tspan");
  if (style.display === "none") return each.remove();
  if (!text && !each.matches("path, rect, circle, line, g")) return;
  const line = each.matches("[data-line]:not(.dotted), .ans:not(.dotted)"); // the dash that draws it in
  for (const name of text ? TEXT : each.matches("g") ? ["opacity"] : SHAPE) {
    const value = style.getPropertyValue(name);
    if (line && name === "stroke-dasharray") continue;
    if (value && value !== PLAIN[name] && !(name.startsWith("stroke-") && style.stroke === "none")) each.setAttribute(name === "text-decoration-line" ? "text-decoration" : name, value);
  }
  if (text) for (const family of style.fontFamily.split(",")) families.add(family.trim().replaceAll(/["']/g, ""));
}

/** The page's own faces of these families, their files in them. @param {ReadonlySet<string>} families */
async function fontFaces(families) {
  const faces = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules].flatMap((rule) => (rule instanceof CSSFontFaceRule ? [{ rule, base: sheet.href ?? location.href }] : [])));
  return Promise.all(faces.filter(({ rule }) => families.has(rule.style.getPropertyValue("font-family").replaceAll(/["']/g, ""))).map(async ({ rule, base }) => {
    const [, path] = /url\("?([^")]+)"?\)/.exec(rule.style.getPropertyValue("src")) ?? [], of = (/** @type {string} */ name) => rule.style.getPropertyValue(name);
    const answer = await fetch(new URL(path, base));
    if (!answer.ok) throw new Error(`The font ${path} could not be fetched: the server answered ${answer.status}.`);
    return `@font-face{font-family:${of("font-family")};font-weight:${of("font-weight")};src:url("${await dataUrl(await answer.blob())}")}`;
  }));
}

/** @param {Blob} blob @returns {Promise<string>} */
const dataUrl = (blob) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result));
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});

/** The same as an image of dots, twice as fine as the screen's where that is not too large. @param {string} text @param {{ width: number, height: number }} size @returns {Promise<Blob>} */
export async function png(text, { width, height }) {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" })), image = new Image(), scale = Math.min(2, LONGEST_SIDE / Math.max(width, height));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("This browser could not draw the picture."))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
