/** The focus of who works with keys, kept through a drawing. */

/**
 * Draw into a place. What had the focus there and was moved has it still; what was made anew gets it back, and where it
 * is gone the focus goes to what takes its stead, not out of the place.
 * @param {HTMLElement|SVGElement} place @param {string} name the attribute that says who is who @param {() => void} draw
 * @param {() => Element|null} instead
 */
export function keepingFocus(place, name, draw, instead) {
  const held = document.activeElement;
  if (!held || held === place || !place.contains(held)) return draw();
  const who = held.closest(`[${name}]`)?.getAttribute(name);
  draw();
  if (document.activeElement === held) return;
  const again = held.isConnected ? held : who ? place.querySelector(`${held.localName}[${name}="${CSS.escape(who)}"]`) : null;
  /** @type {HTMLElement|SVGElement|null} */ (again ?? instead())?.focus({ preventScroll: true });
}
