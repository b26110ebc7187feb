"""One main process and those who talk to it: the same to all, input from all, and what its end is for each."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import pytest

from cluster import logs
from cluster.containers import mainprocess
from cluster.containers.instances import Instance
from cluster.containers.mainprocess import CRASHED, KILLED, MainProcess, Start, Streams
from cluster.containers.streams import MOST_REPLAYED, Cutter, Inlet
from cluster.logs import Book, Place
from cluster.logs.lines import LONGEST
from cluster.shell.process import Window
from tests.containers.sessions import Collected, Typed, pod, shell


class Heard(Book):
    """A book that stores nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, bytes]] = []

    def extend(self, place: Place, lines: object) -> None:
        assert isinstance(lines, list)
        self.lines += [(line.stream, line.text) for line in lines]


@pytest.fixture(autouse=True)
def heard() -> Iterator[Heard]:
    made = Heard()
    logs.use(made)
    yield made
    logs.use(None)


def process(start: Start = shell, **container: object) -> MainProcess:
    given = pod(container)
    instance = Instance(given, given["spec"]["containers"][0], 0, 0.0)
    made = MainProcess(instance, Place(1, "uid-0", "c"), start, lambda: 1.0)
    made.begin()
    return made


async def test_a_session_from_prompt_to_exit() -> None:
    running, typed, screen = process(), Typed(), Collected()
    session = asyncio.ensure_future(running.attach(typed, screen, screen))
    await screen.saw(b"$ ")
    typed.type(b"hello\n")
    await screen.saw(b"you said hello\n$ ")
    typed.type(b"exit 3\n")
    assert await session == 3
    assert await running.ended() == 3


async def test_two_at_once_see_the_same() -> None:
    running, one, other = process(), Collected(), Collected()
    typed = Typed()
    first = asyncio.ensure_future(running.attach(typed, one, one))
    await one.saw(b"$ ")
    second = asyncio.ensure_future(running.attach(Typed(b"from the other\n"), other, other))
    await one.saw(b"you said from the other")
    await other.saw(b"you said from the other")
    typed.type(b"exit 0\n")
    assert (await first, await second) == (0, 0)
    assert one.text == b"$ " + other.text


async def left(running: MainProcess, typed: Typed, screen: Collected, until: bytes) -> None:
    session = asyncio.ensure_future(running.attach(typed, screen, screen))
    await screen.saw(until)
    session.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await session


async def test_a_session_goes_on_when_its_client_has_gone() -> None:
    running = process()
    await left(running, Typed(b"one\n"), Collected(), b"you said one")
    back, typed = Collected(), Typed(b"again\n", b"exit 0\n")
    assert await running.attach(typed, back, back) == 0
    assert back.text == b"you said again\n$ "


async def test_with_stdin_once_it_ends_with_its_first_client() -> None:
    running = process(stdinOnce=True)
    await left(running, Typed(), Collected(), b"$ ")
    assert await running.ended() == 0


async def test_the_end_of_input_ends_it_once_and_lets_the_client_go_otherwise() -> None:
    assert await process(stdinOnce=True).attach(Typed(b"one\n", b""), Collected(), Collected()) == 0
    running, watching = process(), Collected()
    other = asyncio.ensure_future(running.attach(None, watching, watching))
    assert await running.attach(Typed(b"one\n", b""), Collected(), Collected()) == 0
    await watching.saw(b"you said one")
    assert not other.done()
    running.kill()
    assert await other == KILLED


async def test_who_is_let_go_has_heard_what_the_last_words_led_to() -> None:
    read, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(instance: Instance, streams: Streams) -> int:
        while await streams.stdin.read():
            read.set()
            await goes_on.wait()
            await streams.stdout.write(b"done\n")
        return 0

    running, screen = process(slow), Collected()
    session = asyncio.ensure_future(running.attach(Typed(b"one\n", b""), screen, screen))
    await read.wait()
    for _ in range(100):
        await asyncio.sleep(0)
    assert not session.done()
    goes_on.set()
    assert (await session, screen.text) == (0, b"done\n")
    assert await running.attach(Typed(b""), Collected(), Collected()) == 0, "who says nothing is not waited for"
    running.kill()
    assert await running.ended() == KILLED


