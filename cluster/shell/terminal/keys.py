"""Bytes from a keyboard as keys: characters, and names for the rest (`up`, `ctrl-a`, `alt-b`). Pure."""

from __future__ import annotations

import codecs

_SEQUENCES = {
    "[A": "up",
    "[B": "down",
    "[C": "right",
    "[D": "left",
    "[H": "home",
    "[F": "end",
    "OA": "up",
    "OB": "down",
    "OC": "right",
    "OD": "left",
    "OH": "home",
    "OF": "end",
    "[1~": "home",
    "[7~": "home",
    "[4~": "end",
    "[8~": "end",
    "[3~": "delete",
    "[5~": "up",
    "[6~": "down",
    "[1;5C": "alt-f",
    "[1;5D": "alt-b",
    "[1;3C": "alt-f",
    "[1;3D": "alt-b",
}
_CONTROL = {"\r": "enter", "\n": "enter", "\t": "tab", "\x7f": "backspace", "\b": "backspace"}
_LONGEST = 8
_PASTE, _PASTED = "[200~", "\x1b[201~"


class Pasted(str):
    """What was pasted, between the brackets that a terminal puts around it when it is asked to."""

    __slots__ = ()


class Keys:
    """Takes what arrives, however it is cut, and gives the keys that are whole."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._escape: str | None = None
        self._pasted: list[str] | None = None

    def feed(self, data: bytes) -> list[str]:
        """The keys; an escape sequence that is not whole yet waits for its rest."""
        found: list[str] = []
        for char in self._decoder.decode(data):
            if self._pasted is not None:
                self._paste(char, found)
            elif self._escape is not None:
                self._continue(char, found)
            elif char == "\x1b":
                self._escape = ""
            elif char in _CONTROL:
                found.append(_CONTROL[char])
            elif char < " ":
                found.append(f"ctrl-{chr(ord(char) + 96)}")
            else:
                found.append(char)
        return found

    def _continue(self, char: str, found: list[str]) -> None:
        sequence = (self._escape or "") + char
        if sequence in ("[", "O"):
            self._escape = sequence
        elif sequence[0] not in "[O":
            self._escape = None
            found.append("alt-backspace" if char == "\x7f" else f"alt-{char}")
        elif sequence[0] == "O" or char.isalpha() or char == "~" or len(sequence) > _LONGEST:
            self._escape = None
            if sequence == _PASTE:
                self._pasted = []
            elif sequence in _SEQUENCES:
                found.append(_SEQUENCES[sequence])
        else:
            self._escape = sequence

    def _paste(self, char: str, found: list[str]) -> None:
        assert self._pasted is not None
        self._pasted.append(char)
        if char == _PASTED[-1] and "".join(self._pasted[-len(_PASTED) :]) == _PASTED:
            text = "".join(self._pasted[: -len(_PASTED)]).replace("\r", "\n")
            self._pasted = None
            found.append(Pasted(text))
