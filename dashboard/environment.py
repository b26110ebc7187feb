"""What the environment says, read once and checked: a wrong value ends the start with a sentence on what to do.

Every function takes the environment (or the value) and gives plain settings back. Knows nothing of Django's own
settings module, which is the only caller.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_YES = {"1", "true", "yes", "on"}
_NO = {"", "0", "false", "no", "off"}


def flag(environ: Mapping[str, str], name: str, default: bool = False) -> bool:
    value = environ.get(name)
    if value is None:
        return default
    if value.strip().lower() in _YES:
        return True
    if value.strip().lower() in _NO:
        return False
    raise ImproperlyConfigured(f'{name} is yes or no. This is "{value}". Set {name}=1, {name}=0, or leave it out.')


def names(environ: Mapping[str, str], name: str) -> list[str]:
    """A list of host names separated by commas."""
    found = [each.strip() for each in environ.get(name, "").split(",") if each.strip()]
    for each in found:
        if "/" in each or " " in each:
            raise ImproperlyConfigured(
                f'{name} holds host names separated by commas. "{each}" is none: leave out "https://" and any path.'
            )
    return found


def slug(environ: Mapping[str, str], name: str, default: str) -> str:
    """The name of a cluster, as its addresses have it."""
    value = environ.get(name) or default
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,50}", value):
        raise ImproperlyConfigured(
            f'{name} is the name of a cluster: letters, digits, "-" and "_", as in its address. This is "{value}".'
        )
    return value


def secret(environ: Mapping[str, str], data: Path) -> str:
    """SECRET_KEY, or one made up at the first start and kept in DATA/secret.key, readable by its owner alone."""
    given = environ.get("SECRET_KEY")
    if given is not None:
        if len(given) < 32:
            raise ImproperlyConfigured(
                f"SECRET_KEY has 32 characters or more. This one has {len(given)}. "
                "Set a longer one, or leave it out and one is made."
            )
        return given
    kept = data / "secret.key"
    try:
        return _kept(kept)
    except OSError as wrong:
        raise ImproperlyConfigured(
            f"{kept} cannot be read or written: {wrong.strerror}. The data folder is to be ours, or name another one."
        ) from wrong


def _kept(kept: Path) -> str:
    if not kept.exists():
        # Written aside and linked into place: of two processes starting at once one wins, and both read the same.
        draft = kept.parent / f".secret.{os.getpid()}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    found = kept.read_text().strip()
    if not found:
        raise ImproperlyConfigured(f"{kept} is empty. Delete it, and a new key is made (everybody signs in again).")
    return found


def directory(value: str | None, default: Path) -> Path:
    """DATA_DIR, made when it is not there."""
    chosen = Path(value).expanduser().absolute() if value else default
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError as wrong:
        raise ImproperlyConfigured(
            f"DATA_DIR is a directory that can be written to. {chosen}: {wrong.strerror}. Name another one."
        ) from wrong
    return chosen


def lessons(value: str | None) -> Path | None:
    """LESSONS_DIR: a folder with lessons of the operator's own, beside ours."""
    if not value:
        return None
    chosen = Path(value).expanduser().absolute()
    if not chosen.is_dir():
        raise ImproperlyConfigured(
            f"LESSONS_DIR is a folder that holds a folder for each lesson. There is no folder {chosen}. "
            "Leave it out to have Kubarium's own lessons only."
        )
    return chosen


def database(url: str | None, data: Path) -> dict[str, Any]:
    """DATABASE_URL as Django's settings; without one a SQLite file in `data`."""
    if not url:
        return sqlite(data / "kubarium.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)))
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL is postgresql://user:password@host:5432/name, or left out for a SQLite file in DATA_DIR. "
            f'This begins with "{parts.scheme or url[:12]}".'
        )
    try:
        port = parts.port
    except ValueError as wrong:
        raise ImproperlyConfigured("The port in DATABASE_URL is a number from 1 to 65535.") from wrong
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or _query(parts.query).get("host", "")),
        "PORT": str(port or ""),
        "OPTIONS": {name: value for name, value in _query(parts.query).items() if name != "host"},
    }


def _query(text: str) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in text.split("&") if pair)
    return {name: unquote(value) for name, _, value in pairs}


def sqlite(file: Path) -> dict[str, Any]:
    """WAL lets readers go on while one writes; IMMEDIATE takes the lock at the start, so no transaction that read
    first finds itself unable to write later; NORMAL is safe with WAL (a power cut may lose the last commits)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        # Tests use a file too: several connections and processes write to it, which a memory database cannot bear.
        "TEST": {"NAME": str(file.with_name("test.sqlite3"))},
        "NAME": file,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;",
        },
    }


def channel_layers(url: str | None) -> dict[str, Any]:
    """REDIS_URL as Django's settings; without one the layer of a single process.

    The pub/sub layer: messages only ring (the log is the truth), so what nobody hears need not be kept."""
    if not url:
        return {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    if urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        raise ImproperlyConfigured(
            f'REDIS_URL begins with redis://, rediss:// or unix://. This is "{url}". '
            "Leave it out to run as one process."
        )
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url], "prefix": "kubarium"},
        }
    }


class Public(NamedTuple):
    """The name people reach the site by, from outside; `host` "" when it has none."""

    host: str = ""
    origin: str = ""
    secure: bool = False


def public(value: str | None) -> Public:
    """PUBLIC_HOST: `kubarium.example.org`, with a port or not. https unless it says http://."""
    if not value:
        return Public()
    parts = urlsplit(value if "://" in value else f"https://{value}")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or " " in value:
        raise ImproperlyConfigured(
            f'PUBLIC_HOST is a name people can reach, like kubarium.example.org. This is "{value}".'
        )
    return Public(parts.hostname, f"{parts.scheme}://{parts.netloc}", parts.scheme == "https")
