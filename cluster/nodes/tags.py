"""Which tags the official images have, by a rule over data: nobody lists all tags of a registry, and new ones come.

A tag of an image of this table is there when its parts, between hyphens, are each a word that tags are made of
("bookworm", "alpine", "alpine3.21"), a date, or, the first, a version near those that are known: no number is more than
HEADROOM above the newest of its place. Of an image that is not in the table every tag is there.
"""

from __future__ import annotations

import re
from functools import lru_cache

HEADROOM = 10
"""So much newer than this table a version may be: what comes out later runs."""
_LARGEST = 99
"""Of numbers that the table says nothing of: a patch, a minor of a major to come."""

_NEWEST: dict[str, dict[int, int]] = {
    "alpine": {2: 7, 3: 23},
    "bash": {3: 2, 4: 4, 5: 3},
    "busybox": {1: 37},
    "centos": {5: 11, 6: 10, 7: 9, 8: 5},
    "debian": {6: 10, 7: 11, 8: 11, 9: 13, 10: 13, 11: 11, 12: 12, 13: 3},
    "fedora": {20: 0, 43: 0},
    "golang": {1: 25},
    "httpd": {2: 4},
    "mariadb": {5: 5, 10: 11, 11: 8, 12: 2},
    "memcached": {1: 6},
    "mongo": {2: 6, 3: 7, 4: 4, 5: 0, 6: 0, 7: 0, 8: 2},
    "mysql": {5: 7, 8: 4, 9: 5},
    "nginx": {1: 29},
    "node": {0: 12, 4: 9, 6: 17, 8: 17, 10: 24, 12: 22, 14: 21, 16: 20, 18: 20, 20: 19, 22: 21, 24: 11, 25: 2},
    "percona": {5: 7, 8: 4},
    "perl": {5: 42},
    "postgres": {8: 4, 9: 6, 10: 23, 11: 22, 12: 22, 13: 23, 14: 20, 15: 15, 16: 11, 17: 7, 18: 1},
    "python": {2: 7, 3: 14},
    "redis": {2: 8, 3: 2, 4: 0, 5: 0, 6: 2, 7: 4, 8: 4},
    "ubuntu": {10: 4, 12: 10, 14: 10, 16: 10, 18: 10, 20: 10, 22: 10, 24: 10, 25: 10},
    "valkey": {7: 2, 8: 1, 9: 0},
}
"""Official image -> newest minor of each major: as on Docker Hub at the end of 2025."""
_ELSEWHERE: dict[str, dict[int, int]] = {
    "registry.k8s.io/nginx-slim": {0: 27},
    "registry.k8s.io/pause": {0: 8, 1: 0, 2: 0, 3: 10},
}
_WORDS = """
    latest stable mainline edge current lts innovation rolling devel dev testing unstable sid experimental oldstable
    oldoldstable rawhide backports onbuild base bin minimal source slim perl otel apache fpm musl glibc uclibc fips
    wheezy jessie stretch buster bullseye bookworm trixie forky
    precise trusty xenial bionic focal jammy noble oracular plucky questing
    argon boron carbon dubnium erbium fermium gallium hydrogen iron jod krypton threaded
"""
_NUMBERED = "alpine ubuntu debian centos oracle oraclelinux ubi nanoserver windowsservercore ltsc rc alpha beta"
"""Words that a version may follow."""
_WORD = re.compile(rf"(?:{'|'.join(_WORDS.split())})|(?:{'|'.join(_NUMBERED.split())})(?:\d[\d.]*)?")
_VERSION = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.\d{1,4})?(?:rc\d+|[ab]\d+|beta\d+)?")
_DATE = re.compile(r"20\d{6}(?:\.\d)?")
_BUILD = re.compile(r"\d{1,4}")
_CENTOS_BUILDS = frozenset({1406, 1503, 1511, 1611, 1708, 1804, 1810, 1908, 2003, 2004, 2009, 2105})
"""CentOS has the month of a build for a patch."""
_MIRRORS = ("docker.io/library/", "public.ecr.aws/docker/library/", "mirror.gcr.io/library/")


def is_there(repository: str, tag: str) -> bool:
    """Whether an image has the tag; `repository` in full ("docker.io/library/nginx")."""
    newest = _ELSEWHERE.get(repository)
    if newest is None and (mirror := next((each for each in _MIRRORS if repository.startswith(each)), None)):
        newest = _NEWEST.get(repository.removeprefix(mirror))
    return newest is None or _is_there(repository, tag)


@lru_cache(maxsize=1024)
def _is_there(repository: str, tag: str) -> bool:
    newest = _ELSEWHERE.get(repository) or _NEWEST[repository.rpartition("/")[2]]
    first, *rest = tag.split("-")
    if not (_WORD.fullmatch(first) or _DATE.fullmatch(first) or _is_version(first, newest)):
        return False
    return all(_WORD.fullmatch(part) or _DATE.fullmatch(part) or _BUILD.fullmatch(part) for part in rest)


def _is_version(text: str, newest: dict[int, int]) -> bool:
    found = _VERSION.fullmatch(text)
    if found is None:
        return False
    major, minor, patch = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if not min(newest) <= major <= max(newest) + HEADROOM:
        return False
    return minor <= newest.get(major, _LARGEST - HEADROOM) + HEADROOM and (patch <= _LARGEST or patch in _CENTOS_BUILDS)
