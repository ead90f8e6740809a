"""What a notice to a subscriber says: new records, each in a line, and how they are marked."""

import json
from collections.abc import Callable, Sequence

from tocsin.language.text import text
from tocsin.policy.markings import NARROWER
from tocsin.sharing.channels import Channel
from tocsin.sharing.letters import Letter
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.subscribing import Subscription
from tocsin.tables.statements import LOCAL, Statement, replaced_by, statement_to_json

Line = Callable[[Statement], Words]
WITHDRAWALS = ("recall", "retraction")
_SHORT = 300  # signs of a line


def notice_letter(
    message: str, channel: Channel, body: Subscription, records: Sequence[Statement], line: Line,
    *, exercise: bool = False,
) -> Letter:  # fmt: skip
    """A notice in the form of its channel: a mail of lines; whole records into folder and webhook.

    Of a withdrawal only the id of what is withdrawn is told.
    line : a statement as a line in both languages, made of what its reader may see
    """
    lang = body.lang
    gone = [name for one in records if one.kind in WITHDRAWALS and (name := replaced_by(one))]
    shown = [one for one in records if one.kind not in WITHDRAWALS]
    widest = max((one.tlp for one in shown), key=NARROWER.index, default="GREEN")
    subject = f"[TLP:{widest}] {text('New records', lang)}: {len(shown)}"
    if exercise:
        subject = f"[{text('EXERCISE', lang)}] {subject}"
    withdrawn = text("withdrawn by its originator; delete your copy", lang)
    why = text("You subscribed to this. What you may see is asked anew each time.", lang)
    said = "\n".join(
        (
            *(f"{name}  {withdrawn}" for name in gone),
            *(f"{one.known_at[:10]}  {one.origin}  TLP:{one.tlp}  {_cut(line(one).in_(lang))}\n"
              f"  {one.id}" for one in shown),
            "",
            f"{why}\n",
        )
    )  # fmt: skip
    if channel.kind == "mail":
        return Letter(subject, said, said.encode(), "text/plain", "txt", f"{message}.txt")
    plain = {"message": message, "tlp": widest, "exercise": exercise, "withdrawn": gone,
             "records": [_plain(one, line(one)) for one in shown]}  # fmt: skip
    content = json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()
    return Letter(subject, said, content, "application/json", "json", f"{message}.json")


def _plain(one: Statement, said: Words) -> dict[str, object]:
    whole: dict[str, object] = json.loads(statement_to_json(one, without=LOCAL))
    return {"line": {"fr": said.in_("fr"), "en": said.in_("en")}, "statement": whole}


def _cut(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= _SHORT else f"{flat[: _SHORT - 1]}…"


def fits(body: Subscription, one: Statement, areas: Sequence[str]) -> bool:
    """Whether a record is of the kinds, about the subjects and in the areas that are asked for.

    areas : where it lies; a record that lies nowhere is in no area
    """
    return (
        (not body.kinds or one.kind in body.kinds)
        and (not body.subjects or any(_is_about(one.subject, each) for each in body.subjects))
        and (not body.areas or any(_lies_in(here, there) for here in areas for there in body.areas))
    )


def _is_about(subject: str, asked: str) -> bool:
    return subject.startswith(asked[:-1]) if asked.endswith("*") else subject == asked


def _lies_in(here: str, there: str) -> bool:
    return here == there or here.startswith(f"{there}.")
