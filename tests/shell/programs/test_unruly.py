"""Whatever words programs are given, they end with a status and say why: no exception leaves them, and none hangs."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.shell.launching import launch
from tests.shell.containers import Input, Output, machine_of, pod

PROGRAMS = """
    awk base64 basename cat chgrp chmod chown cmp cp cut date dd df diff dirname du echo egrep env expr false find free
    grep gunzip gzip head hexdump id ln ls md5sum mkdir mktemp mv nl nproc od paste pgrep printenv printf ps pwd
    readlink realpath rev rm rmdir sed seq sha256sum sort stat sync tac tar tee test touch tr true truncate tty uname
    uniq uptime wc which whoami xargs xxd zcat
"""
PLAUSIBLE = """
    a b/c /tmp / .. - -- -n -r -c -f -i -e -k1 -1 0 99999999999 -x -a +5 /dev/null /dev/zero /proc/1/cmdline s/a/b/
    {print} [ ( \\ * %s x=1 -d -s -t -C --help if=a count=1 bs=3 ä -name -exec ; -E -o -u -v -w -z -A -m -I {}
"""
WORDS = st.one_of(
    st.sampled_from([*PLAUSIBLE.split(), "", "\udcff", "a\nb", "{print $1}"]),
    st.text(alphabet="ab-/.*[](){}\\%$&|^+?0123456789=:,;~!<>\" '", max_size=8),
)


@pytest.mark.parametrize("image", ["team/app", "busybox"])
@given(name=st.sampled_from(PROGRAMS.split()), words=st.lists(WORDS, max_size=4), stdin=st.binary(max_size=40))
@settings(max_examples=400, deadline=None)
def test_every_program_ends_with_a_status(image: str, name: str, words: list[str], stdin: bytes) -> None:
    machine = machine_of(pod(image))
    machine.files.write("/tmp/a", b"one\ntwo 2\n\x00\xff")

    async def run() -> int:
        out = _Bounded()
        process = machine.process([name, *words], Input(stdin), out, Output())
        process.cwd = "/tmp"
        return await asyncio.wait_for(launch(process), 20)

    assert 0 <= asyncio.run(run()) <= 255


class _Bounded(Output):
    """Whoever prints without an end finds that nobody reads any more."""

    async def write(self, data: bytes) -> None:
        await super().write(data)
        if len(self.data) > 1_000_000:
            raise BrokenPipeError