async def test_a_terminal_says_itself_when_its_process_asks() -> None:
    async def at_a_terminal(instance: Instance, streams: Streams) -> int:
        assert streams.asked is not None
        typed, none_typed = asyncio.Queue[bytes](), True

        async def pump() -> None:
            while piece := await streams.stdin.read():
                typed.put_nowait(piece)

        pumping = asyncio.create_task(pump())
        try:
            while True:
                if typed.empty():
                    streams.asked()
                await typed.get()
                for _ in range(100 if none_typed else 0):
                    await asyncio.sleep(0)
                none_typed = False
                await streams.stdout.write(b"done\n")
        finally:
            pumping.cancel()

    running, screen = process(at_a_terminal, tty=True), Collected()
    assert await running.attach(Typed(b"one\n", b"two\n", b""), screen, screen, Window()) == 0
    assert screen.text == b"done\n" * 2
    running.kill()
    assert await running.ended() == KILLED


async def test_a_terminal_has_the_size_of_who_types() -> None:
    running, screen = process(tty=True), Collected()
    window = Window(100, 30)
    typed = Typed(b"a\n")
    session = asyncio.ensure_future(running.attach(typed, screen, screen, window))
    await screen.saw(b"100x30")
    window.columns, window.rows = 120, 40
    typed.type(b"b\n")
    await screen.saw(b"120x40")
    typed.type(b"exit 0\n")
    await session


async def printing(instance: Instance, streams: Streams) -> int:
    await streams.stdout.write(b"one\ntwo")
    await streams.stderr.write(b"oh\n")
    return 4


async def test_the_first_who_comes_sees_what_was_printed_before(heard: Heard) -> None:
    running = process(printing)
    assert await running.ended() == 4
    out, err, late = Collected(), Collected(), Collected()
    assert await running.attach(None, out, err) == 4
    assert (out.text, err.text) == (b"one\ntwo", b"oh\n")
    assert await running.attach(None, late, late) == 4
    assert late.text == b""
    assert heard.lines == [("stdout", b"one"), ("stderr", b"oh"), ("stdout", b"two")]


async def stepwise(instance: Instance, streams: Streams) -> int:
    await streams.stdout.write(b"one\ntwo")
    await streams.stdin.read()
    await streams.stdout.write(b" and a half\nthree\n")
    return 0


async def test_who_has_read_the_log_is_shown_only_what_came_since() -> None:
    running, screen = process(stepwise), Collected()
    await asyncio.sleep(0)
    told = mainprocess.told(running.place)
    assert told == (4, 0)
    mainprocess.shown(running.place, told)
    assert await running.attach(Typed(b"\n"), screen, screen) == 0
    assert screen.text == b"two and a half\nthree\n"


async def flooding(instance: Instance, streams: Streams) -> int:
    for number in range(MOST_REPLAYED // 1000 + 5):
        await streams.stdout.write(b"%999d\n" % number)
    return 0


async def test_of_much_that_was_printed_before_the_last_is_shown() -> None:
    running, screen = process(flooding), Collected()
    assert await running.ended() == 0
    await running.attach(None, screen, screen)
    assert len(screen.text) == MOST_REPLAYED and screen.text.endswith(b"69\n")


async def test_a_client_that_is_gone_does_not_stop_it() -> None:
    running, screen, gone = process(), Collected(), Collected()
    session = asyncio.ensure_future(running.attach(Typed(), gone, gone))
    await gone.saw(b"$ ")
    gone.closed = True
    assert await running.attach(Typed(b"hello\n", b"exit 0\n"), screen, screen) == 0
    assert screen.text == b"you said hello\n$ "
    await session


async def failing(instance: Instance, streams: Streams) -> int:
    raise RuntimeError("a fault of ours")


async def test_a_fault_of_ours_is_an_exit_status() -> None:
    assert await process(failing).ended() == CRASHED


async def test_input_is_read_piece_by_piece() -> None:
    inlet = Inlet()
    await inlet.feed(b"abcdef")
    assert [await inlet.read(4), await inlet.read(4)] == [b"abcd", b"ef"]
    await inlet.feed(b"last")
    inlet.end()
    await inlet.feed(b"too late")
    assert [await inlet.read(), await inlet.read()] == [b"last", b""]


def test_lines_are_told_when_they_are_whole() -> None:
    told: list[bytes] = []
    cutter = Cutter(told.append)
    for piece in (b"a", b"b\nc", b"\n\nd"):
        cutter.feed(piece)
    assert told == [b"ab", b"c", b""]
    cutter.feed(b"x" * LONGEST)
    assert told[3] == b"d" + b"x" * (LONGEST - 1)
    cutter.end()
    assert told[4:] == [b"x"]
