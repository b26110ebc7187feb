"""Of which command lines all that they write can be read off."""

from __future__ import annotations

import pytest

from cluster.nodes.foretelling import is_foretold

READ_OFF = [
    "while true; do date; sleep 1; done",
    "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600",
    "echo hello > /tmp/x; mkdir -p /a/b; sleep 9",
    "echo '<h1>Hello</h1>' > /index.html; exec sleep 60",
    "until nslookup db > /dev/null 2>&1; do echo waiting; sleep 2; done",
    "echo error >&2; sleep 1",
    "echo hi >/tmp/x; sleep 1",
    "echo hi >>/tmp/x",
    'echo "Hello from $HOSTNAME" > /tmp/x; date',
    "[ 3 -gt 2 ] && echo yes",
]
CARRIED_OUT = [
    "while true; do date >> /data/log; sleep 5; done",
    "while true; do touch /tmp/alive; sleep 5; done",
    "cp /etc/hosts /data/",
    "hostname | tee /tmp/x",
    "echo ${HOSTNAME%-0} > /tmp/x",
    "echo hi>/tmp/x; sleep 1",
    "cat <<EOF > /tmp/x\nhi\nEOF",
    "test -f /x && echo hi > /y",
    "(sleep 1; echo hi > /y) & sleep 9",
    "if true; then echo a > /b; fi",
]


@pytest.mark.parametrize("script", READ_OFF)
def test_read_off(script: str) -> None:
    assert is_foretold(("sh", "-c", script))


@pytest.mark.parametrize("script", CARRIED_OUT)
def test_to_be_carried_out(script: str) -> None:
    assert not is_foretold(("sh", "-c", script))


def test_what_is_no_script_is_no_matter_of_files() -> None:
    assert is_foretold(("nginx", "-g", "daemon off;")) and is_foretold(("sleep", "9")) and is_foretold(())
