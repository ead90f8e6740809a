"""Where things are: the store, the mirror, the language. Read from the environment, once.

`TOCSIN_HOME`    the store (default: the platform's data folder), made on first use
`TOCSIN_MIRROR`  a folder or URL that holds copies of the official files
`TOCSIN_LANG`    `fr` or `en` (default: the system's language, else French)
`TOCSIN_LEDGER`  `postgresql://…` for a team's ledger (default: a SQLite file in the store)
`TOCSIN_VAULT_PASSPHRASE`  opens the vault; `TOCSIN_VAULT_KEY` names its key file instead
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tocsin.errors import SettingsError

Lang = Literal["fr", "en"]
_LANGS: dict[str, Lang] = {"fr": "fr", "en": "en"}


@dataclass(frozen=True)
class Settings:
    """What the environment says. Nothing is created by reading it."""

    home: Path
    mirror: str | None
    lang: Lang
    ledger: str | None = None
    vault_key: Path | None = None
    vault_passphrase: str | None = field(default=None, repr=False)


def read_settings(environ: dict[str, str] | None = None) -> Settings:
    """Settings from `environ` (default: the process's own).

    Raises
    ------
    SettingsError, if `TOCSIN_LANG` is neither `fr` nor `en`.

    >>> read_settings({"TOCSIN_HOME": "/data/tocsin", "TOCSIN_LANG": "en"}).lang
    'en'
    """
    env = dict(os.environ) if environ is None else environ
    key = env.get("TOCSIN_VAULT_KEY")
    return Settings(
        home=_home(env),
        mirror=env.get("TOCSIN_MIRROR") or None,
        lang=_lang(env),
        ledger=env.get("TOCSIN_LEDGER") or None,
        vault_key=Path(key).expanduser() if key else None,
        vault_passphrase=env.get("TOCSIN_VAULT_PASSPHRASE") or None,
    )


def _home(env: dict[str, str]) -> Path:
    if given := env.get("TOCSIN_HOME"):
        return Path(given).expanduser()
    from platformdirs import user_data_path  # noqa: PLC0415  (not needed when the home is given)

    return user_data_path("tocsin", appauthor=False)


def _lang(env: dict[str, str]) -> Lang:
    if given := env.get("TOCSIN_LANG"):
        if given in _LANGS:
            return _LANGS[given]
        raise SettingsError(
            "TOCSIN_LANG is {given!r}", remedy="Set TOCSIN_LANG to fr or en.", given=given
        )
    system = env.get("LC_ALL") or env.get("LC_MESSAGES") or env.get("LANG") or ""
    return "en" if system[:2].lower() in ("en", "c", "c.", "po") else "fr"
