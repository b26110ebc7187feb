/**
 * What a screen reader is told. Each speaker of a page has a line of its own: what it says next takes the place of what
 * it said, and never of what another has said in the same moment.
 *
 * @returns {(text: string) => void}
 */
export function voice() {
  /** @type {HTMLElement|undefined} */ let line;
  return (text) => {
    line ??= document.getElementById("announce")?.appendChild(document.createElement("p"));
    if (line) line.textContent = text;
  };
}
