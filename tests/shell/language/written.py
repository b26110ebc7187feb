"""Scripts made up at random, of the language that is supported: hypothesis puts them together."""

from __future__ import annotations

import re

from hypothesis import strategies as st

NAMES = ("a", "b", "c")
_name = st.sampled_from(NAMES)
_plain = st.sampled_from(["x", "y1", "foo", "bar.txt", "a-b", "0", "1", "2", "7", "web-12", "A", "x/y/z", "."])
_pattern = st.sampled_from(["*", "?", "a*", "*.txt", "[a-c]*", "[!x]", "f?o", "*-*", "x", "[[:digit:]]", "web-*", "*/"])
_number = st.sampled_from(["0", "1", "2", "3", "-1", "10"])


def _parameters() -> st.SearchStrategy[str]:
    forms = ["${%s:-%s}", "${%s-%s}", "${%s:+%s}", "${%s+%s}"]
    removals = ["${%s#%s}", "${%s##%s}", "${%s%%%s}", "${%s%%%%%s}"]
    return st.one_of(
        _name.map("${}".format),
        _name.map("${{{}}}".format),
        _name.map("${{#{}}}".format),
        st.builds(lambda form, name, word: form % (name, word), st.sampled_from(forms), _name, _plain),
        st.builds(lambda form, name, word: form % (name, word), st.sampled_from(removals), _name, _pattern),
        st.builds(
            "${{{}{}{}/{}}}".format,
            _name,
            st.sampled_from(["/", "//", "/#", "/%"]),
            st.sampled_from("xfo1a"),
            _plain.filter(lambda text: "/" not in text),
        ),
        st.builds("${{{}:{}:{}}}".format, _name, st.sampled_from("0123"), st.sampled_from("0123")),
        st.builds("${{{}{}}}".format, _name, st.sampled_from(["^", "^^", ",", ",,"])),
        st.sampled_from(
            ["$#", "$?", "$@", "$*", "$1", "$2", "${@:1:1}", "${#@}", "${l[@]}", "${l[1]}", "${#l[@]}", "${!l[@]}"]
        ),
    )


def _sums() -> st.SearchStrategy[str]:
    leaf = st.one_of(_number, st.sampled_from(["n", "m"]))
    operators = st.sampled_from(
        ["+", "-", "*", "/", "%", "<", ">", "<=", ">=", "==", "!=", "&&", "||", "&", "|", "^", "<<", ","]
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds("{} {} {}".format, inner, operators, inner),
            st.builds("({})".format, inner),
            st.builds("{} ? {} : {}".format, leaf, inner, inner),
            st.builds("{}{}".format, st.sampled_from(["!", "~", "- "]), leaf),
            st.sampled_from(["n++", "--m", "n=3", "m+=2", "n*=2", "2**3"]),
        ),
        max_leaves=4,
    )


