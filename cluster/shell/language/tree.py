"""tree-sitter's door: which commands a script nests in which. The only module that names tree-sitter.

The grammar is asked for the structure alone. It trips over words that the shell reads with ease (`[ a \\< b ]`, two
here-documents on a line), so every word, string and redirection is shown to it as a plain word of the same length, and
what they say is read from the text itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import tree_sitter
import tree_sitter_bash

from cluster.shell.language.lexing import OPENING, RESERVED, Token, Tokens

Node = tree_sitter.Node

_LANGUAGE = tree_sitter.Language(tree_sitter_bash.language())
_LOOPS = (["for", "in"], ["select", "in"])
"""Loops over nothing: of an `in` with no words behind it the grammar does not know."""
_COMPOUND_ENDS = frozenset({"}", "fi", "done", "esac"})


class Unread(Exception):
    """tree-sitter finds no structure in a text that is none the worse for it."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


def structure(tokens: Tokens) -> Node:
    """The root of the tree; positions in it are those of the text. Unread."""
    tree = tree_sitter.Parser(_LANGUAGE).parse(masked(tokens).encode())
    if tree.root_node.has_error:
        raise Unread(_first_error(tree.root_node))
    return tree.root_node


def masked(tokens: Tokens) -> str:
    """The text with all that the structure does not depend on made plain."""
    shown = [" "] * len(tokens.text)
    before: Token | None = None
    function = after_compound = False
    for at, token in enumerate(tokens.items):
        width = token.end - token.start
        if token.kind == "operator":
            plain = ";;".ljust(width) if token.text in (";&", ";;&") else token.text
        elif token.kind == "redirection" and after_compound:
            plain = ">" + "w" * (width - 1)
        elif token.kind == "word" and (_is_reserved(token, before) or (function and token.text == "{")):
            plain = "!   " if token.text == "time" else token.text
        elif token.kind == "calculation":
            plain = " " + "w" * (width - 1)
        else:
            plain = "w" * width
        shown[token.start : token.end] = plain
        if plain in (";", "\n") and [each.text for each in tokens.items[max(at - 3, 0) : at : 2]] in _LOOPS:
            shown[tokens.items[at - 1].start : tokens.items[at - 1].end] = "  "
        elif plain == "do" and at > 1 and tokens.items[at - 2].text in ("for", "select"):
            shown[token.start - 1] = ";"  # nor of a loop over the parameters without one
        if token.kind != "redirection":
            after_compound = (plain == ")" and token.kind == "operator") or (plain in _COMPOUND_ENDS)
            function = before is not None and before.text == "function" and plain[0] == "w"
            before = token
    return "".join(shown)


def _is_reserved(token: Token, before: Token | None) -> bool:
    """Whether the word may be one of the language's own where it stands."""
    if token.text not in RESERVED or token.text in ("[[", "coproc"):
        return False
    if before is None or before.kind == "operator" or token.text == "in":
        return True
    if before.kind == "word":
        return before.text in OPENING | _COMPOUND_ENDS | {"in"} or token.text == "do"
    return False


def _first_error(node: Node) -> int:
    pending: Sequence[Node] = [node]
    while pending:
        bad = [child for child in pending if child.is_error or child.is_missing]
        if bad:
            return bad[0].start_byte
        pending = [grandchild for child in pending if child.has_error for grandchild in child.children]
    return node.start_byte
