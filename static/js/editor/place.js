// Where in a manifest a cursor stands: below which keys, at a key or at a value. Pure.
//
// Works on half-written text, which no parser takes: by indentation, and by brackets where there are some (JSON too).

/** @typedef {string} Step a key, or "[]" for an item of a list */
/**
 * @typedef {object} Place
 * @property {Step[]} path what stands around the cursor; with `at: "value"` the key itself is its end
 * @property {"key"|"value"} at
 * @property {string} word what is written of it before the cursor
 * @property {number} from the column where the word begins, from 0
 * @property {string[]} siblings keys that its mapping has already
 * @property {string} apiVersion
 * @property {string} kind
 * @property {boolean} flow within brackets: what is put in stays on its line
 * @property {boolean} item within an item of a List, which is a document of its own: path, apiVersion and kind are its
 */
/** @typedef {{ apiVersion: string, kind: string }} Identity */
/** @typedef {{ indent: number, step: Step }} Node */
/** @typedef {{ line: number, column: number, key: string, value: string, parent: Node, path: Step[] }} Entry */

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;
const COMMENT = /(^|\s)#.*$/;

/** @param {string} text */
const bare = (text) => text.replace(/^(["'])(.*)\1$/, "$2");

/** Keys by indentation, line after line. */
class Reader {
  constructor() {
    /** @type {Node} */ this.root = { indent: -1, step: "" };
    /** @type {Node[]} */ this.stack = [];
    /** @type {Entry[]} */ this.entries = [];
    this.scalar = -1; // lines deeper than this are a text's, not keys
    this.open = ""; // brackets that are not closed yet, and what stands in them
    /** @type {Step[]} */ this.openPath = [];
  }

  /** @param {number} indent @param {boolean} item */
  close(indent, item) {
    while (this.stack.length) {
      const top = this.stack[this.stack.length - 1];
      if (top.indent < indent || (item && top.indent === indent && top.step !== "[]")) break;
      this.stack.pop();
    }
  }

  get path() {
    return this.stack.map((node) => node.step);
  }

  get top() {
    return this.stack[this.stack.length - 1] ?? this.root;
  }

  /** Dashes at the start of what is left of a line. @param {string} rest @param {number} column @returns {[string, number]} */
  items(rest, column) {
    for (let dash = rest.match(/^-(\s+|$)/); dash; dash = rest.match(/^-(\s+|$)/)) {
      this.close(column, true);
      this.stack.push({ indent: column, step: "[]" });
      column += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    return [rest, column];
  }

  /** @param {string} text @param {number} line */
  take(text, line) {
    if (this.open) {
      this.flow(`${this.open}\n${text}`);
      return;
    }
    const indent = text.search(/\S/);
    if (indent < 0) return;
    if (this.scalar >= 0) {
      if (indent > this.scalar) return;
      this.scalar = -1;
    }
    if (text[indent] === "#") return;
    const [rest, column] = this.items(text.slice(indent), indent);
    const key = rest.match(KEY);
    if (!key) {
      this.openPath = this.path;
      this.flow(rest);
      return;
    }
    this.close(column, false);
    const value = rest.slice(key[0].length).replace(COMMENT, "").trim(), name = bare(key[1]);
    this.entries.push({ line, column, key: name, value, parent: this.top, path: this.path });
    this.stack.push({ indent: column, step: name });
    if (/^[|>][\d+-]*$/.test(value)) this.scalar = column;
    this.openPath = this.path;
    this.flow(value);
  }

  /** @param {string} value */
  flow(value) {
    this.open = /^[[{]/.test(value.trimStart()) && bracketed(value).depth > 0 ? value : "";
  }
}

/**
 * What stands open at the end of a text that begins with a bracket.
 * @param {string} text @returns {{ depth: number, path: Step[], keys: string[], at: "key"|"value", word: string, fields: Map<string, string>, open: Map<string, string>[] }} `fields`: the outermost mapping's texts; `open`: those of each bracket that is open
 */
function bracketed(text) {
  /** @type {{ map: boolean, key: string|null, keys: string[], fields: Map<string, string> }[]} */ const stack = [];
  /** @type {Map<string, string>} */ let fields = new Map();
  let word = "", quoted = "";
  const finish = () => {
    const top = stack[stack.length - 1];
    if (top?.map && top.key !== null && word.trim()) top.fields.set(top.key, bare(word.trim()));
    word = "";
  };
  for (let index = 0; index < text.length; index++) {
    const sign = text[index], top = stack[stack.length - 1];
    if (quoted) {
      word += sign;
      if (sign === "\\" && quoted === '"') word += text[++index] ?? "";
      else if (sign === quoted) quoted = "";
    } else if ((sign === '"' || sign === "'") && !word.trim()) {
      quoted = sign;
      word = sign;
    } else if (sign === "{" || sign === "[") {
      const opened = { map: sign === "{", key: null, keys: [], fields: new Map() };
      if (!stack.length) fields = opened.fields;
      stack.push(opened);
      word = "";
    } else if (sign === "}" || sign === "]") {
      finish();
      stack.pop();
    } else if (sign === ",") {
      finish();
      if (top) top.key = null;
    } else if (sign === ":" && top?.map && top.key === null && (/\s/.test(text[index + 1] ?? " ") || word.trim().startsWith('"'))) {
      top.key = bare(word.trim());
      top.keys.push(top.key);
      word = "";
    } else word += sign;
  }
  /** @type {Step[]} */ const path = [];
  for (const each of stack) {
    if (!each.map) path.push("[]");
    else if (each.key !== null) path.push(each.key);
  }
  const top = stack[stack.length - 1];
  return { depth: stack.length, path, keys: top?.keys ?? [], at: top?.map && top.key === null ? "key" : "value", word: word.trimStart(), fields, open: stack.map((each) => each.fields) };
}

/**
 * @param {string[]} lines of one document @param {number} line from 1, within it @param {number} column from 0
 * @returns {Place|null} null within a comment or a text of several lines
 */
export function placeAt(lines, line, column) {
  const found = standing(lines, line, column);
  return found && asItem(found, lines, line);
}

/**
 * In an item of a List everything is as it would be in a document of its own.
 * @template {{ path: Step[], apiVersion: string, kind: string, said?: Identity }} T @param {T} found @param {string[]} lines @param {number} line
 * @returns {Omit<T, "said"> & { item: boolean }}
 */
function asItem({ said, ...found }, lines, line) {
  if (!found.kind.endsWith("List") || found.path[0] !== "items" || found.path[1] !== "[]") return { ...found, item: false };
  const own = said ?? itemAt(lines, line), sort = found.kind.slice(0, -"List".length);
  // Items of a PodList need not say what they are.
  return { ...found, path: found.path.slice(2), item: true, kind: own.kind || sort, apiVersion: own.apiVersion || (sort ? found.apiVersion : "") };
}

/** What the item of a List says it is that a line belongs to. @param {string[]} lines @param {number} line @returns {Identity} */
function itemAt(lines, line) {
  const reader = new Reader();
  lines.slice(0, line).forEach((text, index) => reader.take(text, index + 1));
  const item = reader.stack[1];
  lines.slice(line).forEach((text, index) => reader.take(text, line + index + 1));
  const value = (/** @type {string} */ key) => bare(reader.entries.find((entry) => entry.parent === item && entry.key === key)?.value ?? "");
  return { apiVersion: value("apiVersion"), kind: value("kind") };
}

/** @param {string[]} lines @param {number} line @param {number} column @returns {(Omit<Place, "item"> & { said?: Identity })|null} */
function standing(lines, line, column) {
  const whole = lines[line - 1] ?? "", text = whole.slice(0, column);
  const identity = identityOf(lines);
  const reader = new Reader();
  for (let number = 1; number < line; number++) reader.take(lines[number - 1], number);
  if (reader.open) return inBrackets(`${reader.open}\n${text}`, reader.openPath, column, identity);
  const indent = text.search(/\S/) < 0 ? text.length : text.search(/\S/);
  if (reader.scalar >= 0 && indent > reader.scalar) return null;
  if (/(^|\s)#/.test(text.replace(/"(?:[^"\\]|\\.)*"|'[^']*'/g, ""))) return null;
  const [rest, at] = reader.items(text.slice(indent), indent);
  const key = rest.match(KEY);
  if (/^\s*[[{]/.test(key ? rest.slice(key[0].length) : rest)) {
    if (key) {
      reader.close(at, false);
      reader.stack.push({ indent: at, step: bare(key[1]) });
    }
    return inBrackets(key ? rest.slice(key[0].length) : rest, reader.path, column, identity);
  }
  // On a line of blanks the key's column is the cursor's.
  reader.close(at, false);
  const parent = reader.top, path = reader.path;
  if (key) {
    const value = rest.slice(key[0].length), word = value.trimStart();
    if (!value) return null; // directly behind the colon
    return { path: [...path, bare(key[1])], at: "value", word, from: column - word.length, siblings: [], flow: false, ...identity };
  }
  for (let number = line + 1; number <= lines.length; number++) reader.take(lines[number - 1], number);
  const siblings = reader.entries.filter((entry) => entry.parent === parent).map((entry) => entry.key);
  return { path, at: "key", word: rest, from: column - rest.length, siblings, flow: false, ...identity };
}

/** @param {string} text @param {Step[]} above @param {number} column @param {Identity} identity @returns {(Omit<Place, "item"> & { said?: Identity })|null} */
function inBrackets(text, above, column, identity) {
  const found = bracketed(text);
  if (!found.depth) return null;
  const word = found.word.replace(/^["']/, ""), item = found.open[2 - above.length];
  return { ...(item ? { said: { apiVersion: item.get("apiVersion") ?? "", kind: item.get("kind") ?? "" } } : {}), path: [...above, ...found.path], at: found.at, word, from: column - word.length, siblings: found.keys, flow: true, ...identity };
}

/** What a document says it is. @param {string[]} lines @returns {{ apiVersion: string, kind: string }} */
export function identityOf(lines) {
  const text = lines.join("\n");
  if (/^\s*\{/.test(text)) {
    const { fields } = bracketed(text.trimStart());
    return { apiVersion: fields.get("apiVersion") ?? "", kind: fields.get("kind") ?? "" };
  }
  const value = (/** @type {string} */ key) => {
    const found = lines.find((line) => line.startsWith(`${key}:`));
    return found ? bare(found.slice(key.length + 1).replace(COMMENT, "").trim()) : "";
  };
  return { apiVersion: value("apiVersion"), kind: value("kind") };
}

/**
 * The key under a position, for help; `loosely`: or the one whose value stands there.
 * @param {string[]} lines of one document @param {number} line @param {number} column @param {boolean} [loosely]
 * @returns {{ path: Step[], from: number, to: number, apiVersion: string, kind: string, item: boolean }|null}
 */
export function keyAt(lines, line, column, loosely = false) {
  const text = lines[line - 1] ?? "";
  const reader = new Reader();
  for (let number = 1; number <= line; number++) reader.take(lines[number - 1] ?? "", number);
  const entry = reader.entries.findLast((each) => each.line === line);
  const whole = () => entry && asItem({ path: [...entry.path, entry.key], from: entry.column, to: entry.column + entry.key.length, ...identityOf(lines) }, lines, line);
  if (entry && column >= entry.column && column <= entry.column + entry.key.length) return whole() ?? null;
  // Within brackets: the word that a colon follows.
  const from = text.slice(0, column).search(/[\w.$/-]*$/), to = column + (text.slice(column).match(/^[\w.$/-]*/)?.[0].length ?? 0);
  const place = to > from && /^["']?\s*:/.test(text.slice(to)) ? placeAt(lines, line, to) : null;
  if (place?.at === "key") return { path: [...place.path, text.slice(from, to)], from, to, apiVersion: place.apiVersion, kind: place.kind, item: place.item };
  return loosely ? (whole() ?? null) : null;
}
