"""vi at a terminal, over a container's files."""

from __future__ import annotations

from tests.shell.terminal.typing import Person


async def test_a_file_is_written() -> None:
    async with Person("sh", image="busybox") as person:
        shown = await person.type("vi /tmp/x\r")
        assert "~" in shown and "'/tmp/x' [New file]" in shown
        await person.type("ihello\rworld\x1b")
        assert "'/tmp/x' 2L, 12C" in await person.type(":w\r")
        await person.type("ddP\x1b:wq\r")
        assert (await person.type("cat /tmp/x\r")).endswith("world\r\nhello\r\n/ # ")


async def test_it_is_left_without_writing_and_the_screen_is_given_back() -> None:
    async with Person("sh", image="busybox") as person:
        await person.type("echo a > /tmp/x; vi /tmp/x\r")
        assert "No write since last change" in await person.type("xiz\x1b:q\r")
        assert (await person.type(":q!\r")).endswith("\x1b[?1049l/ # ")
        assert "a\r\n" in await person.type("cat /tmp/x\r")


async def test_what_is_no_terminal() -> None:
    async with Person("sh", "-c", "echo | vi /tmp/x", image="busybox") as person:
        assert person.printed == "vi: standard input is not a terminal\r\n"


async def test_an_image_without_it_says_so() -> None:
    async with Person("bash", image="debian") as person:
        assert "bash: vi: command not found" in await person.type("vi x\r")
