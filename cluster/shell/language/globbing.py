"""File names for a pattern. What is quoted in it means itself."""

from __future__ import annotations

from cluster.shell.language.patterns import compile_pattern, escaped
from cluster.shell.process import Files

Pieces = list[tuple[str, bool]]


def is_pattern(pieces: Pieces) -> bool:
    """Whether anything in the field could stand for other characters."""
    text = "".join(text for text, quoted in pieces if not quoted)
    return any(char in text for char in "*?") or ("[" in text) or any(f"{char}(" in text for char in "@+!")


def as_pattern(pieces: Pieces) -> str:
    """The field as a pattern."""
    return "".join(escaped(text) if quoted else text for text, quoted in pieces)


def matching(files: Files, cwd: str, pieces: Pieces, *, dots: bool = False) -> list[str]:
    """The names that a field matches, sorted; none when none does."""
    components = _components(pieces)
    absolute = not "".join(text for text, _ in components[0]) and len(components) > 1
    found = ["/"] if absolute else [""]
    components = components[1:] if absolute else components
    for at, component in enumerate(components):
        last = at == len(components) - 1
        text = "".join(text for text, _ in component)
        if not text:
            found = [path if path.endswith("/") else path + "/" for path in found if _is_directory(files, cwd, path)]
        elif is_pattern(component):
            pattern = compile_pattern(as_pattern(component))
            hidden = text.startswith(".") or dots
            found = [
                path + name + ("" if last else "/")
                for path in found
                for name in sorted(_names(files, _absolute(cwd, path)))
                if (hidden or not name.startswith(".")) and name not in (".", "..") and pattern.matches(name)
                if last or _is_directory(files, cwd, path + name)
            ]
        else:
            found = [path + text + ("" if last else "/") for path in found if _exists(files, cwd, path + text)]
    return found


def _components(pieces: Pieces) -> list[Pieces]:
    components: list[Pieces] = [[]]
    for text, quoted in pieces:
        for at, part in enumerate(text.split("/")):
            if at:
                components.append([])
            components[-1].append((part, quoted))
    return components


def _absolute(cwd: str, path: str) -> str:
    return path if path.startswith("/") else f"{cwd}/{path}"


def _names(files: Files, path: str) -> list[str]:
    try:
        return files.listdir(path)
    except OSError:
        return []


def _exists(files: Files, cwd: str, path: str) -> bool:
    try:
        files.lstat(_absolute(cwd, path))
    except OSError:
        return False
    return True


def _is_directory(files: Files, cwd: str, path: str) -> bool:
    try:
        return files.stat(_absolute(cwd, path)).kind == "directory"
    except OSError:
        return False
