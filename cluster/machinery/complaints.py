"""What a YAML parser complains of, said so that the one who typed the text knows what to change.

Knows the words of libyaml and the line they are about; reads no YAML itself.
"""

from __future__ import annotations

from typing import NamedTuple


class Complaint(NamedTuple):
    """What the parser said, with the text around it. Lines count from 1, columns from 0."""

    problem: str
    context: str
    here: str
    """The text of the line complained of."""
    column: int
    opened: int
    """The line where what could not be finished began."""
    opener: str
    """The character there."""
    at_end: bool
    """The text ended too early."""


MOST_LEVELS = 100
TOO_DEEP = f"more than {MOST_LEVELS} levels inside each other are no manifest"
_LONGEST_KEY = 1000
_QUOTE_IT = "put the whole value in quotes"


def sentence(said: Complaint) -> str:
    """One sentence: what is wrong and what would be right."""
    here, problem = said.here, said.problem
    indent = here[: len(here) - len(here.lstrip())]
    if "\t" in indent or "tab character" in problem:
        return "the line is indented with a tab; YAML takes only spaces there"
    if "{{" in here:
        return 'this is a template ("{{ … }}"), not a manifest yet: render it first, or put the value in quotes'
    fixed = next((text for words, text in _FIXED if words in problem or words in said.context), "")
    if fixed:
        return fixed
    for words, say in _SAYINGS:
        if words in problem or words in said.context:
            return say(said)
    return f"this is not YAML: {problem or said.context}"


def _unclosed(said: Complaint) -> str:
    if said.at_end:
        return f"the {said.opener} opened on line {said.opened} is never closed"
    wanted = "]" if said.opener == "[" else "}"
    return f'expected "," or "{wanted}" here: the {said.opener} opened on line {said.opened} is still open'


def _unquoted(said: Complaint) -> str:
    kind = "double" if said.opener == '"' else "single"
    return f"the {kind} quote opened on line {said.opened} is never closed"


def _colon(said: Complaint) -> str:
    if said.column > _LONGEST_KEY:
        return "a key is too long: at most 1,000 characters"
    before = said.here[: said.column].lstrip().removeprefix("- ")
    if ":" in before:
        return f'a second ":" in one line: {_QUOTE_IT}, or start a new line'
    return (
        'a ":" where no key may stand: the line is indented deeper than the one above it, or the line above'
        ' lacks its ":"'
    )


def _key(said: Complaint) -> str:
    rest = said.here[said.column :]
    before = said.here[: said.column].rstrip()
    if before.endswith(('"', "'")) and rest:
        return f"something follows the closing quote: {_QUOTE_IT}"
    if said.here.lstrip().startswith(":"):
        return 'a key is missing before the ":"'
    if said.here.lstrip().startswith("- "):
        return 'a list item ("- ") among the keys of a mapping: indent it below its key'
    return f"the indentation fits no line above: the keys that begin on line {said.opened} stand in another column"


def _item(said: Complaint) -> str:
    return f'expected "- " here: the list that begins on line {said.opened} has its items in another column'


def _start(said: Complaint) -> str:
    character = said.here[said.column : said.column + 1]
    return f"a value cannot begin with {character}: {_QUOTE_IT}"


def _value(said: Complaint) -> str:
    if said.at_end and said.opener and said.opener in "[{":
        return _unclosed(said)
    return f'a value is missing, or a bracket is too much, before "{said.here[said.column :][:20].strip()}"'


_SAYINGS = (
    ("while scanning a quoted scalar", _unquoted),
    ("did not find expected ',' or", _unclosed),
    ("mapping values are not allowed", _colon),
    ("did not find expected key", _key),
    ("did not find expected '-' indicator", _item),
    ("cannot start any token", _start),
    ("did not find expected node content", _value),
)

_FIXED = (
    ("unknown escape character", 'in double quotes this backslash means nothing: write "\\\\" or use single quotes'),
    ("invalid Unicode character escape", "the \\u escape names no character: write the character itself"),
    ("block sequence entries", 'a list item ("- ") may not follow its key on the same line: start a new line'),
    ("could not find expected ':'", 'a line without ":"; expected "key: value", or text indented deeper'),
    ("while scanning an alias", f'"*" begins an alias: {_QUOTE_IT}'),
    ("while scanning an anchor", f'"&" begins an anchor: {_QUOTE_IT}'),
    ("expected <document start>", 'something follows the end of the document: put a line "---" between documents'),
    ("block scalar", 'the text after "|" or ">" begins on the next line, indented'),
    ("tag", f'"!" begins a tag: {_QUOTE_IT}'),
    ("maximum depth", TOO_DEEP),
    ("maximum nesting depth", TOO_DEEP),  # said while the scanner looks ahead of the event it is asked for
)
