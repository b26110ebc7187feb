import js from "@eslint/js";
import globals from "globals";

// The pure modules may know nothing of a browser: a global they name is an error.
const PURE = ["static/js/state.js", "static/js/layout.js", "static/js/editor/documents.js", "static/js/editor/indent.js", "static/js/editor/place.js", "static/js/editor/schema.js", "static/js/apply/marks.js", "static/js/apply/sections.js", "static/js/model/**/*.js", "static/js/layout/**/*.js"];

export default [
  { ignores: ["static/dist/**"] },
  js.configs.recommended,
  { files: ["static/js/**/*.js"], ignores: PURE, languageOptions: { globals: globals.browser } },
  { files: ["tests/js/**/*.js"], languageOptions: { globals: { ...globals.node, ...globals.browser } } },
  {
    rules: {
      eqeqeq: "error", "no-var": "error", "prefer-const": "error", "no-shadow": "error", "no-console": "error",
      "no-eval": "error", "no-implied-eval": "error", "no-param-reassign": "off",
    },
  },
  { files: ["tests/bench/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/js/harness/**/*.js"], rules: { "no-console": "off" } },
];
