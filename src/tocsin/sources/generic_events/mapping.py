"""The small file that says how a table of events is to be read.

`EVENTS.csv.mapping.yml` beside `EVENTS.csv`, or any file named with `--mapping`. Its fields are
those of :class:`Mapping`; every mistake is answered with the line and the likeliest cure.
"""

from difflib import get_close_matches
from pathlib import Path

import msgspec
import yaml

from tocsin.errors import TocsinError, UnreadableFile, UsageError
from tocsin.geo import EXERCISE
from tocsin.sources.declaration import Declaration, Versions
from tocsin.tables import EVENTS, VIOLENCE
from tocsin.tables.months import first_day, parse_day, parse_month

# What a mapping may fill: every column of the events but those that are ours to write.
FILLABLE = tuple(c.name for c in EVENTS.columns if c.name not in ("source", "source_row"))
NEEDED = ("event_id", "violence", "date_start", "best")
# Words for the types of violence that need no mapping.
WORDS = {word: word for word in VIOLENCE} | {
    "1": "sb",
    "2": "ns",
    "3": "os",
    "state-based": "sb",
    "non-state": "ns",
    "one-sided": "os",
}


class Covers(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where and when whoever kept the table would have written an event down."""

    month_from: str
    month_to: str
    countries: tuple[str, ...] = ()
    complete: bool = True


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a mapping file holds.

    `columns`      our column -> the table's column
    `constants`    our column -> one value for every row
    `violence`     the table's word -> sb, ns, os or other
    `date_format`  as Python's strptime, such as `%d/%m/%Y`; empty where the dates speak for
                   themselves (2023-06-30, 30/06/2023, 30 June 2023)
    `ignore`       columns of the table that are not read; `["*"]` for all others
    `covers`       without it, a month without an event is unknown, not zero
    `exercise`     the events are invented, in the invented country: every product says so
    """

    title: str
    publisher: str
    licence: str
    citation: str
    version: str
    released_on: str
    columns: dict[str, str]
    constants: dict[str, str] = {}
    violence: dict[str, str] = {}
    date_format: str = ""
    ignore: tuple[str, ...] = ()
    covers: Covers | None = None
    exercise: bool = False


class MappedDeclaration(Declaration, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A source's declaration, made from a mapping."""

    mapping: Mapping


def mapped_declaration(path: Path, own: Declaration) -> MappedDeclaration:
    """The declaration of the source that a mapping file describes.

    Raises
    ------
    UsageError, naming the file, the line, the field and what was probably meant.
    """
    mapping = read_mapping(path)
    others = {r".*": "not read: the mapping says so"} if "*" in mapping.ignore else {}
    return MappedDeclaration(
        key=own.key,
        title=mapping.title,
        publisher=mapping.publisher,
        licence=mapping.licence,
        citation=mapping.citation,
        home=own.home,
        about=own.about,
        tables=own.tables,
        versions=Versions(released={mapping.version: mapping.released_on}),
        bounds=own.bounds,
        reads={theirs: ours for ours, theirs in mapping.columns.items()},
        ignores=dict.fromkeys((name for name in mapping.ignore if name != "*"), "not read"),
        reads_matching=others,
        requires=tuple(mapping.columns),
        hidden=True,
        exercise=mapping.exercise,
        mapping=mapping,
    )


def read_mapping(path: Path) -> Mapping:
    """A mapping file, checked.

    Raises
    ------
    UnreadableFile, if it cannot be read; UsageError, if it is not a mapping.
    """
    try:
        text = path.read_text("utf-8-sig")
        # Every value is text: YAML's own guesses turn a column named `No` into False.
        fields = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  (builds texts only)
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except OSError as error:
        raise UnreadableFile(
            "the mapping cannot be read: {reason}", where=str(path), reason=str(error.strerror)
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(
            "the mapping is not YAML: {reason}",
            where=str(path),
            remedy="See docs/how-to/bring-your-own-data.md for one to start from.",
            reason=" ".join(str(error).split()),
        ) from error
    place = _Place(path, root)
    if not isinstance(fields, dict):
        raise place.error("", "the mapping is empty or a list", "Start from the one in the guide.")
    try:
        mapping = msgspec.convert(fields, Mapping, strict=False)
    except msgspec.ValidationError as error:
        raise _not_a_mapping(str(error), place) from error
    _require_sense(mapping, place)
    return mapping


class _Place:
    """Where a field stands in the file."""

    def __init__(self, path: Path, root: yaml.Node | None):
        self.path = path
        self.root = root

    def line(self, field: str) -> int:
        """Line of a field such as `columns.best`; of what encloses it where it is absent."""
        node, line = self.root, 1
        for part in filter(None, field.split(".")):
            pairs = node.value if isinstance(node, yaml.MappingNode) else []
            found = next((pair for pair in pairs if pair[0].value == part), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line

    def error(self, field: str, problem: str, remedy: str, **fields: object) -> TocsinError:
        where = f"{self.path}, line {self.line(field)}" + (f", {field}" if field else "")
        return UsageError(problem, where=where, remedy=remedy, **fields)


def _not_a_mapping(message: str, place: _Place) -> TocsinError:
    """msgspec's complaint, at its line and with the field that was probably meant."""
    _, _, path = message.partition(" - at `$.")
    field = path.rstrip("`")
    if "unknown field" in message or "required field" in message:
        name = message.split("`")[1] if "`" in message else ""
        known = Covers.__struct_fields__ if field == "covers" else Mapping.__struct_fields__
        where = f"{field}.{name}" if field else name
        if "required" in message:
            return place.error(
                field, "the field {name} is missing", "Add a line `{name}: …`.", name=where
            )
        return place.error(
            where,
            "a mapping has no field {name}",
            "Did you mean {near}?",
            name=name,
            near=_near(name, known),
        )
    return place.error(
        field,
        "the field does not fit: {reason}",
        "See docs/how-to/bring-your-own-data.md.",
        reason=message.partition(" - at ")[0],
    )


def _require_sense(mapping: Mapping, place: _Place) -> None:
    """Raise for what is well formed but cannot be meant."""
    for group, names in (("columns", mapping.columns), ("constants", mapping.constants)):
        for name in names:
            if name not in FILLABLE:
                raise place.error(
                    f"{group}.{name}",
                    "the events have no column {name}",
                    "Did you mean {near}?",
                    name=name,
                    near=_near(name, FILLABLE),
                )
    for name in NEEDED:
        if name not in mapping.columns and name not in mapping.constants:
            raise place.error(
                "columns",
                "nothing fills {name}",
                "Add `{name}: <column of the table>` under columns.",
                name=name,
            )
    both = sorted(set(mapping.columns) & set(mapping.constants))
    if both:
        raise place.error(
            f"constants.{both[0]}", "{name} is a column and a constant", "Keep one.", name=both[0]
        )
    theirs = list(mapping.columns.values())
    for name in theirs:
        if theirs.count(name) > 1:
            raise place.error(
                "columns",
                "the table's column {name} is used twice",
                "A last day that is not given is the first day; leave such a line out.",
                name=name,
            )
    for word, ours in mapping.violence.items():
        if ours not in VIOLENCE:
            raise place.error(
                f"violence.{word}",
                "{ours} is no type of violence",
                "Use sb (state-based), ns (non-state), os (one-sided) or other.",
                ours=ours,
            )
    _require_dates(mapping, place)
    if mapping.exercise and mapping.covers and set(mapping.covers.countries) != {EXERCISE.iso3}:
        raise place.error(
            "covers.countries",
            "an exercise covers the invented country alone",
            "Write `countries: [{iso3}]`: invented events must never be taken for a real place.",
            iso3=EXERCISE.iso3,
        )


def _require_dates(mapping: Mapping, place: _Place) -> None:
    try:
        released = parse_day(mapping.released_on)
    except UsageError as error:
        raise place.error("released_on", error.problem, error.remedy, **error.fields) from None
    if mapping.covers is None:
        return
    months = []
    for name in ("month_from", "month_to"):
        try:
            months.append(parse_month(getattr(mapping.covers, name)))
        except UsageError as error:
            raise place.error(
                f"covers.{name}", error.problem, error.remedy, **error.fields
            ) from None
    if months[0] > months[1]:
        raise place.error(
            "covers.month_to", "the last month is before the first", "Exchange the two."
        )
    if first_day(months[1]) > released:
        raise place.error(
            "covers.month_to",
            "the table cannot cover {month}, after its release on {day}",
            "Nobody had looked at that month yet: end with a month that had begun.",
            month=mapping.covers.month_to,
            day=mapping.released_on,
        )


def _near(name: str, known: tuple[str, ...]) -> str:
    return ", ".join(get_close_matches(name, known, n=3, cutoff=0.4) or known)
