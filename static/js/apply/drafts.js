/**
 * What was written in the form: kept by the browser for this window, so that whoever reloads, looks elsewhere or comes
 * back finds it. It is not sent anywhere. What was stored stays with its page's entry in the window's history alone.
 *
 * @typedef {{ text: string, namespace: string, leftOut: string[] }} Draft
 * @typedef {Draft & { search: string }} Kept with the query of the page it was written on: a template that is asked for
 *   by its address is not covered by a text from elsewhere
 */

const key = () => `kubarium.apply ${location.pathname}`;

/** @param {Draft} draft */
export function keep(draft) {
  try {
    if (draft.text.trim()) sessionStorage.setItem(key(), JSON.stringify({ ...draft, search: location.search }));
    else sessionStorage.removeItem(key());
  } catch (problem) {
    // More than a browser keeps, or one that keeps nothing: an older text must not come back in its place.
    if (!(problem instanceof DOMException)) throw problem;
    forget();
  }
}

/** The page shows what became of this text: to load it again, or to come back to it, must not store it once more, as a
 * browser does that sends the form anew. @param {Draft} draft @param {boolean} stored */
export function rest(draft, stored) {
  if (stored) forget();
  else keep(draft);
  history.replaceState({ draft }, "", location.href);
}

/** What was written here before; null for nothing. @returns {Draft|null} */
export function kept() {
  /** @type {Kept|null} */ const here = history.state?.draft ?? read();
  return here && (!location.search || here.search === location.search) ? here : null;
}

export function forget() {
  try {
    sessionStorage.removeItem(key());
  } catch (problem) {
    if (!(problem instanceof DOMException)) throw problem;
  }
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(key()) ?? "null");
  } catch (problem) {
    if (!(problem instanceof DOMException || problem instanceof SyntaxError)) throw problem;
    return null;
  }
}
