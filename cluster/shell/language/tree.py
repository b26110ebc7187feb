"""tree-sitter's door: which commands a script nests in which. The only module that names tree-sitter.

The grammar is asked for the structure alone. It trips over words that the shell reads with ease (`[ a \\< b ]`, two
here-documents on a line), so it is shown each word, string and redirection as a plain word; and each token in a place
of its own of one width, so that a position in the tree is a token's number.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

import tree_sitter
import tree_sitter_bash

from cluster.shell.language.lexing import OPENING, RESERVED, Token, Tokens

Node = tree_sitter.Node

_LANGUAGE = tree_sitter.Language(tree_sitter_bash.language())
_WIDTH = 10
_LOOPS = (["for", "in"], ["select", "in"])
"""Loops over nothing: of an `in` with no words behind it the grammar does not know."""
_COMPOUND_ENDS = frozenset({"}", "fi", "done", "esac"})


class Unread(Exception):
    """tree-sitter finds no structure in tokens that are none the worse for it; the number is of the one it stops at."""

    def __init__(self, token: int) -> None:
        super().__init__(token)
        self.token = token


def structure(tokens: Tokens, separators: Set[int]) -> Node:
    """The root of the tree; `separators`: the numbers of the newlines that end commands. Unread."""
    tree = tree_sitter.Parser(_LANGUAGE).parse(shown(tokens, separators).encode())
    if tree.root_node.has_error:
        raise Unread(_first_error(tree.root_node))
    return tree.root_node


def span(node: Node) -> tuple[int, int]:
    """The numbers of its first token and of the one behind its last."""
    return node.start_byte // _WIDTH, max(node.end_byte - 1, 0) // _WIDTH + 1


def shown(tokens: Tokens, separators: Set[int]) -> str:
    """The tokens as the grammar is given them."""
    places: list[str] = []
    before: Token | None = None
    function = after_compound = False
    for at, token in enumerate(tokens.items):
        plain = "w"
        if token.kind == "operator":
            plain = ";;" if token.text in (";&", ";;&") else token.text
            if plain == "\n":  # a blank to the grammar, which may take the next line's words for this one's
                plain = ";" if at in separators else ""
        elif token.kind == "redirection" and after_compound:
            plain = ">w"
        elif token.kind == "word" and (_is_reserved(token, before) or (function and token.text == "{")):
            plain = "!" if token.text == "time" else token.text
        if plain == ";" and [each.text for each in tokens.items[max(at - 3, 0) : at : 2]] in _LOOPS:
            places[-1] = " " * _WIDTH
        elif plain == "do" and at > 1 and tokens.items[at - 2].text in ("for", "select"):
            places[-1] = places[-1][:-1] + ";"  # nor does it know of a loop over the parameters without one
        places.append(plain.ljust(_WIDTH))
        if token.kind != "redirection":
            after_compound = (plain == ")" and token.kind == "operator") or (plain in _COMPOUND_ENDS)
            function = before is not None and before.text == "function" and plain == "w"
            before = token
    return "".join(places).rstrip() + "\n"


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
            return span(bad[0])[0]
        pending = [grandchild for child in pending if child.has_error for grandchild in child.children]
    return span(node)[0]
