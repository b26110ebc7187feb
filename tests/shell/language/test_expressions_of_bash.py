"""bash's =~ beside the real one: what matches, what each group holds, which expressions are none."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.shell.containers import machine_of, pod, run

_EXPRESSIONS = r"""
ab ^a(b|bc)c$ +a ?a *a a{2} [[:alpha:]]+ (a|ab)(c|bcd)(d*) \. x| () a** (a+)+$ {a a{,3} \<a $a a|*b a|+b (*a) (+a) \w+
[a \ ) ( a{1 [[.a.]] [z-a] a.c [^a-c]+ (a)|b ((a)|(b))+ a{1,2}{2} ^*a []a]+ [a-] .*b \bfoo\b (foo|bar)\. a\{2 [[:foo:]]
^$ (^a|b$) x* a+? a{b a{ a{} a{,} ^{2} $* ()* a*{ a(|b)
"""
TEXTS = "ab abcd aaab '' foo.bar '*a' aa A +a 'a{2' 'a{1' 'b-a]' abab"
SCRIPT = "".join(
    f"e='{each}'; for t in {TEXTS}; do [[ $t =~ $e ]]; echo \"$e $t $? ${{BASH_REMATCH[*]@Q}}\"; done 2>/dev/null\n"
    for each in _EXPRESSIONS.split()
)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash here to compare with")
async def test_it_agrees_with_bash() -> None:
    real = subprocess.run(["bash", "-c", SCRIPT], capture_output=True, text=True, env={"LC_ALL": "C"}, check=True)
    ours = await run(machine_of(pod("debian")), "bash", "-c", SCRIPT)
    assert ours.out.splitlines() == real.stdout.splitlines()
