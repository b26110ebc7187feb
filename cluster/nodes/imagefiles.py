"""The files of an image as a layer that never changes: its system's, its programs, its own."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from cluster.contents import Entry, Source, device, directory, file, frozen, link
from cluster.nodes import servers, software, websites
from cluster.nodes.software import Software

_FIRST_BUILD, _BUILT_WITHIN = 1_735_689_600.0, 150 * 86_400
_MAGIC = b"\x7fELF\x02\x01\x01\x00"
_FOLDERS = """
    /home /media /mnt /opt /root /run /srv /usr/local/bin /usr/sbin /usr/lib /usr/share
    /var/cache /var/lib /var/log /var/tmp
"""
_SITES = dict.fromkeys(("nginx", "nginx-slim", "nginx-unprivileged", "nginxhttps"), websites.NGINX)
_SITES["httpd"] = websites.HTTPD
_NGINX_ERROR = "<!DOCTYPE html>\n<html>\n<head>\n<title>Error</title>\n</head>\n<body>\n<h1>An error occurred.</h1>\n"
_NGINX_ERROR += "</body>\n</html>\n"
_NGINX_CONF = """\
user  nginx;
worker_processes  auto;

events {
    worker_connections  1024;
}

http {
    include       /etc/nginx/mime.types;
    include /etc/nginx/conf.d/*.conf;
}
"""
_NGINX_SITE = """\
server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }
}
"""


def program_file(name: str) -> Entry:
    """The file of a program: what is in it says which one it is, wherever it is moved or copied to."""
    return file(_MAGIC + name.encode() + b"\0", 0o755)


def program_in(body: bytes) -> str:
    """Which program such a file is; "" when it is none."""
    return body[len(_MAGIC) :].partition(b"\0")[0].decode() if body.startswith(_MAGIC) else ""


@lru_cache(maxsize=256)
def of(image: str) -> Source:
    """An image's files, the same object every time."""
    found = software.of(image)
    entries: dict[str, Entry] = {"/dev": directory(), "/proc": directory(0o555), "/sys": directory(0o555)}
    entries |= _devices()
    entries["/tmp"] = directory(0o1777)
    entries["/etc"] = directory()
    if found.system.name:
        entries |= {folder: directory(0o700 if folder == "/root" else 0o755) for folder in _FOLDERS.split()}
        entries |= _accounts(found)
        entries |= {path: link(target) for path, target in found.system.links.items()}
    entries |= _programs(found)
    entries |= _own(servers.called(image))
    built = _built(image)
    return frozen({path: entry._replace(modified=built) for path, entry in entries.items()})


def _built(image: str) -> float:
    """When the image was built: some day of the first months of 2025, the same for the same name."""
    return _FIRST_BUILD + int(hashlib.sha256(image.encode()).hexdigest()[:8], 16) % _BUILT_WITHIN


def _devices() -> dict[str, Entry]:
    names = ("null", "zero", "full", "random", "urandom", "tty", "stdin", "stdout", "stderr")
    return {f"/dev/{name}": device(name) for name in names} | {
        "/dev/fd": link("/proc/self/fd"),
        "/dev/shm": directory(0o1777),
        "/dev/termination-log": file(b"", 0o666),
    }


def _accounts(found: Software) -> dict[str, Entry]:
    system = found.system
    users = (
        ("root", 0, "/root", system.login),
        ("daemon", 1, "/usr/sbin", "/usr/sbin/nologin"),
        ("nobody", 65534, "/nonexistent", "/usr/sbin/nologin"),
        *((user.name, user.uid, user.home, "/sbin/nologin") for user in found.users),
    )
    passwd = "".join(f"{name}:x:{uid}:{uid}:{name}:{home}:{shell}\n" for name, uid, home, shell in users)
    groups = {"nogroup" if uid == 65534 else name: uid for name, uid, _, _ in users} | {**system.root_groups}
    members = dict.fromkeys(system.root_groups, "root")
    group = "".join(f"{name}:x:{number}:{members.get(name, '')}\n" for name, number in groups.items())
    made = {"/etc/passwd": file(passwd), "/etc/group": file(group), "/etc/shadow": file("root:*:::::::\n", 0o640)}
    made |= {"/etc/nsswitch.conf": file("hosts: files dns\n"), "/etc/shells": file(f"/bin/sh\n{system.login}\n")}
    if system.name != "busybox":
        made["/etc/os-release"] = file(system.os_release())
    if system.name == "alpine":
        made["/etc/alpine-release"] = file(f"{system.version}\n")
    made |= _prompts(system.name)
    if system.name in ("debian", "ubuntu"):
        made["/etc/debian_version"] = file(f"{system.version}\n")
    return made


def _prompts(system: str) -> dict[str, Entry]:
    """What makes a shell of each system greet as it does there."""
    if system in ("debian", "ubuntu"):
        return {"/etc/bash.bashrc": file("PS1='${debian_chroot:+($debian_chroot)}\\u@\\h:\\w\\$ '\n")}
    if system in ("centos", "fedora", "ol"):
        reads = "if [ -f /etc/bashrc ]; then\n    . /etc/bashrc\nfi\n"
        return {"/etc/bashrc": file('PS1="[\\u@\\h \\W]\\\\$ "\n'), "/root/.bashrc": file(reads)}
    return {}


def _programs(found: Software) -> dict[str, Entry]:
    """In Alpine each of BusyBox's programs is a link to the one file; elsewhere each has its own."""
    linked = found.system.name == "alpine"
    own = set(found.programs) - set(found.system.programs)
    return {
        path: link("/bin/busybox")
        if linked and path not in own and name not in ("busybox", "apk", "getent")
        else program_file(name)
        for path, name in found.programs.items()
    }


def _own(called: str) -> dict[str, Entry]:
    made: dict[str, Entry] = {}
    if (site := _SITES.get(called)) is not None:
        made[f"{site.root}/index.html"] = file(site.welcome)
        if site is websites.NGINX:
            made[f"{site.root}/50x.html"] = file(_NGINX_ERROR)
            made |= {"/etc/nginx/nginx.conf": file(_NGINX_CONF), "/etc/nginx/conf.d/default.conf": file(_NGINX_SITE)}
            made |= {"/var/log/nginx/access.log": link("/dev/stdout"), "/var/log/nginx/error.log": link("/dev/stderr")}
    folders = {
        "mysql": ("/var/lib/mysql", "/etc/mysql/conf.d", "/docker-entrypoint-initdb.d"),
        "mariadb": ("/var/lib/mysql", "/etc/mysql/conf.d", "/docker-entrypoint-initdb.d"),
        "postgres": ("/var/lib/postgresql/data", "/docker-entrypoint-initdb.d"),
        "redis": ("/data",),
        "mongo": ("/data/db",),
        "golang": ("/go",),
        "curl": ("/home/curl_user",),
    }
    owners = software.of(called).users
    number = owners[0].uid if owners else 0
    return made | {path: directory()._replace(owner=number, group=number) for path in folders.get(called, ())}
