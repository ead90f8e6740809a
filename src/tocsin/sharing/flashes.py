"""A flash of 160 characters: what fits into one SMS, and how much of a signature fits beside it.

    T1 NORTH 261124 1310 Convoy attacked near the bridge, 12 trucks. #K7QF-2M9T-XPA4

The tag is the first 60 bits of an HMAC under a key that both nodes work out from their node keys.
It shows that the text was made by this partner (or by oneself), is whole, and bears its time. It
is no signature: it convinces nobody else, and a forger who may try without end succeeds once in
2^60 tries. It is refused when it is old, so that it cannot be played again the day after.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from tocsin.errors import CheckFailed, UsageError

LENGTH = 160
FRESH = timedelta(hours=24)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_TAG = 12  # characters of five bits
_SHAPE = re.compile(
    r"^T1 (?P<org>\S{1,64}) (?P<day>\d{6}) (?P<hour>\d{4}) (?P<text>.*) "
    r"#(?P<tag>[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4})$",
    re.DOTALL,
)
# What a phone sends in seven bits a character; one other character halves what fits.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)


def write_flash(org: str, text: str, key: bytes, at: datetime) -> str:
    """A flash ready to be typed.

    Raises
    ------
    UsageError, if it does not fit, or holds what a phone cannot send in one SMS.

    >>> key, at = bytes(32), datetime(2026, 11, 24, 13, 10, tzinfo=UTC)
    >>> said = write_flash("north", "Convoy at the bridge", key, at)
    >>> read_flash(said, key, at)[1]
    'Convoy at the bridge'
    """
    words = " ".join(text.split())
    start = f"T1 {org} {at.astimezone(UTC):%y%m%d %H%M} {words}"
    said = f"{start} #{_tag(start, key)}"
    if strange := sorted(set(said) - _GSM):
        raise UsageError(
            "an SMS cannot hold {strange}",
            remedy="Write it without: such as ’ as ' and œ as oe.",
            strange=" ".join(strange),
        )
    if len(said) > LENGTH:
        raise UsageError(
            "the flash is {over} characters too long",
            remedy="It may hold {room} characters.",
            over=len(said) - LENGTH,
            room=len(words) - (len(said) - LENGTH),
        )
    return said


def read_flash(said: str, key: bytes, now: datetime) -> tuple[datetime, str]:
    """When a flash was made, and its text.

    Raises
    ------
    CheckFailed, if it is not the partner's, was changed, or is older than a day.
    """
    found = _SHAPE.match(" ".join(said.split(" ")).strip())
    if found is None:
        raise CheckFailed(
            "this is not a flash", remedy="Type it as it came, from T1 to the end of the tag."
        )
    start = said.strip().rpartition(" #")[0]
    if not hmac.compare_digest(_tag(start, key), found["tag"]):
        raise CheckFailed(
            "the tag does not fit: it is another partner’s, or something was changed",
            remedy="Check what was typed; if it is right, do not rely on it: call back.",
        )
    try:
        at = datetime.strptime(found["day"] + found["hour"], "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        raise CheckFailed(
            "this is not a flash", remedy="Type it as it came, from T1 to the end of the tag."
        ) from None
    if not now - FRESH <= at <= now + timedelta(hours=1):
        raise CheckFailed(
            "the flash is of {when}: too old to rely on, or of a clock that is ahead",
            remedy="Call back.",
            when=f"{at:%Y-%m-%d %H:%M}",
        )
    return at, found["text"]


def sender_of(said: str) -> str:
    """Whose flash it says it is; empty if it is none."""
    found = _SHAPE.match(said.strip())
    return "" if found is None else found["org"]


def _tag(start: str, key: bytes) -> str:
    digest = int.from_bytes(hmac.new(key, start.encode(), sha256).digest()[:8], "big") >> 4
    letters = "".join(_ALPHABET[digest >> 5 * at & 31] for at in reversed(range(_TAG)))
    return "-".join(letters[at : at + 4] for at in range(0, _TAG, 4))