def _words(commands: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[str]:
    quotable = st.one_of(_plain, _parameters(), st.just(" "), _sums().map("$(({}))".format))
    piece = st.one_of(
        _plain,
        _parameters(),
        _pattern,
        st.lists(quotable, max_size=3).map(lambda parts: '"' + "".join(parts) + '"'),
        st.sampled_from(
            [
                "'a b'",
                "'$a'",
                "\\$",
                "\\ ",
                "$'t\\tn'",
                "''",
                '""',
                "{1..3}",
                "{x,y}",
                "{a,b}{1,2}",
                "~",
                "=",
                ":",
                "''\"q\"",
            ]
        ),
        _sums().map("$(({}))".format),
    )
    if commands is not None:
        piece = st.one_of(piece, commands.map("$( {} )".format), commands.map('"$( {} )"'.format))
    return st.lists(piece, min_size=1, max_size=3).map("".join).filter(lambda word: word != "}")


def _tests(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    quoted = st.one_of(_parameters().map('"{}"'.format), _plain)
    return st.one_of(
        st.builds("[ {} {} {} ]".format, quoted, st.sampled_from(["=", "!="]), quoted),
        st.builds("[ {} {} ]".format, st.sampled_from(["-z", "-n", "!", "-e", "-d"]), quoted),
        st.builds("[ {} {} {} ]".format, _number, st.sampled_from(["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]), _number),
        st.builds("[[ {} {} {} ]]".format, quoted, st.sampled_from(["==", "!=", "<", ">"]), _plain),
        st.builds("[[ {} == {} ]]".format, quoted, _pattern),
        st.builds(
            "[[ {} =~ {} ]]".format, quoted, st.sampled_from(["^[a-z]+$", "-([0-9]+)$", "(f|b)o*", "[0-9]{2}", "x?y"])
        ),
        st.builds("[[ -n {} && ! -z {} ]]".format, quoted, quoted),
        _sums().map("(( {} ))".format),
        st.sampled_from(["true", "false", ":"]),
    )


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    words = _words(inner)
    block = st.lists(inner, min_size=1, max_size=3).map("; ".join)
    tests = _tests(words)
    return st.one_of(
        st.builds("{} && {}".format, tests, inner),
        st.builds("{} || {}".format, tests, inner),
        st.builds("if {}; then {}; else {}; fi".format, tests, block, block),
        st.builds("for a in {}; do {}; done".format, st.lists(words, max_size=3).map(" ".join), block),
        st.builds("i=0; while [ $i -lt 2 ]; do i=$((i+1)); {}; done".format, block),
        st.builds(
            "for ((n=0; n<2; n++)); do {}; done".format,
            st.sampled_from(["echo $n", "continue; echo no", "break", "echo a; [ $n = 1 ] && break"]),
        ),
        st.builds(
            "case {} in {}) {} ;; {}|{}) {} ;; *) echo other ;; esac".format,
            words,
            _pattern,
            block,
            _plain,
            _pattern,
            block,
        ),
        st.builds("{{ {}; }}".format, block),
        st.builds("( {} )".format, block),
        st.builds("f() {{ {}; }}; f {}; echo $?".format, block, words),
        st.builds("f() {{ local b=in; {}; return {}; }}; f; echo $? $b".format, block, st.sampled_from("0123")),
        st.builds('{} | while read -r x; do echo "<$x>"; done'.format, inner.map("{{ {}; }}".format)),
        st.builds("{} | cat".format, inner.map("{{ {}; }}".format)),
        st.builds("cat <<EOF\n{}\nEOF\n:".format, _words().filter(lambda word: "\n" not in word)),
        st.builds('read b c <<< {}; echo "[$b][$c]"'.format, words),
        st.builds("{{ {}; }} > out 2> err; cat out".format, block),
        st.builds('x=$({}); echo "$x" $?'.format, inner),
        st.builds("! {}; echo $?".format, tests),
        st.builds("eval '{}'".format, st.sampled_from(["echo $a", "b=5; echo $b", 'echo "$a" | cat'])),
        st.builds("(set -e; {}; false; echo no); echo $?".format, block),
        st.builds(
            'l=({}); echo "${{#l[@]}}"; for c in "${{l[@]}}"; do echo "$c"; done'.format,
            st.lists(words, max_size=3).map(" ".join),
        ),
    )


def scripts() -> st.SearchStrategy[str]:
    """Whole scripts; the variables a, b and c, numbers n and m, a list l and two parameters are there."""
    words = _words()
    simple = st.one_of(
        st.builds("echo {}".format, st.lists(words, max_size=3).map(" ".join)),
        st.builds("printf '<%s>\\n' {}".format, st.lists(words, min_size=1, max_size=3).map(" ".join)),
        st.builds("{}={}".format, _name, words),
        st.builds("set -- {}".format, st.lists(words, max_size=3).map(" ".join)),
        st.builds("IFS={}".format, st.sampled_from(["' '", ":", "-", "''", "'x '"])),
        _sums().map("echo $(({}))".format),
        st.builds("unset {}".format, _name),
        st.builds("shift; echo $#".format),
        _tests(words),
    )
    commands = st.recursive(simple, _grown, max_leaves=6)
    # One file written by two at once is left out: both shells' answers to that depend on where each of them stands.
    commands = commands.filter(lambda command: command.count("> out") < 2)
    return st.lists(commands, min_size=1, max_size=5).map(
        lambda lines: "a='x y'; b=foo; n=2; m=5; l=(p 'q r' s); set -- one 'two three'\n" + "\n".join(lines) + "\n"
    )


_OF_BASH = re.compile(
    r"\[\[ |\(\( |for \(\(|l=\(|l\[|\$\{\w+[/^,:][^-+=?]|\$\{@:|\$'|<<<|\*\*|\+\+|--m|, |IFS=''|\{#@\}|!l"
)


def posix_scripts() -> st.SearchStrategy[str]:
    """The same without the lines that only bash reads, and without here-documents, whose lines they would cut apart."""
    return scripts().map(_without_bash)


def _without_bash(script: str) -> str:
    whole = re.sub(r"cat <<EOF.*?\nEOF\n:?", "", script.replace("l=(p 'q r' s); ", ""), flags=re.S)
    return "".join(f"{line}\n" for line in whole.split("\n") if not _OF_BASH.search(line))
