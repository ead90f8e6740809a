"""What holds for every source, whoever adds one."""

import re
from csv import QUOTE_ALL, reader, writer
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import SourceChanged, TocsinError
from tocsin.sources.payload import payloads
from tocsin.sources.registry import Source, source, sources
from tocsin.tables import CONTEXT, EVENTS, SERIES

KEYS = [each.key for each in sources()]
TABLES = {"events": EVENTS, "series": SERIES, "context": CONTEXT}


def test_every_source_has_an_invented_file(invented: dict[str, Any]) -> None:
    assert sorted(invented) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_the_declaration_says_who_publishes_what_and_under_which_licence(key: str) -> None:
    declared = source(key).declaration
    for field in ("title", "publisher", "licence", "citation", "home", "about"):
        assert getattr(declared, field).strip(), f"{key} says nothing of its {field}"
    assert declared.hidden or declared.home.startswith("https://")
    assert declared.hidden or re.search(r"\(\d{4}\)", declared.citation)
    assert not set(declared.reads) & set(declared.ignores)
    for file in declared.files:
        assert file.url.startswith("https://") or (not file.url and file.name)
        assert declared.versions.released_on(file.version), f"{key} {file.version} has no date"


@pytest.mark.parametrize("key", KEYS)
def test_its_file_is_its_own_and_nobody_elses(
    key: str, invented: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / invented[key].name
    path.write_bytes(invented[key].content)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (payload,) = payloads(path, scratch)
    claims = {
        each.key: each.recognise(payload.sample())
        for each in sources()
        if not each.declaration.hidden
    }
    others = {name: claim for name, claim in claims.items() if name != key and claim >= 0.6}
    if key.startswith("ucdp_") and key in ("ucdp_ged", "ucdp_candidate"):
        others.pop("ucdp_ged", None)
        others.pop("ucdp_candidate", None)  # one layout; the release tells them apart
    assert not others
    assert source(key).declaration.hidden or claims[key] >= 0.6


@pytest.mark.parametrize("key", KEYS)
def test_its_rows_are_kept_or_set_aside_with_a_reason(
    key: str, invented: dict[str, Any], store: Any
) -> None:
    file = invented[key]
    outcome = store.ingest_invented(file)
    snapshot = outcome.snapshot
    assert (outcome.status, snapshot.source) == ("kept", key)
    assert snapshot.rows_kept == file.kept
    aside = sum(snapshot.set_aside.values())
    assert snapshot.rows_read == snapshot.rows_kept + snapshot.duplicates + aside
    assert snapshot.set_aside == ({file.reason: 1} if file.reason else {})
    rejects = store.table(outcome, "rejects")
    assert rejects["reason"].to_list() == [file.reason]
    assert rejects["content"][0]
    for part in snapshot.parts:
        if part.table != "rejects":
            assert TABLES[part.table].check(store.table(outcome, part.table)) == []


@pytest.mark.parametrize("key", KEYS)
def test_what_is_not_covered_is_said(key: str, invented: dict[str, Any], store: Any) -> None:
    coverage = store.ingest_invented(invented[key]).snapshot.coverage
    assert coverage is not None
    assert coverage.month_from <= coverage.month_to
    if not coverage.silence_is_zero:
        assert coverage.note, "a file whose silence is unknown says why"


@pytest.mark.parametrize("key", KEYS)
def test_the_same_file_twice_changes_nothing(
    key: str, invented: dict[str, Any], store: Any
) -> None:
    first = store.ingest_invented(invented[key])
    second = store.ingest_invented(invented[key])
    assert second.status == "already held"
    assert second.snapshot == first.snapshot
    assert len(store.lake.snapshots()) == 1


@pytest.mark.parametrize("key", [key for key in KEYS if key != "generic_events"])
def test_a_column_that_nobody_knows_is_a_change(
    key: str, invented: dict[str, Any], store: Any, tmp_path: Path
) -> None:
    """The layout is read strictly: a new column is not passed over in silence."""
    found: Source = source(key)
    path = store.write(invented[key].name, invented[key].content)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    (payload,) = payloads(path, scratch)
    sample = payload.sample()
    changed = type(sample)(
        sample.name,
        sample.outer_name,
        sample.form,
        (*sample.columns, "a_new_column"),
        sample.head,
    )
    with pytest.raises(SourceChanged, match="a_new_column"):
        found.require_columns(changed)


@pytest.mark.parametrize("key", KEYS)
def test_an_unknown_release_date_is_asked_for(
    key: str, invented: dict[str, Any], store: Any
) -> None:
    """No date is guessed: an as-of answer would rest on it."""
    file = invented[key]
    if file.beside:
        return
    suffix = (
        "".join(Path(file.name).suffixes[-2:]) if ".gz" in file.name else Path(file.name).suffix
    )
    if source(key).declaration.versions.released_on("25.1") and key == "ucdp_country_year":
        return  # the release stands in every row
    with pytest.raises(TocsinError, match="release"):
        store.ingest(f"renamed{suffix}", file.content)


PACKED = ("views_country_month", "views_priogrid_month", "ucdp_admin1_month", "ucdp_country_month")
CSV_KEYS = [each.key for each in sources() if each.key not in PACKED]
ODD = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\r\n"\x00'), max_size=12),
    st.sampled_from(["-1", "1e400", "NaN", "inf", "0x1F", "12,5", "9" * 40, "31/02/2023", " 1 "]),
)


@pytest.mark.parametrize("key", CSV_KEYS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_a_cell_holds_the_rows_add_up(
    key: str, invented: dict[str, Any], tmp_path: Path, new_store: Any, data: st.DataObject
) -> None:
    """A cell of nonsense is an answer of ours or a row set aside, never a crash or a loss."""
    file = invented[key]
    header, *rows = list(reader(file.content.decode().splitlines()))
    row = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, len(header) - 1))
    rows[row][column] = data.draw(ODD)
    text = StringIO()
    writer(text, lineterminator="\n", quoting=QUOTE_ALL).writerows([header, *rows])
    try:
        outcome = new_store().ingest_invented(replace(file, content=text.getvalue().encode()))
    except TocsinError:
        return  # one of ours, and the store is as it was
    snapshot = outcome.snapshot
    aside = sum(snapshot.set_aside.values())
    assert snapshot.rows_read == len(rows) == snapshot.rows_kept + snapshot.duplicates + aside
