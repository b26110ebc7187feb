// Which of some files can be manifests, and a sentence for each that cannot: what is refused needs somebody, what is
// skipped was never meant to be one. Pure: names and sizes decide.

/** @typedef {{ path: string, size: number }} Candidate */

const MB = 1024 * 1024;
export const MOST_BYTES = 3 * MB;
export const MOST_FILES = 500;
const MANIFEST = /\.(ya?ml|json)$/i;
const HIDDEN = /(^|\/)(\.[^/]+|node_modules)(\/|$)/;

const folderOf = (/** @type {string} */ path) => path.slice(0, path.lastIndexOf("/") + 1);
const named = (/** @type {string} */ folder) => (folder ? folder.slice(0, -1) : "This folder");
const inMB = (/** @type {number} */ size) => (size / MB).toFixed(1);

/**
 * In the order they are given, so that what others need can come first.
 * @template {Candidate} T
 * @param {T[]} files @returns {{ taken: T[], refused: string[], skipped: string[] }}
 */
export function sift(files) {
  const shown = files.filter((each) => !HIDDEN.test(each.path));
  const recipes = recipesIn(shown);
  /** @type {string[]} */ const refused = recipes.map((each) => each.sentence);
  /** @type {string[]} */ const skipped = [];
  /** @type {string[]} */ const others = [];
  /** @type {T[]} */ const taken = [];
  let bytes = 0, over = 0;
  for (const file of shown) {
    if (recipes.some((recipe) => file.path.startsWith(recipe.folder))) continue;
    if (!MANIFEST.test(file.path)) others.push(file.path);
    else if (file.size > MOST_BYTES) refused.push(`${file.path} has ${inMB(file.size)} MB and was left out. Manifests have at most 3.`);
    else if (taken.length >= MOST_FILES || bytes + file.size > MOST_BYTES) over += 1;
    else {
      taken.push(file);
      bytes += file.size;
    }
  }
  const names = "names of manifests end in .yaml, .yml or .json.";
  // Beside manifests a README is nothing to worry about; alone it is not what somebody wanted to open.
  if (others.length && taken.length) skipped.push(`Skipped: ${listed(others)}, no manifest${others.length === 1 ? "" : "s"}; ${names}`);
  else if (others.length) refused.push(`${listed(others)} ${others.length === 1 ? "is no manifest and was" : "are no manifests and were"} left out: ${names}`);
  if (over) refused.push(`${over} more file${over === 1 ? " was" : "s were"} left out: ${MOST_FILES} files and 3 MB together are the most. Apply them in parts.`);
  if (!shown.length) refused.push("There is no file in it.");
  return { taken, refused, skipped };
}

/** Folders that say how manifests are made, the outermost of each. @param {Candidate[]} files */
function recipesIn(files) {
  /** @type {{ folder: string, sentence: string }[]} */ const found = [];
  const sorted = [...files].sort((a, b) => folderOf(a.path).length - folderOf(b.path).length);
  for (const { path } of sorted) {
    const folder = folderOf(path), file = path.slice(folder.length);
    if (found.some((each) => folder.startsWith(each.folder) && each.folder)) continue;
    // A file that came alone is all that is known of its folder.
    const whole = folder || path, place = folder ? folder.replace(/\/$/, "") : ".";
    if (/^kustomization(\.ya?ml)?$/i.test(file)) {
      found.push({ folder: whole, sentence: `${folder ? named(folder) : path} is a kustomization: a recipe that kubectl makes manifests by. Run kubectl kustomize ${place} > all.yaml and open all.yaml.` });
    } else if (/^Chart\.ya?ml$/.test(file)) {
      found.push({ folder: whole, sentence: `${folder ? named(folder) : path} is a Helm chart: its templates become manifests by Helm. Run helm template ${place} > all.yaml and open all.yaml.` });
    }
  }
  return found;
}

/** "a.md, b.png and 3 more" @param {string[]} names */
function listed(names) {
  if (names.length <= 3) return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
  return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
}

/** The text of a file; null for what is none. @param {ArrayBuffer} bytes @returns {string|null} */
export function textOf(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem; // the decoder's way of saying that it is no UTF-8
    return null;
  }
}
