/** Which object an address's fragment names: `#pods/default/web-0`, `#nodes//node-1`. Pure. */

const OBJECT = /^(?:[a-z]+\/[^/]*|loose)\/[^/]+$/;

/** The id in a fragment; "" when there is none in it. A fragment of the page before survives a redirect, and
 * a link within the page has one too. @param {string} hash as in location.hash */
export function objectIn(hash) {
  const given = hash.slice(1);
  try {
    const id = decodeURIComponent(given);
    return OBJECT.test(id) ? id : "";
  } catch (problem) {
    if (!(problem instanceof URIError)) throw problem;
    return "";
  }
}
