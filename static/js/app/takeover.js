/** The moment at which a script takes over what the server wrote: what somebody has written there by then comes along, and so does the focus. */

/** Whether somebody presses in it right now: what a press ends on is what it began on, so the page waits. @param {Element} place */
export const underHand = (place) => place.matches(":active");

/** @param {Element} element */
const wordsOf = (element) => element.textContent?.trim() ?? "";

/**
 * Read before the place goes: the fields that are not as they came, by name; and what finds the focus again in what
 * takes the place.
 * @param {HTMLElement} place @param {Record<string, string>} [renamed] names of fields that the script's form calls otherwise
 */
export function takenAlong(place, renamed = {}) {
  /** @type {Record<string, string>} */ const written = {};
  for (const field of /** @type {NodeListOf<HTMLInputElement|HTMLSelectElement>} */ (place.querySelectorAll("input, select"))) {
    const as = field instanceof HTMLSelectElement ? ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value : field.defaultValue;
    if (field.value !== as) written[field.name] = field.value;
  }
  const held = /** @type {HTMLElement & { name?: string, selectionStart?: number|null, selectionEnd?: number|null }} */ (document.activeElement);
  const name = held?.name ?? "", range = [held?.selectionStart, held?.selectionEnd];
  const inside = held !== null && held !== place && place.contains(held);
  return {
    written,
    /** @param {Element} other */
    focusIn(other) {
      if (!inside) return;
      const like = /** @type {HTMLInputElement|undefined} */ (name ? other.querySelector(`[name="${CSS.escape(renamed[name] ?? name)}"]`) : [...other.querySelectorAll(held.localName)].find((each) => wordsOf(each) === wordsOf(held)));
      like?.focus({ preventScroll: true });
      if (like instanceof HTMLInputElement && typeof range[0] === "number") like.setSelectionRange(range[0], range[1] ?? range[0]);
    },
  };
}
