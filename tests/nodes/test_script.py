"""What is read out of shell scripts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.nodes.script import FOREVER, FileChange, follow


@pytest.mark.parametrize(
    ("text", "seconds", "exit_code"),
    [
        ("", 0.0, 0),
        ("sleep 1; sleep 2m # wait\nexit 7", 121.0, 7),
        ("echo 'a; exit 9'; exit 2", 0.0, 2),
        ("[ -f /x ] || exit 1\necho on", 0.0, 0),
        ("[[ `hostname` =~ -([0-9]+)$ ]] || exit 1", 0.0, 0),
        ("if [ -f /x ]; then exit 1; else sleep 1; fi; sleep 1", 2.0, 0),
        ("for x in a b; do for y in 1 2 3; do sleep 1; done; done", 6.0, 0),
        ("echo starting && exec java -jar app.jar", FOREVER, 0),
        ("nginx -g 'daemon off;'", FOREVER, 0),
        ("tail -f /dev/null", FOREVER, 0),
        ("sleep 100 & sleep 1", 1.0, 0),
        ("sleep infinity & wait", FOREVER, 0),
        ("until mysql -e 'SELECT 1'; do sleep 1; done", FOREVER, 0),
        ("while sleep 5; do echo tick; done", FOREVER, 0),
        ("echo 'unclosed", 0.0, 0),
        ("exit ²", 0.0, 0),
        (f"exit {'9' * 9000}", 0.0, 999_999_999 % 256),
        (f"sleep {'9' * 9000}", 0.0, 0),
        ("for x in {1..%s}; do sleep 1; done" % ("9" * 9000), 1.0, 0),
        ("for x in a; do " * 1000 + "sleep 1" + "; done" * 1000, FOREVER, 0),
        ("nc " * 30_000, 0.0, 0),
        ("nc -z db 5432", 0.0, 0),
        ("ncat --recv-only db 3307 | xbstream -x", 0.0, 0),
        ("nc -lk -p 8080", FOREVER, 0),
        ("ncat --listen 8080", FOREVER, 0),
    ],
)
def test_how_a_script_goes(text: str, seconds: float, exit_code: int) -> None:
    end = follow(text)
    assert (end.seconds, end.exit_code) == (seconds, exit_code)


def test_files_come_and_go() -> None:
    end = follow("touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600")
    assert end.files == (FileChange(0.0, "/tmp/healthy", True), FileChange(30.0, "/tmp/healthy", False))
    assert end.seconds == 630


def test_a_name_is_waited_for() -> None:
    text = "until nslookup myservice.$(cat /ns).svc.cluster.local; do echo waiting; sleep 2; done"
    end = follow(text, 0.0)
    assert (end.seconds, end.exit_code, end.waits_for) == (0.0, 0, ("myservice",))


@given(st.text(alphabet="sleep 12;&|\n'\"#()$fordinewhtux[]{}.", max_size=60))
def test_any_text_is_read(text: str) -> None:
    end = follow(text)
    assert end.seconds >= 0
    assert 0 <= end.exit_code < 256
