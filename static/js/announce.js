/** Say a sentence to a screen reader. @param {string} text */
export function announce(text) {
  const line = document.getElementById("announce");
  if (line) line.textContent = text;
}
