// The apply form with JavaScript: the editor is fetched when the page stands, and takes the plain field's place.

import { begin, stay } from "./apply/form.js";

const form = /** @type {HTMLFormElement} */ (document.querySelector("form.ap"));

/** @type {Promise<typeof import("./editor.js")>} */
const loading = import(form.dataset.editorModule ?? "");
loading.then(({ mountEditor }) => begin(mountEditor), stay);
