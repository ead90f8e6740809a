"""What goes out: 160 characters, mail, CAP 1.2; and what comes in, trusted in nothing."""

from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from tests.warning.conftest import ANALYST, at

from tocsin.errors import UnreadableFile
from tocsin.tables.bodies import Words
from tocsin.tables.kinds.warnings import LEVELS, Closure, Firing, WarningVersion
from tocsin.warning.cap import read_cap, to_cap
from tocsin.warning.messages import Told, gsm, mail_text, sms_of, sms_text
from tocsin.warning.problems import Release
from tocsin.warning.steps import statement_of

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=300)


def warned(
    title: str = "Attaque à Mopti",
    level: str = "alert",
    tlp: str = "AMBER",
    version: int = 1,
):
    body = WarningVersion(
        problem="mass-casualty", about="MLI.mopti", title=Words(title, title), level=level,
        area="MLI.mopti", country="MLI", window_from="2023-06-30", window_to="2023-09-30",
        clock_from="2023-06-30", likelihood_low=0.45, likelihood_high=0.8, version=version,
        firings=(Firing("deaths", Words("Morts", "Deaths"), "rule", "MLI.mopti"),),
    )  # fmt: skip
    return statement_of(
        body, "warning:mass-casualty/MLI.mopti/2023-06-30", at(f"2023-06-{version:02d}T10:00"),
        ANALYST, source="tocsin rules", release=Release(tlp=tlp),
    )  # fmt: skip


def ended(one):
    """The closure of a warning."""
    body = Closure(how="closed", outcome="averted")
    return statement_of(body, one.subject, at("2023-06-28T10:00"), ANALYST, source="cell")


@given(WORDS, st.sampled_from(LEVELS), st.sampled_from(["fr", "en"]))
def test_a_message_for_a_telephone_never_exceeds_160_characters(title, level, lang) -> None:
    said = sms_text(warned(title, level), lang)
    assert len(said) <= 160
    assert said.endswith("2023-09-30. mass-casualty/MLI.mopti/2023-06-30")


@given(st.lists(st.tuples(WORDS, st.sampled_from(LEVELS)), min_size=1, max_size=5),
       st.sampled_from(["fr", "en"]), st.booleans())  # fmt: skip
def test_several_warnings_fit_a_telephone_too(given_titles, lang, over) -> None:
    told = [
        Told(one, ended(one) if over else one)
        for one in (warned(title, level) for title, level in given_titles)
    ]
    said = sms_of(told, lang)
    assert len(said) <= 160
    assert gsm(said) == said, "one place a character, on every telephone"


def test_a_mail_says_level_window_and_how_to_answer() -> None:
    subject, text = mail_text(warned(), "fr")
    assert subject.startswith("[alerte]")
    assert "tocsin warnings acknowledge mass-casualty/MLI.mopti/2023-06-30" in text
    assert "45" in text
    assert "TLP:AMBER" in text


def test_cap_goes_out_and_comes_back() -> None:
    first, second = warned(), warned(version=2)
    assert read_cap(to_cap(first, "cell@example.org")).message_type == "Alert"
    update = read_cap(to_cap(second, "cell@example.org", [first]))
    assert update.message_type == "Update"
    assert first.id in update.references
    cancel = read_cap(to_cap(second, "cell@example.org", [first, second], ended(second)))
    assert cancel.message_type == "Cancel"
    assert second.id in cancel.references
    assert update.scope == "Restricted"
    assert set(update.headlines) == {"fr", "en"}
    exercise = msgspec.structs.replace(first, caveats=("EXERCISE",))
    assert read_cap(to_cap(exercise, "cell@example.org")).status == "Exercise"


@pytest.mark.mirror
def test_every_message_is_valid_by_the_schema(mirror: Path) -> None:
    schema = etree.XMLSchema(etree.parse(mirror / "vectors" / "cap" / "cap12.xsd"))
    first, second = warned(), warned(version=2)
    messages = [
        to_cap(first, "cell@example.org"),
        to_cap(second, "cell@example.org", [first]),
        to_cap(second, "cell@example.org", [first], ended(second)),
        to_cap(warned(tlp="CLEAR"), "cell@example.org"),
    ]
    for message in messages:
        schema.assertValid(etree.fromstring(message))


@pytest.mark.mirror
def test_the_reader_survives_the_samples_and_reads_no_file(mirror: Path) -> None:
    samples = {path.name: path.read_bytes() for path in (mirror / "vectors" / "cap").glob("*.cap")}
    with pytest.raises(UnreadableFile, match="document type"):
        read_cap(samples.pop("xee.cap"))
    read = []
    for name, content in samples.items():
        with suppress(UnreadableFile):
            read.append(read_cap(content, name))
    assert read, "nothing could be read"


def test_a_message_that_reaches_for_a_file_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret words")
    hostile = (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'
        '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&x;</identifier></alert>'
    ).encode()
    with pytest.raises(UnreadableFile) as refused:
        read_cap(hostile)
    assert "secret words" not in str(refused.value)


@given(st.binary(max_size=300))
def test_noise_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_cap(content)
