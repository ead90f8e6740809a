"""An independent oracle: the policy's table, written anew in Cedar's language, decides the same."""

from datetime import UTC, datetime
from typing import Any

import cedarpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, event, insert, select

from tocsin.ledger.filtering import Rights, as_sql, know_markings
from tocsin.ledger.rows import areas_text, marking_text
from tocsin.ledger.schema import MARKINGS, METADATA, RELEASES, STATEMENTS
from tocsin.policy import ROLES, Facts, Marking, Reader, Span, may_read, readable
from tocsin.policy.readers import Need
from tocsin.tables.when import micros

ORGS = ("north", "south", "east")
GROUPS = ("north/bloc", "east/desk")
NAMES = (*ORGS, *(f"group:{one}" for one in GROUPS), "nobody")
IDS = ("r-1", "r-2", "r-3")
KINDS = ("incident", "figure", "alias", "retraction")
SUBJECTS = ("actor:a", "actor:b", "zed:killed")
AREAS = ("MLI", "MLI.gao", "MLI.gaox", "MLI.gao.bourem", "NER")
LEVELS = ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
DAYS = tuple(micros(datetime(2024, month, 1, tzinfo=UTC)) for month in (1, 3, 5, 7))


def sets(*values: Any, most: int = 2) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(values), max_size=most)


SPANS = st.builds(
    lambda group, days: Span(group, min(days), max(days)),
    st.sampled_from(GROUPS),
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
)
NEEDS = st.builds(
    Need,
    st.sampled_from(LEVELS),
    sets(*KINDS),
    sets("actor:*", "zed:killed", "actor:b"),
    sets("MLI", "MLI.gao", "NER"),
    sets(*IDS),
)
PAIRS = st.frozensets(st.tuples(st.sampled_from(ORGS), st.sampled_from(IDS)), max_size=2)
READERS = st.builds(
    Reader,
    st.sampled_from([*ORGS, "stranger"]),
    st.sampled_from(ROLES),
    sets(*GROUPS),
    st.frozensets(SPANS, max_size=2),
    PAIRS,
    PAIRS,
    needs=st.frozensets(NEEDS, max_size=2),
)
RECORDS = st.builds(
    Facts,
    st.builds(
        Marking,
        st.sampled_from(ORGS),
        st.sampled_from(LEVELS),
        st.just("AMBER"),
        sets(*NAMES),
        sets("ORCON", "UNHEARD-OF"),
    ),
    st.sampled_from(IDS),
    st.sampled_from(KINDS),
    st.sampled_from(SUBJECTS),
    st.sampled_from(DAYS),
    st.sampled_from([(), *((one,) for one in AREAS)]),
)

# The table of docs and `decision`, not its code: which role reads how narrow a record.
CEILING = {
    "analyst": 4, "duty-officer": 4, "release-authority": 4, "decision-maker": 4, "verifier": 3,
    "peer": 3, "auditor": 1,
}  # fmt: skip


def in_cedar(reader: Reader) -> str:
    """A reader's rights as permits and forbids of another language."""
    rules = [
        "permit(principal, action, resource) when { resource.origin == principal.org };",
        "permit(principal, action, resource) when { resource.tlp == 0 && resource.understood };",
        "permit(principal, action, resource) when { resource.understood && "
        "resource.released.contains(principal.org) };",
    ]
    if reader.role not in CEILING:
        return "forbid(principal, action, resource);"
    for group in sorted(reader.groups):
        rules.append(
            "permit(principal, action, resource) when { resource.understood && "
            f'resource.released.contains("group:{group}") }};'
        )
    for one in sorted(reader.spans):
        rules.append(
            "permit(principal, action, resource) when { resource.understood && "
            f'resource.released.contains("group:{one.group}") && '
            f"resource.known >= {one.first} && resource.known <= {one.last} }};"
        )
    for origin, record in sorted(reader.granted):
        rules.append(
            f'permit(principal, action, resource == Record::"{record}") when '
            f'{{ resource.understood && resource.origin == "{origin}" }};'
        )
    red = [
        f'(resource == Record::"{record}" && resource.origin == "{origin}")'
        for origin, record in sorted(reader.red)
        if reader.role == "peer"
    ]
    rules.append(
        "forbid(principal, action, resource) when { resource.tlp > "
        f"{CEILING[reader.role]} }} unless {{ {' || '.join(red) or 'false'} }};"
    )
    opened = [f'resource == Record::"{one}"' for need in reader.needs for one in need.records]
    excused = " || ".join(["resource.tlp == 0", *opened])
    for need in reader.needs:
        topics = [f'resource.kind == "{kind}"' for kind in need.kinds]
        topics += [f'resource.subject like "{subject}"' for subject in need.subjects]
        areas = [f'resource in Area::"{area}"' for area in need.areas]
        wanted = [f"resource.tlp <= {LEVELS.index(need.ceiling)}"]
        withdrawn = 'resource.kind == "retraction" || resource.kind == "recall"'
        wanted += [f"({' || '.join([withdrawn, *part])})" for part in (topics, areas) if part]
        rules.append(
            "forbid(principal, action, resource) unless { "
            f"{excused} || ({' && '.join(wanted)}) }};"
        )
    return "\n".join(rules)


