// Files from the button or dropped on the page become text of the editor, each under its name.

const MOST = 3 * 1024 * 1024;

/**
 * @param {HTMLFormElement} form @param {HTMLInputElement} input
 * @param {{ add: (text: string) => void, complain: (refused: string[]) => void }} told
 */
export function takeFiles(form, input, told) {
  const zone = /** @type {HTMLElement} */ (form.querySelector("[data-editor]"));
  input.addEventListener("change", async () => {
    await read([...(input.files ?? [])], told);
    input.value = "";
  });
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
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    event.stopPropagation();
    void read(files, told);
  }, true);
}

/** @param {File[]} files @param {{ add: (text: string) => void, complain: (refused: string[]) => void }} told */
async function read(files, told) {
  /** @type {string[]} */ const refused = [];
  const strict = new TextDecoder("utf-8", { fatal: true });
  for (const file of files.sort((a, b) => a.name.localeCompare(b.name))) {
    if (file.size > MOST) {
      refused.push(`${file.name} has ${(file.size / 1024 / 1024).toFixed(1)} MB and was left out. Manifests have at most 3.`);
      continue;
    }
    const text = textOf(await file.arrayBuffer(), strict);
    if (text === null) refused.push(`${file.name} is no text and was left out. A manifest is YAML or JSON in UTF-8.`);
    else if (!text.trim()) refused.push(`${file.name} is empty and was left out.`);
    else told.add(`# ${file.name}\n${text}`);
  }
  told.complain(refused);
}

/** @param {ArrayBuffer} bytes @param {TextDecoder} strict @returns {string|null} null for what is none */
function textOf(bytes, strict) {
  try {
    const text = strict.decode(bytes);
    return text.includes("\0") ? null : text;
  } catch (problem) {
    if (!(problem instanceof TypeError)) throw problem; // the decoder's way of saying that it is no UTF-8
    return null;
  }
}
