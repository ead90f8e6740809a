"""Requests for information, their answers, and their closing.

A request stands under a subject of its own, `rfi:…`; its answers and its closing stand there too,
so that the history of the subject is the file of the request.
"""

from typing import Annotated, ClassVar, Literal

import msgspec

from tocsin.tables.bodies import Body, Slug, Words
from tocsin.tables.when import When, last_moment


class InformationRequest(Body, frozen=True, kw_only=True):
    """A question to others with a deadline; the marking says to whom it goes."""

    kind: ClassVar[str] = "information_request"

    question: Words
    deadline: When
    area: str = ""
    topics: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=50)] = ()
    period_from: When | None = None
    period_to: When | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        both = self.period_from is not None and self.period_to is not None
        if both and last_moment(self.period_to or "") < last_moment(self.period_from or ""):
            raise ValueError("period_to is before period_from - at `$.period_to`")


class InformationAnswer(Body, frozen=True, kw_only=True):
    """An answer to a request for information: words, records, or that there is nothing to say."""

    kind: ClassVar[str] = "information_answer"

    request: Slug
    outcome: Literal["answered", "nothing_to_say"]
    text: Words = Words()
    records: Annotated[tuple[Slug, ...], msgspec.Meta(max_length=200)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.outcome == "answered" and not (self.records or self.text.fr or self.text.en):
            raise ValueError("an answer has words or records - at `$.text`")


class InformationClosure(Body, frozen=True, kw_only=True):
    """Who asked for information needs no more answers, and why."""

    kind: ClassVar[str] = "information_closure"

    request: Slug
    reason: Words


ASKING_KINDS: tuple[type[Body], ...] = (
    InformationAnswer, InformationClosure, InformationRequest,
)  # fmt: skip
