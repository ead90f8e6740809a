"""Ids and moments of STIX objects: the same statement gives the same object, at every node.

An id is a UUIDv5 in a namespace of our own. It is worked out from one statement alone and never
from others, so that what a reader may not see can leave no trace in it.
"""

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from uuid import UUID, uuid5

from tocsin.tables.statements import Statement
from tocsin.tables.when import last_moment

NAMESPACE = UUID("ef9fca2c-9b68-485d-9335-ad6b57f98456")
EXTENSION = "extension-definition--49d09b7e-8883-495f-a69a-1fe7b9dedeaf"
MAKER = "identity--ea4d32d5-8f71-47f0-bf88-8cf8257b35bd"
# Objects that stand for something with many versions, or with none, begin at one fixed moment.
BEGINNING = "1970-01-01T00:00:00.000Z"


def stix_id(kind: str, *names: str) -> str:
    """The id of the object of a type that is known by these names.

    >>> stix_id("identity", "origin", "cell")
    'identity--6eff964e-5558-5eb7-9fe1-abce1e823727'
    """
    return f"{kind}--{uuid5(NAMESPACE, chr(10).join(names))}"


@lru_cache(maxsize=65536)
def moment(when: str) -> str:
    """A date of a statement as a STIX timestamp: a partial date counts from its last moment.

    >>> moment("2023-07"), moment("2023-07-21T09:30Z")
    ('2023-07-31T23:59:59.999Z', '2023-07-21T09:30:00.000Z')
    """
    return _stamp(last_moment(when), 3)


def version_of(statement: Statement) -> str:
    """When this version of a thing that has several was made known.

    Two versions of one day must differ, so the microseconds come from the statement's id; a
    correction is given the later half of them.
    """
    known = last_moment(statement.known_at)
    drawn = int.from_bytes(sha256(statement.id.encode()).digest()[:4], "big") % 500
    later = 500 if statement.supersedes else 0
    return _stamp(known.replace(microsecond=known.microsecond // 1000 * 1000 + drawn + later), 6)


def _stamp(at: datetime, digits: int) -> str:
    at = max(at.astimezone(UTC), datetime(1970, 1, 1, tzinfo=UTC))
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}"[: 20 + digits] + "Z"
