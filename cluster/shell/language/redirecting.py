"""Redirections: what a command's numbered files are for as long as it runs."""

from __future__ import annotations

from cluster.shell.language.descriptors import Held, Nothing, Open, PacedReader, PacedWriter
from cluster.shell.language.expansion import expand_text, expand_words
from cluster.shell.language.shell import Shell, encoded
from cluster.shell.language.syntax import Redirection, Word
from cluster.shell.language.words import read_double
from cluster.shell.process import Reader, Writer

Saved = list[tuple[int, Open | None]]

_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}


class RedirectionFailed(Exception):
    """The command is not run; the message is there to be printed."""


async def apply(shell: Shell, redirections: list[Redirection]) -> Saved:
    """Do them in turn; what was there before comes back for `restore`. RedirectionFailed, with all undone."""
    saved: Saved = []
    try:
        for redirection in redirections:
            await _apply(shell, redirection, saved)
    except BaseException:
        restore(shell, saved)
        raise
    return saved


def restore(shell: Shell, saved: Saved) -> None:
    """Put back what was there."""
    for number, before in reversed(saved):
        _put(shell, number, before)


def forget(saved: Saved) -> None:
    """The redirections stay: `exec`."""
    for _, before in saved:
        if before is not None:
            before.release()


def _put(shell: Shell, number: int, made: Open | None) -> None:
    now = shell.descriptors.pop(number, None)
    if now is not None:
        now.release()
    if made is not None:
        shell.descriptors[number] = made


def _set(shell: Shell, number: int, made: Open | None, saved: Saved) -> None:
    saved.append((number, shell.descriptors.pop(number, None)))
    if made is not None:
        shell.descriptors[number] = made


async def _apply(shell: Shell, redirection: Redirection, saved: Saved) -> None:
    operator = redirection.operator
    number = redirection.descriptor
    if operator in ("<<", "<<<"):
        _set(shell, number or 0, Open(reader=Held(encoded(await _document(shell, redirection)))), saved)
        return
    target = await _target(shell, redirection.target)
    if operator in (">&", "<&") and (target == "-" or target.rstrip("-").isdigit()):
        _duplicate(shell, 1 if number is None and operator == ">&" else number or 0, target, saved)
        return
    if operator == "<&":
        raise RedirectionFailed(f"{target}: ambiguous redirect")
    both = operator in ("&>", "&>>") or (operator == ">&" and number is None)
    if number is None:
        number = 0 if operator in ("<", "<>") else 1
    made = _opened(shell, operator, target)
    _set(shell, number, made, saved)
    if both:
        _set(shell, 2, made.hold(), saved)


async def _document(shell: Shell, redirection: Redirection) -> str:
    if redirection.operator == "<<<":
        return await expand_text(shell, redirection.target) + "\n"
    body = redirection.body or ""
    return body if redirection.verbatim else await expand_text(shell, read_double(body))


async def _target(shell: Shell, word: Word) -> str:
    fields = await expand_words(shell, [word])
    if len(fields) != 1:
        raise RedirectionFailed(f"{word.raw}: ambiguous redirect")
    return fields[0]


def _duplicate(shell: Shell, number: int, target: str, saved: Saved) -> None:
    if target == "-":
        _set(shell, number, None, saved)
        return
    source = int(target.rstrip("-"))
    held = shell.descriptors.get(source)
    if held is None:
        raise RedirectionFailed(f"{source}: Bad file descriptor")
    if source != number:
        _set(shell, number, held.hold(), saved)
        if target.endswith("-"):
            _set(shell, source, None, saved)


def _opened(shell: Shell, operator: str, target: str) -> Open:
    if target == "/dev/null":
        nothing = Nothing()
        return _paced(shell, nothing, nothing)
    stream = int(target[8:]) if target.startswith("/dev/fd/") and target[8:].isdigit() else _STREAMS.get(target)
    if stream is not None:
        held = shell.descriptors.get(stream)
        if held is None:
            raise RedirectionFailed(f"{target}: No such file or directory")
        return held.hold()
    if target == "/dev/tty" and shell.tty is not None and 0 in shell.descriptors:
        return shell.descriptors[0].hold()
    creating = operator != "<"
    path = shell.absolute(target)
    try:
        if target == "":
            raise FileNotFoundError(2, "No such file or directory", target)
        if not creating:
            if shell.files.stat(path).kind == "directory":
                return Open(reader=_Directory())
            return _paced(shell, shell.files.opened(path))
        if operator == "<>":
            shell.files.write(path, b"", append=True)
            return _paced(shell, shell.files.opened(path), shell.files.created(path, append=True))
        if operator in (">", "&>") and "noclobber" in shell.options and _is_file(shell, path):
            raise RedirectionFailed(f"{target}: cannot overwrite existing file")
        append = operator in (">>", "&>>")
        return _paced(shell, None, shell.files.created(path, append=append))
    except OSError as error:
        raise RedirectionFailed(shell.flavour.cannot_open(target, error, creating=creating)) from error


def _paced(shell: Shell, reader: Reader | None, writer: Writer | None = None) -> Open:
    step = shell.budget.step
    return Open(PacedReader(reader, step) if reader else None, PacedWriter(writer, step) if writer else None)


class _Directory:
    """A directory opened for reading: that goes well, reading it does not."""

    async def read(self, most: int = 65_536) -> bytes:
        raise IsADirectoryError(21, "Is a directory")


def _is_file(shell: Shell, path: str) -> bool:
    try:
        return shell.files.stat(path).kind == "file"
    except OSError:
        return False
