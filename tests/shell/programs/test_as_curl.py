"""curl beside the machine's own, put to the same server: the same to the character, less what is measured."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.shell.containers import run
from tests.shell.programs.bridge import bridged, really
from tests.shell.programs.peer import machine

COMMANDS = """
    curl URL
    curl -s URL
    curl -v URL
    curl -sv URL/nowhere
    curl -I URL
    curl -i -s URL/nowhere
    curl -f URL/nowhere
    curl -sf URL/nowhere
    curl -sSf URL/nowhere
    curl --fail-with-body -sS URL/nowhere
    curl -s -X DELETE URL
    curl -s -d a=b -d c=d -v URL
    curl -sv --json '{"a":1}' URL
    curl -sG -d a=b --data-urlencode 'c=d e' -v URL
    curl -sv -H 'Host: shop' -H 'X-Team: blue' -H 'Accept:' -A me URL
    curl -s -u me:you -e there -b c=1 -v URL
    curl -s -o /dev/null -w '%{http_code} %{size_download} %{url_effective} %{num_redirects} %{content_type}\\n' URL
    curl -s -w '\\n%{method} %{scheme} %{exitcode} %{http_version}%%\\t%{nothing}\\n' -o /dev/null URL
    curl -sS -m 5 --connect-timeout 2 --retry 2 -q URL URL
    curl -sSk https://HERE
    curl -sS http://HERE:1
    curl http://HERE:1
    curl -v -sS http://HERE:1
    curl
    curl --foo
    curl -d
    curl -m soon URL
    curl -sS htp://x
    curl -sS http://
    curl -sS 'http://a b/'
    curl -sS -o /nonexist/x URL
    curl -s -r 0-4 -i URL
    curl -sI -X GET URL
    curl -s -d @/nonexist URL
"""
_MEASURED = re.compile(
    r"\r[ 0-9kM]{3} .*|after \d+ ms|OpenSSL/\S+|, curl_easy_getinfo|^\* Found bundle.*\n|^\* Can not multiplex.*\n",
    re.MULTILINE,
)


def plain(text: str) -> str:
    return _MEASURED.sub("", text)


@pytest.mark.parametrize("command", [line.strip() for line in COMMANDS.strip().splitlines()])
async def test_it_prints_what_the_real_one_prints(command: str, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("the machine has no curl")
    ours = machine("nginx:1.27")
    async with bridged(ours, "10.244.0.10", 80) as port:
        filled = command.replace("URL", f"http://127.0.0.1:{port}").replace("HERE", f"127.0.0.1:{port}")
        filled = filled.replace(f":{port}:1", ":1")
        found = await run(ours, *shlex.split(filled))
        out, err, status = await really(filled, folder=str(tmp_path))
    assert plain(found.out) == plain(out)
    assert plain(found.err) == plain(err)
    assert found.status == status
