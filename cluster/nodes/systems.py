"""The systems that images stand on: their programs by path and their first files. Data; which image has which system is
known to `software`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Flavour = Literal["gnu", "busybox"]
"""Whose words programs print: GNU's, or BusyBox's."""

_TEXT = """
    awk base64 cat cmp cut diff egrep fgrep grep head hexdump md5sum nl od paste rev sed sha1sum sha256sum sort tac tail
    tee tr uniq wc xxd
"""
_FILES = """
    basename chgrp chmod chown cp dd df dirname du find ln ls mkdir mktemp mv readlink realpath rm rmdir stat sync touch
    truncate tar gzip gunzip zcat
"""
_SYSTEM = """
    [ clear date echo env expr false hostname id kill mount nohup nproc printenv printf pwd seq sleep sh test time
    timeout stty true tty uname which whoami xargs yes
"""
_PROCESSES = "free pgrep pkill ps top uptime watch"
_OF_BUSYBOX = "ash busybox sysctl ip route less more nc netstat nslookup ping ping6 vi wget traceroute telnet ifconfig"


class System(NamedTuple):
    name: str
    """As /etc/os-release calls it."""
    version: str
    title: str
    home: str
    flavour: Flavour
    programs: dict[str, str]
    """Absolute path -> program."""
    links: dict[str, str]
    login: str
    """root's shell."""
    root_groups: Mapping[str, int] = MappingProxyType({})
    """What root is in, beside its own group."""

    def os_release(self) -> str:
        lines = {
            "PRETTY_NAME": f'"{self.title}"',
            "NAME": f'"{self.title.partition(" ")[0]}"',
            "VERSION_ID": f'"{self.version}"',
            "ID": self.name,
            "HOME_URL": f'"{self.home}"',
        }
        return "".join(f"{key}={value}\n" for key, value in lines.items())


def at(folder: str, words: str) -> dict[str, str]:
    """Programs of one folder."""
    return {f"{folder}/{word}": word for word in words.split()}


_MERGED = {"/bin": "usr/bin", "/sbin": "usr/sbin", "/lib": "usr/lib"}
_GNU = at("/usr/bin", f"{_TEXT} {_FILES} {_SYSTEM} bash more")
_CHROOT = at("/usr/sbin", "chroot")
_IN_BIN = at(
    "/bin",
    "ash base64 busybox cat chgrp chmod chown cp date dd df echo egrep false fgrep grep gunzip gzip hostname kill ln ls"
    " mkdir mktemp more mount mv netstat nice ping ping6 printenv ps pwd rm rmdir sed sh sleep stat sync tar touch true"
    " uname zcat",
)
_EVERY_APPLET = f"{_TEXT} {_FILES} {_SYSTEM} {_PROCESSES} {_OF_BUSYBOX}"
_IN_USR_BIN = {path: name for path, name in at("/usr/bin", _EVERY_APPLET).items() if f"/bin/{name}" not in _IN_BIN}


def _debian(name: str, version: str, title: str, home: str) -> System:
    programs = at("/usr/bin", "apt apt-get dash getent perl") | _GNU | _CHROOT
    return System(name, version, title, home, "gnu", programs, _MERGED, "/bin/bash")


def _redhat(name: str, version: str, title: str, home: str) -> System:
    return System(
        name, version, title, home, "gnu", at("/usr/bin", "dnf getent yum") | _GNU | _CHROOT, _MERGED, "/bin/bash"
    )


DEBIAN = _debian("debian", "12", "Debian GNU/Linux 12 (bookworm)", "https://www.debian.org/")
UBUNTU = _debian("ubuntu", "24.04", "Ubuntu 24.04 LTS", "https://www.ubuntu.com/")
CENTOS = _redhat("centos", "9", "CentOS Stream 9", "https://centos.org/")
FEDORA = _redhat("fedora", "41", "Fedora Linux 41 (Container Image)", "https://fedoraproject.org/")
ORACLE = _redhat("ol", "9.5", "Oracle Linux Server 9.5", "https://linux.oracle.com/")
BUSYBOX = System(
    "busybox",
    "1.37.0",
    "BusyBox 1.37.0",
    "https://busybox.net/",
    "busybox",
    at("/bin", f"{_EVERY_APPLET} chroot getconf"),
    {"/usr/bin/env": "../../bin/env"},
    "/bin/sh",
    {"wheel": 10},
)
ALPINE = System(
    "alpine",
    "3.21.3",
    "Alpine Linux v3.21",
    "https://alpinelinux.org/",
    "busybox",
    _IN_BIN | _IN_USR_BIN | _CHROOT | at("/sbin", "apk") | at("/usr/bin", "getent"),
    {},
    "/bin/sh",
    {"bin": 1, "daemon": 2, "sys": 3, "adm": 4, "disk": 6, "wheel": 10, "floppy": 11, "dialout": 20, "tape": 26}
    | {"video": 27},
)
PROCPS = at("/usr/bin", _PROCESSES)
NOTHING = System("", "", "", "", "gnu", {}, {}, "")
"""An image with nothing but its own program."""
