"""What came by a standard and is not a record of ours: kept whole, as it was sent."""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body
from tocsin.tables.when import When

LARGEST_OBJECT = 400_000  # characters


class StixObject(Body, frozen=True, kw_only=True):
    """A STIX object of somebody else's, whole: what we do not know of it is kept as well."""

    kind: ClassVar[str] = "stix_object"

    type: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,249}$")]
    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,249}--[0-9A-Za-z-]{1,64}$")]
    spec: Literal["2.0", "2.1"]
    object: Annotated[str, msgspec.Meta(min_length=2, max_length=LARGEST_OBJECT)]  # its JSON
    version: When | None = None  # its `modified`, to the microsecond
