"""find."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.process import Stat
from cluster.shell.programs.telling import started

_KINDS = {"f": "file", "d": "directory", "l": "link", "c": "device", "b": "", "p": "", "s": ""}
_VALUED = frozenset(
    {"-name", "-iname", "-path", "-wholename", "-ipath", "-type", "-maxdepth", "-mindepth", "-size", "-mtime", "-mmin"}
    | {"-newer", "-perm", "-user", "-group"}
)
_UNITS = {"c": 1, "w": 2, "b": 512, "k": 1024, "M": 1024**2, "G": 1024**3}
Test = Callable[[str, Stat], bool]


@dataclass
class _Plan:
    roots: list[str] = field(default_factory=list)
    least: int = 0
    most: int = 1_000_000
    depth: bool = False
    expression: _Node | None = None
    batches: list[tuple[list[str], list[str]]] = field(default_factory=list)
    """Commands that end in `+`, with what was found for them."""


@dataclass
class _Node:
    """A test, an action, or two joined by and/or."""

    kind: str
    test: Test | None = None
    words: list[str] = field(default_factory=list)
    parts: list[_Node] = field(default_factory=list)


@program("", stops=True)
async def find(call: Call) -> int | None:
    words = call.process.argv[1:]
    plan = _Plan()
    while words and not words[0].startswith(("-", "(", "!", ")", ",")):
        plan.roots.append(words.pop(0))
    plan.roots = plan.roots or ["."]
    reader = _Reader(call, plan, words)
    plan.expression = reader.read()
    if not reader.acts:
        printing = _Node("print")
        plan.expression = printing if plan.expression is None else _Node("and", parts=[plan.expression, printing])
    for root in plan.roots:
        await _walk(call, plan, root, 0)
    for command, found in plan.batches:
        if found and await started(call, call.process.child([*command, *found])):
            call.status = 1
    return None


async def _walk(call: Call, plan: _Plan, name: str, deep: int) -> None:
    try:
        stat = call.files.lstat(call.path(name))
    except OSError as error:
        await call.complain(f"{name}: {error.strerror}" if call.is_busybox else f"'{name}': {error.strerror}")
        return
    assert plan.expression is not None, "there is always something to do"
    await call.breathe()
    look = plan.least <= deep <= plan.most
    pruned = False
    if look and not plan.depth:
        pruned = await _holds(call, plan, plan.expression, name, stat) == "prune"
    if stat.kind == "directory" and deep < plan.most and not pruned:
        for each in call.files.listdir(call.path(name)):
            await _walk(call, plan, f"{name.rstrip('/')}/{each}" if name != "/" else f"/{each}", deep + 1)
    if look and plan.depth:
        await _holds(call, plan, plan.expression, name, stat)


async def _holds(call: Call, plan: _Plan, node: _Node, name: str, stat: Stat) -> bool | str:
    match node.kind:
        case "and":
            kept: bool | str = True
            for part in node.parts:
                found = await _holds(call, plan, part, name, stat)
                if not found:
                    return "prune" if kept == "prune" else False
                kept = "prune" if "prune" in (found, kept) else True
            return kept
        case "or":
            pruned = False
            for part in node.parts:
                found = await _holds(call, plan, part, name, stat)
                pruned = pruned or found == "prune"
                if found:
                    return "prune" if pruned else True
            return False
        case "not":
            return not await _holds(call, plan, node.parts[0], name, stat)
        case "print" | "print0":
            await call.say(name + ("\n" if node.kind == "print" else "\0"))
            return True
        case "prune":
            return "prune"
        case "delete":
            try:
                (call.files.rmdir if stat.kind == "directory" else call.files.unlink)(call.path(name))
            except OSError as error:
                await call.complain(f"cannot delete '{name}': {error.strerror}")
                return False
            return True
        case "exec":
            command = [word.replace("{}", name) for word in node.words]
            return not await started(call, call.process.child(command))
        case "batch":
            next(found for words, found in plan.batches if words is node.words).append(name)
            return True
    assert node.test is not None, "what is left is a test"
    return node.test(name, stat)


class _Reader:
    """The expression: `-a` binds closer than `-o`."""

    def __init__(self, call: Call, plan: _Plan, words: list[str]) -> None:
        self.call, self.plan, self.words = call, plan, words
        self.acts = False

    def read(self, *, nested: bool = False) -> _Node | None:
        sides = [self._all()]
        while self.words and self.words[0] in ("-o", "-or"):
            self.words.pop(0)
            sides.append(self._all())
        if nested:
            if not self.words:
                raise Complaint("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
            self.words.pop(0)
        elif self.words:
            raise Complaint("invalid expression; you have too many ')'")
        given = [each for each in sides if each is not None]
        return given[0] if len(given) == 1 else _Node("or", parts=given) if given else None

    def _all(self) -> _Node | None:
        parts: list[_Node] = []
        while self.words and self.words[0] not in ("-o", "-or", ")", r"\)"):
            if self.words[0] in ("-a", "-and"):
                self.words.pop(0)
                continue
            if (node := self._one()) is not None:
                parts.append(node)
        return parts[0] if len(parts) == 1 else _Node("and", parts=parts) if parts else None

    def _one(self) -> _Node | None:
        word = self.words.pop(0)
        if word in ("!", "-not"):
            inner = self._one()
            if inner is None:
                raise Complaint("expected an expression after '!'")
            return _Node("not", parts=[inner])
        if word in ("(", r"\("):
            return self.read(nested=True)
        if word in ("-print", "-print0", "-delete", "-prune"):
            self.acts = self.acts or word != "-prune"
            self.plan.depth = self.plan.depth or word == "-delete"
            return _Node(word[1:])
        if word in ("-exec", "-ok"):
            return self._exec()
        if word in ("-depth", "-d"):
            self.plan.depth = True
            return None
        if word in ("-xdev", "-mount", "-noleaf"):
            return None
        if word == "-empty":
            return _Node("test", lambda name, stat: self._is_empty(name, stat))
        return self._valued(word)

    def _exec(self) -> _Node:
        words: list[str] = []
        while self.words and self.words[0] not in (";", "+", r"\;"):
            words.append(self.words.pop(0))
        if not self.words or not words:
            raise Complaint("missing argument to `-exec'")
        self.acts = True
        if self.words.pop(0) == "+" and words[-1] == "{}":
            words.pop()
            self.plan.batches.append((words, []))
            return _Node("batch", words=words)
        return _Node("exec", words=words)

    def _valued(self, word: str) -> _Node | None:
        if word not in _VALUED:
            raise Complaint(f"unknown predicate `{word}'" if not self.call.is_busybox else f"unrecognized: {word}")
        if not self.words:
            raise Complaint(f"missing argument to `{word}'")
        value = self.words.pop(0)
        match word:
            case "-maxdepth" | "-mindepth":
                if not value.isdigit():
                    said = f"Expected a positive decimal integer argument to {word}, but got '{value}'"
                    raise Complaint(said)
                setattr(self.plan, "most" if word == "-maxdepth" else "least", int(value[:9]))
                return None
            case "-name" | "-iname":
                fold = word == "-iname"
                pattern = value.lower() if fold else value

                def named(name: str, stat: Stat) -> bool:
                    last = name.rstrip("/").rpartition("/")[2] or "/"
                    return fnmatch.fnmatchcase(last.lower() if fold else last, pattern)

                return _Node("test", named)
            case "-path" | "-wholename" | "-ipath":
                return _Node("test", lambda name, stat: fnmatch.fnmatchcase(name, value))
            case "-type":
                if value not in _KINDS:
                    raise Complaint(f"Unknown argument to -type: {value}")
                return _Node("test", lambda name, stat: stat.kind == _KINDS[value])
            case "-size":
                unit = _UNITS.get(value[-1:], 512)
                return self._counted(value.rstrip("".join(_UNITS)), lambda stat: -(-stat.size // unit))
            case "-mtime" | "-mmin":
                span = 86_400 if word == "-mtime" else 60
                now = self.call.machine.now()
                return self._counted(value, lambda stat: int((now - stat.modified) // span))
            case "-perm":
                return self._permitted(value)
            case "-newer":
                try:
                    when = self.call.files.stat(self.call.path(value)).modified
                except OSError as error:
                    raise Complaint(f"'{value}': {error.strerror}") from None
                return _Node("test", lambda name, stat: stat.modified > when)
        wanted = "root"
        return _Node("test", lambda name, stat: (stat.owner == 0) is (value in (wanted, "0")))

    def _counted(self, value: str, of: Callable[[Stat], int]) -> _Node:
        sign, digits = (value[:1], value[1:]) if value[:1] in "+-" else ("", value)
        if not digits.isdigit():
            raise Complaint(f"invalid argument '{value}'")
        wanted = int(digits[:15])

        def test(name: str, stat: Stat) -> bool:
            found = of(stat)
            return found > wanted if sign == "+" else found < wanted if sign == "-" else found == wanted

        return _Node("test", test)

    def _permitted(self, value: str) -> _Node:
        sign, digits = (value[:1], value[1:]) if value[:1] in "-/" else ("", value)
        try:
            wanted = int(digits, 8)
        except ValueError:
            raise Complaint(f"invalid mode '{value}'") from None
        if sign == "-":
            return _Node("test", lambda name, stat: stat.mode & wanted == wanted)
        if sign == "/":
            return _Node("test", lambda name, stat: bool(stat.mode & wanted))
        return _Node("test", lambda name, stat: stat.mode == wanted)

    def _is_empty(self, name: str, stat: Stat) -> bool:
        if stat.kind == "directory":
            return not self.call.files.listdir(self.call.path(name))
        return stat.kind == "file" and not stat.size


PROGRAMS = {"find": find}
