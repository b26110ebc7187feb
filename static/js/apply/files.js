// Files and folders from the buttons or dropped on the page, read and handed on as texts, each with its name.

import { MOST_FILES, sift, textOf } from "./sifting.js";

/** @typedef {{ path: string, size: number, file: File }} Found */
/** @typedef {{ add: (files: { name: string, text: string }[]) => string[], complain: (refused: string[], calm: string[]) => void }} Told */

/** The walk through a folder ends here: more cannot be taken anyway, and a disk may hang below it. */
const MOST_LOOKED_AT = 10 * MOST_FILES;

/** @param {HTMLFormElement} form @param {Told} told */
export function takeFiles(form, told) {
  const zone = /** @type {HTMLElement} */ (form.querySelector("[data-editor]"));
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[type=file]"))) {
    input.addEventListener("change", async () => {
      const files = [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, size: file.size, file }));
      if (input.webkitdirectory) files.sort((a, b) => a.path.localeCompare(b.path));
      await read(files, told);
      input.value = "";
    });
  }
  let depth = 0;
  form.addEventListener("dragenter", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    depth += 1;
    zone.classList.add("drop");
  });
  form.addEventListener("dragleave", () => {
    depth = Math.max(0, depth - 1);
    if (depth === 0) zone.classList.remove("drop");
  });
  // Before CodeMirror sees it: it would insert the file's text at the pointer, without its name.
  form.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault(), true);
  form.addEventListener("drop", (event) => {
    depth = 0;
    zone.classList.remove("drop");
    const given = event.dataTransfer;
    if (!given?.files.length && !given?.types.includes("Files")) return;
    event.preventDefault();
    event.stopPropagation();
    // The list of what was dropped is gone once this handler returns.
    const entries = [...given.items].map((item) => item.webkitGetAsEntry?.() ?? null);
    const plain = [...given.files].map((file) => ({ path: file.name, size: file.size, file }));
    const whole = entries.some(Boolean) ? Promise.all(entries.filter((each) => each !== null).map((each) => walk(each, { left: MOST_LOOKED_AT }))).then((found) => found.flat()) : Promise.resolve(plain);
    void whole.then((files) => read(files, told));
  }, true);
}

/** The files below an entry, folders in order of their names. @param {FileSystemEntry} entry @param {{ left: number }} budget @returns {Promise<Found[]>} */
async function walk(entry, budget) {
  if (budget.left <= 0) return [];
  budget.left -= 1;
  if (entry.isFile) {
    const file = await new Promise((/** @type {(file: File|null) => void} */ done) => /** @type {FileSystemFileEntry} */ (entry).file(done, () => done(null)));
    return file ? [{ path: entry.fullPath.replace(/^\//, "") || file.name, size: file.size, file }] : [];
  }
  if (/^(\.|node_modules$)/.test(entry.name)) return [];
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {FileSystemEntry[]} */ const inside = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise((/** @type {(some: FileSystemEntry[]) => void} */ done) => reader.readEntries(done, () => done([])));
    if (!some.length) break;
    inside.push(...some);
  }
  inside.sort((a, b) => a.name.localeCompare(b.name));
  const found = [];
  for (const each of inside) found.push(...await walk(each, budget));
  return found;
}

/** @param {Found[]} files @param {Told} told */
async function read(files, told) {
  const { taken, refused, skipped } = sift(files);
  /** @type {{ name: string, text: string }[]} */ const texts = [];
  for (const { path, file } of taken) {
    const text = await file.arrayBuffer().then(textOf, () => undefined);
    if (text === undefined) refused.push(`${path} could not be read and was left out.`);
    else if (text === null) refused.push(`${path} is no text and was left out. A manifest is YAML or JSON in UTF-8.`);
    else if (!text.trim()) refused.push(`${path} is empty and was left out.`);
    else texts.push({ name: path, text });
  }
  told.complain(refused, [...skipped, ...told.add(texts)]);
}
