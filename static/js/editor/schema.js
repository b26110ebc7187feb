// What the cluster's own OpenAPI says about a field: where a path leads, what may stand there. Pure.

/** @typedef {any} Node a schema as OpenAPI has it, its references followed */
/** @typedef {{ root: string, components: Record<string, any> }} Schema */
/** @typedef {{ name: string, sort: string, required: boolean, description: string, node: Node }} Field */

const PREFIX = "#/components/schemas/";
const SORTS = /** @type {Record<string, string>} */ ({ string: "text", integer: "whole number", number: "number", boolean: "true or false", object: "block", array: "list" });

/** @param {Schema} schema @param {any} node @returns {Node} with what it refers to merged in; its own words come first */
export function followed(schema, node) {
  let found = node ?? {};
  for (let step = 0; step < 8; step++) {
    const reference = found.$ref ?? (found.allOf?.length === 1 ? found.allOf[0].$ref : undefined);
    if (!reference) break;
    const own = { ...found };
    delete own.$ref;
    delete own.allOf;
    found = { ...schema.components[String(reference).replace(PREFIX, "")], ...own };
  }
  return found;
}

/** @param {Schema} schema @param {import("./place.js").Step[]} path @returns {Node|null} null where the type has no such field */
export function nodeAt(schema, path) {
  let node = followed(schema, { $ref: PREFIX + schema.root });
  for (const step of path) {
    const next = step === "[]" ? node.items : (node.properties?.[step] ?? (typeof node.additionalProperties === "object" ? node.additionalProperties : undefined));
    if (!next) return null;
    node = followed(schema, next);
  }
  return node;
}

/** Whether the last field of a path has to be given. @param {Schema} schema @param {import("./place.js").Step[]} path */
export function isRequired(schema, path) {
  const parent = nodeAt(schema, path.slice(0, -1));
  return Boolean(parent?.required?.includes(path[path.length - 1]));
}

/** What a field takes, in words: "list of text". @param {Schema} schema @param {Node} node @returns {string} */
export function sortOf(schema, node) {
  if (node.enum) return "one of a few";
  if (node.type === "array") {
    const items = followed(schema, node.items);
    return items.properties ? "list of blocks" : `list of ${sortOf(schema, items).replace("block", "blocks")}`;
  }
  if (node.type === "object" || node.properties) return node.additionalProperties ? "names with values" : "block";
  if (node["x-kubernetes-int-or-string"] || node.format === "int-or-string") return "number or text";
  if (node.oneOf) return node.oneOf.map((/** @type {Node} */ each) => SORTS[each.type] ?? "text").join(" or ");
  return SORTS[node.type] ?? "anything";
}

/** The fields of a block, those that have to be given first. @param {Schema} schema @param {Node} node @returns {Field[]} */
export function fieldsOf(schema, node) {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).map(([name, given]) => {
    const field = followed(schema, given);
    return { name, sort: sortOf(schema, field), required: required.has(name), description: field.description ?? "", node: field };
  }).sort((a, b) => Number(b.required) - Number(a.required) || a.name.localeCompare(b.name));
}

/** The values that may stand there, as far as they are few. @param {Node} node @returns {string[]} */
export function valuesOf(node) {
  if (Array.isArray(node.enum)) return node.enum.filter((/** @type {unknown} */ each) => each !== "").map(String);
  return node.type === "boolean" ? ["true", "false"] : [];
}

/** What is written behind a key that was chosen. @param {Schema} schema @param {Node} node @param {number} indent @param {boolean} flow @returns {string} */
export function opening(schema, node, indent, flow) {
  if (flow) return ": ";
  const below = `\n${" ".repeat(indent + 2)}`;
  if (node.type === "array") return `:${below}- `;
  return node.properties || node.type === "object" ? `:${below}` : ": ";
}

/** Sentences for help: the description's first paragraph, with its addresses as they are. @param {string} description @param {number} most */
export function briefly(description, most = 420) {
  const first = description.split("\n\n")[0].replace(/\s+/g, " ").trim();
  if (first.length <= most) return first;
  const cut = first.slice(0, most), end = cut.lastIndexOf(". ");
  return end > 80 ? cut.slice(0, end + 1) : `${cut.trimEnd()}…`;
}
