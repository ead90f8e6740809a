"""The short codes: a report in one message of at most 160 signs, with a checksum.

A message names the form, then one answer after another, parted by commas, then `#` and two signs:

    I,D0611,LOld Ford,TAV,K5,C5,SS#7Q

Letters are the questions' short codes, choices their own; a day is day and month, in the last
twelve months. A message whose checksum fails is mended only if exactly one slip of the usual kinds
explains it; otherwise the sender is asked again. Nothing is guessed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.errors import UnreadableFile
from tocsin.intake.forms_read import Form, Question, forms
from tocsin.intake.submissions import clean, western_digits

LONGEST = 160
# Without I, O, U and 0, 1: signs that are not taken for one another.
SIGNS = "ABCDEFGHJKLMNPQRSTVWXYZ23456789"
_PRIME, _BASE = 953, 37
_TAKEN_FOR = {"O": "0", "0": "O", "I": "1", "1": "I", "L": "1", "S": "5", "5": "S", "B": "8",
              "8": "B", "Z": "2", "2": "Z"}  # fmt: skip


@dataclass(frozen=True)
class Message:
    """A message understood: the form, its answers, and whether a slip was mended."""

    form: Form
    answers: dict[str, str]
    mended: bool = False


def checksum(text: str) -> str:
    """Two signs that change with every single slip and every swap of neighbours.

    >>> checksum("I,D0611,LOld Ford,TAV,SS") == checksum("I,D0611,LOld Ford,TAC,SS")
    False
    """
    value = 0
    for sign in _plain(text):
        value = (value * _BASE + ord(sign) % _PRIME) % _PRIME
    return SIGNS[value // len(SIGNS)] + SIGNS[value % len(SIGNS)]


def encode(form: Form, answers: Mapping[str, str]) -> str:
    """The message that says these answers.

    Raises
    ------
    UnreadableFile, if it does not fit into 160 signs.
    """
    parts = [form.sms]
    for question in form.questions:
        if question.sms and (given := answers.get(question.name)):
            parts.append(question.sms + _shortened(form, question, given))
    for indicator in form.indicators:
        if state := answers.get(indicator.name):
            told = _code_of(form, "state", state)
            told += _code_of(form, "level", answers.get(f"{indicator.name}_level", ""))
            told += _code_of(form, "direction", answers.get(f"{indicator.name}_direction", ""))
            parts.append(f"{indicator.sms}{told}")
    text = ",".join(parts)
    message = f"{text}#{checksum(text)}"
    if len(message) > LONGEST:
        raise UnreadableFile(
            "the message has {length} signs; a short message holds {longest}",
            remedy="Leave out what can be told later, or shorten the place.",
            length=len(message),
            longest=LONGEST,
        )
    return message


def decode(message: str, received: date) -> Message:
    """What a message says, mended if exactly one usual slip explains a failed checksum.

    Raises
    ------
    UnreadableFile, saying what to ask the sender.
    """
    text = clean(western_digits(message))
    body, mark, given = text.rpartition("#")
    if not mark or len(given.strip()) != 2:
        raise _asked_again("the message does not end with # and two signs")
    given = given.strip().upper()
    if checksum(body) == given:
        return Message(*_parsed(body, received))
    fits = []
    for slip in dict.fromkeys(_slips(body)):
        if checksum(slip) == given:
            try:
                fits.append(_parsed(slip, received))
            except UnreadableFile:
                continue
    if len(fits) != 1:
        raise _asked_again("the checksum does not fit the message")
    return Message(*fits[0], mended=True)


def _plain(text: str) -> str:
    return " ".join(text.upper().replace(" ,", ",").replace(", ", ",").split())


def _asked_again(wrong: str) -> UnreadableFile:
    return UnreadableFile(wrong, remedy="Ask the sender to send it again.")


def _parsed(body: str, received: date) -> tuple[Form, dict[str, str]]:
    first, *parts = (part.strip() for part in body.split(","))
    form = next((one for one in reversed(forms()) if one.sms == first.upper()), None)
    if form is None:
        raise _asked_again("no form begins with these signs")
    answers: dict[str, str] = {}
    indicators = {one.sms: one.name for one in form.indicators}
    questions = {one.sms: one for one in form.questions if one.sms}
    for part in parts:
        if name := indicators.get(part[:2].upper()) if len(part) > 2 and part.isalpha() else None:
            _put(answers, name, _state_of(form, part[2:].upper(), answers, name))
        elif question := questions.get(part[:1].upper()):
            _put(answers, question.name, _lengthened(form, question, part[1:].strip(), received))
        else:
            raise _asked_again("one part of the message begins with no known sign")
    return form, answers


def _put(answers: dict[str, str], name: str, value: str) -> None:
    if answers.setdefault(name, value) != value:
        raise _asked_again("one answer is given twice")


def _state_of(form: Form, codes: str, answers: dict[str, str], name: str) -> str:
    found = [_name_of(form, listed, code) for listed, code in
             zip(("state", "level", "direction"), codes, strict=False)]  # fmt: skip
    if len(codes) > 3:
        raise _asked_again("one part of the message is too long")
    for suffix, value in zip(("_level", "_direction"), found[1:], strict=False):
        _put(answers, name + suffix, value)
    return found[0]


def _shortened(form: Form, question: Question, given: str) -> str:
    if question.type == "one":
        return _code_of(form, question.choices, given)
    if question.type == "date":
        return given[8:10] + given[5:7]
    return given.replace(",", " ").replace("#", " ")


def _lengthened(form: Form, question: Question, given: str, received: date) -> str:
    if question.type == "one":
        return _name_of(form, question.choices, given.upper())
    if question.type == "date":
        return _day(given, received)
    if question.type == "count" and not given.isdigit():
        raise _asked_again("a number is not made of digits")
    return given


def _code_of(form: Form, listed: str, name: str) -> str:
    return next((one.code for one in form.choices[listed] if one.name == name), "")


def _name_of(form: Form, listed: str, code: str) -> str:
    for one in form.choices[listed]:
        if one.code == code:
            return one.name
    raise _asked_again("one answer is none of those to choose from")


def _day(given: str, received: date) -> str:
    """Day and month, in the twelve months before the day after arrival."""
    try:
        day, month = int(given[:2]), int(given[2:4])
        for year in (received.year + 1, received.year, received.year - 1):
            found = date(year, month, day)
            if found <= received + timedelta(days=1):
                return found.isoformat()
    except ValueError:
        pass
    raise _asked_again("a day is not written as day and month, such as 0611")


def _slips(body: str) -> Iterator[str]:
    """Texts that the usual slips would have turned into this one."""
    for at, sign in enumerate(body):
        if other := _TAKEN_FOR.get(sign.upper()):
            yield body[:at] + other + body[at + 1 :]
        if at + 1 < len(body) and body[at + 1] != sign:
            yield body[:at] + body[at + 1] + sign + body[at + 2 :]
        if at + 1 < len(body) and body[at + 1] == sign:
            yield body[:at] + body[at + 1 :]
        if sign in ".;":
            yield body[:at] + "," + body[at + 1 :]