def entities(reader: Reader, record: Facts) -> list[dict[str, Any]]:
    marking = record.marking
    held = [
        {"uid": {"type": "Reader", "id": "asks"}, "attrs": {"org": reader.org}, "parents": []},
        {
            "uid": {"type": "Record", "id": record.id},
            "attrs": {
                "origin": marking.origin,
                "tlp": LEVELS.index(marking.tlp),
                "released": sorted(marking.rel_to),
                "understood": "UNHEARD-OF" not in marking.caveats,
                "known": record.known,
                "kind": record.kind,
                "subject": record.subject,
            },
            "parents": [{"type": "Area", "id": one} for one in record.areas],
        },
    ]
    parents = {"MLI.gao": "MLI", "MLI.gaox": "MLI", "MLI.gao.bourem": "MLI.gao"}
    for area in AREAS:
        above = [{"type": "Area", "id": parents[area]}] if area in parents else []
        held.append({"uid": {"type": "Area", "id": area}, "attrs": {}, "parents": above})
    return held


def oracle(reader: Reader, record: Facts) -> bool:
    asked = {
        "principal": 'Reader::"asks"',
        "action": 'Action::"read"',
        "resource": f'Record::"{record.id}"',
        "context": {},
    }
    said = cedarpy.is_authorized(asked, in_cedar(reader), entities(reader, record))
    assert not said.diagnostics.errors, said.diagnostics.errors
    return bool(said.allowed)


@given(READERS, RECORDS)
@settings(max_examples=1500)
def test_an_independent_oracle_agrees(reader: Reader, record: Facts) -> None:
    assert may_read(reader, record) == oracle(reader, record)


@pytest.fixture(scope="module")
def engine() -> Engine:
    made = create_engine("sqlite://")
    event.listen(made, "connect", lambda connection, _: know_markings(connection))
    METADATA.create_all(made)
    return made


@given(READERS, st.lists(RECORDS, min_size=1, max_size=4))
@settings(max_examples=300)
def test_the_store_s_filter_agrees(engine: Engine, reader: Reader, records: list[Facts]) -> None:
    with engine.connect() as connection:
        for number, one in enumerate(records):
            marking = one.marking
            connection.execute(
                insert(MARKINGS).values(
                    id=number, origin=marking.origin, tlp=marking.tlp, pap=f"{number}",
                    rel_to=marking_text(marking.rel_to), caveats=marking_text(marking.caveats),
                    understood=marking.understood,
                )
            )  # fmt: skip
            for name in marking.rel_to:
                connection.execute(insert(RELEASES).values(marking=number, name=name))
            connection.execute(
                insert(STATEMENTS).values(
                    seq=number, id=f"{one.id}/{number}", kind=one.kind, subject=one.subject,
                    known=one.known, recorded=0, marking=number, derived_from="", hash=b"",
                    signature="", leaf=b"", content=b"{}", areas=areas_text(one.areas),
                )
            )  # fmt: skip
        # Ids are unique in a store: each record's own rule is asked of its own row.
        for number, one in enumerate(records):
            asked = renamed(reader, one.id, f"{one.id}/{number}")
            rights = Rights()
            wanted = as_sql(readable(asked), STATEMENTS, STATEMENTS.c.marking, rights)
            query = select(STATEMENTS.c.seq).where(wanted, STATEMENTS.c.seq == number)
            rights.refresh(connection)
            found = connection.execute(query).first() is not None
            assert found == may_read(reader, one)
        connection.rollback()


def renamed(reader: Reader, before: str, after: str) -> Reader:
    def pairs(held: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset((origin, after if one == before else one) for origin, one in held)

    needs = frozenset(
        Need(one.ceiling, one.kinds, one.subjects, one.areas,
             frozenset(after if each == before else each for each in one.records))
        for one in reader.needs
    )  # fmt: skip
    return Reader(
        reader.org, reader.role, reader.groups, reader.spans, pairs(reader.granted),
        pairs(reader.red), needs=needs,
    )  # fmt: skip
