"""The commands answer as of a date, for a reader, in both languages; nothing else leaks."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.dossiers import with_own_id
from tocsin.errors import TocsinError
from tocsin.knowledge.actors import Registry, registry_of
from tocsin.policy import MemoryView, Reader
from tocsin.tables.kinds import Alias, CalendarItem, Claim, Figure, Relation, Words
from tocsin.tables.statements import Statement
from tocsin.tables.when import end_of, last_moment
from tocsin.workflow import record_reading as asked
from tocsin.workflow.record_keeping import open_ledger
from tocsin.workflow.record_reading import Question

READING = [
    ["figures", "check"],
    ["figures", "check", "--json"],
    ["figures", "show", "referendum"],
    ["figures", "show", "civils", "--json"],
    ["actors", "list"],
    ["actors", "show", "CMA"],
    ["actors", "show", "GSIM", "--json"],
    ["actors", "show", "AES"],
    ["actors", "graph", "--out", "json"],
    ["actors", "graph", "--out", "svg", "--lang", "fr"],
    ["actors", "graph", "--out", "graphml"],
    ["actors", "changes", "--from", "2019-01", "--to", "2020-06"],
    ["actors", "resolve", "GSIM", "CAM", "Allianse des Etats du Sahel", "EIGS"],
    ["timeline"],
    ["timeline", "--subject", "MINUSMA", "--json"],
    ["timeline", "--learned-since", "2019-01-01"],
    ["commitments", "--agreements"],
    ["commitments", "--json"],
    ["calendar"],
    ["calendar", "--json", "--lang", "fr"],
    ["cases", "list"],
    ["cases", "show", "moura"],
    ["cases", "show", "ber-2023"],
    ["mission", "MINUSMA"],
    ["mission", "MINUSMA", "--json"],
    ["territory"],
    ["timeline", "--subject", "camp:*"],
    ["timeline", "--subject", "Mali", "--since", "2020-01-01", "--json"],
    ["timeline", "--subject", "Hiddenname"],
    ["commitments", "--open", "--lang", "fr"],
    ["cases", "show", "moura", "--json"],
    ["reports", "list"],
    ["reports", "coverage", "--json"],
    ["reports", "first", "--json"],
    ["reports", "record", "--json"],
    ["duty"],
    ["warnings", "list"],
    ["warnings", "list", "--json"],
    ["warnings", "show", "handover-attack/MLI"],
    ["warnings", "explain", "handover-attack/MLI"],
    ["stix", "show"],
]
# What these print holds seals, which are made anew in every store: their ids are compared.
SEALED = [
    ["ledger", "show", "--json"],
    ["ledger", "show", "--text", "mali", "--json"],
    ["ledger", "show", "--kind", "figure", "--on", "2022-06-30", "--json"],
    ["ledger", "history", "figure:referendum-2023-turnout", "--json"],
    ["ledger", "history", "calendar:secret", "--json"],
    ["ledger", "export"],
    ["misp", "export"],
]
# Commands that name a reader and are not asked here, each for its reason.
ELSEWHERE = {
    "record": "writes files: see test_the_sheet_holds_nothing_learned_later",
    **dict.fromkeys(
        ("flash", "sitrep", "assessment", "product make", "product edit", "product compare"),
        "writes files, or compares them: see tests/products/test_readers.py",
    ),
    "inbox": "shows what waits now, and takes no date: see tests/intake",
    "reports show": "one report as it is, and takes no date: see tests/intake",
    "reports events": "one report beside published events: see tests/intake/test_corroborating.py",
    "reports photos": "one report's photos: see tests/web/test_openrosa.py",
    "share preview": "one record, as groups stand now: see tests/sharing/test_releasing.py",
    "share roots": "records named by their ids: see tests/sharing/test_roots.py and test_alike.py",
    "share links": "see tests/sharing/test_links.py, which asks as of days and as other readers",
    "share subscriptions": "the house's own, of now: see tests/sharing/test_subscribing.py",
    "share requests": "what is asked now, and takes no date: see tests/sharing/test_releasing.py",
    "table": "writes a file: see test_the_file_of_a_list_holds_nothing_learned_later_or_hidden",
    **dict.fromkeys(
        (f"ask {word}" for word in ("new", "list", "show", "answer", "close")),
        "requests for information between nodes: see tests/sharing/test_inquiries.py",
    ),
    "ledger reads": "for the house's auditor alone: see tests/web/api/test_api.py",
    "ledger prove": "for the house's auditor alone: see tests/sharing/test_alike.py",
    "ledger purge": "for enrolled persons, by their passphrase: see tests/sharing/test_alike.py",
    "taxii push": "sends a bundle: see tests/sharing/stix/test_pulling_served.py",
    "stix export": "writes a bundle: see tests/sharing/stix",
    "reports alike": "asks of the reports of today: see tests/intake",
    "warnings send": "sends; what may go out is tested in tests/warning",
}
WRITES = {
    *(f"share {word}" for word in (
        "recall", "release", "grant", "request", "answer", "tear", "root", "tag",
        "subscribe", "unsubscribe",
    )),
    "ledger add", "ledger annotate", "ledger retract", "actors confirm", "reports verify",
    "reports place",
    "reports link", "reports close", *(f"warnings {word}" for word in (
        "acknowledge", "decide", "respond", "feedback", "close", "issue", "hold", "dissent",
        "silence", "alert", "release",
    )),
}  # fmt: skip
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def commands(group: Any = None, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Every command, with its options."""
    group = group or typer.main.get_command(app)
    for name, one in getattr(group, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{path}{name} ")
        else:
            yield path + name, {option for given in one.params for option in given.opts}


def dated(words: list[str], day: str) -> list[str]:
    """The command as of a day; the loop of warnings asks for a moment instead."""
    option = "--at" if words[0] in ("duty", "warnings") else "--as-of"
    return [*words, option, day]


def test_every_command_that_names_a_reader_is_asked_here() -> None:
    asked_here = [" ".join(words) for words in (*READING, *SEALED)]
    for name, options in commands():
        if "--reader" in options and name not in ELSEWHERE and name not in WRITES:
            assert any(one.startswith(name) for one in asked_here), f"add {name} to READING"


def run(*words: str) -> tuple[int, str]:
    """What a command prints, and its exit code; an error is the words a person would read."""
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        assert isinstance(done.exception, TocsinError), done.exception
        return done.exception.exit_code, done.exception.message()
    return done.exit_code, done.output


Fill = Callable[[Iterable[Statement]], None]


@pytest.fixture
def fill(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Fill:
    """Begin a new store, and write these statements into its ledger."""

    def begin(statements: Iterable[Statement]) -> None:
        monkeypatch.setenv("TOCSIN_HOME", str(tmp_path_factory.mktemp("store")))
        open_ledger(to_write=True).append(statements)

    return begin


@pytest.mark.parametrize("as_of", ["2019-01-31", "2023-07-20"])
def test_no_command_shows_what_was_learned_later(mali, fill: Fill, as_of: str) -> None:
    known = [
        one for one in mali if last_moment(one.known_at) <= end_of(date.fromisoformat(as_of))
    ]  # fmt: skip
    assert 0 < len(known) < len(mali)
    fill(mali)
    full = [run(*dated(words, as_of)) for words in READING]
    sealed = [set(_ID.findall(run(*dated(words, as_of))[1])) for words in SEALED]
    fill(known)
    assert full == [run(*dated(words, as_of)) for words in READING]
    assert sealed == [set(_ID.findall(run(*dated(words, as_of))[1])) for words in SEALED]
    later = {one.id for one in mali} - {one.id for one in known}
    for _, output in full:
        assert not any(identity in output for identity in later)
    assert not any(ids & later for ids in sealed)


@pytest.mark.parametrize("name", ["actors", "timeline", "figures", "cases"])
def test_the_file_of_a_list_holds_nothing_learned_later_or_hidden(
    mali, fill: Fill, tmp_path: Path, name: str
) -> None:
    known = [one for one in mali if last_moment(one.known_at) <= end_of(date(2023, 7, 20))]
    written = []
    for held in (mali, known, [*known, *HIDDEN]):
        fill(held)
        out = tmp_path / f"{name}.csv"
        asked = ("--as-of", "2023-07-20", "--reader", "org-b")
        code, said = run("table", name, *asked, "--out", str(out))
        assert code == 0, said
        written.append(out.read_bytes())
        out.unlink()
    assert len(written[0].splitlines()) > 2
    assert written[0] == written[1] == written[2]


def test_the_sheet_holds_nothing_learned_later(mali, fill: Fill, tmp_path: Path) -> None:
    known = [one for one in mali if last_moment(one.known_at) <= end_of(date(2023, 7, 20))]
    written: list[list[bytes]] = []
    for held, name in ((mali, "full"), (known, "known"), ([*known, *HIDDEN], "hidden")):
        fill(held)
        out = tmp_path / name
        code, _ = run(
            "record", "MLI", "--as-of", "2023-07-20", "--since", "2023-03-31", "--lang", "fr",
            "--reader", "org-b", "--tlp", "AMBER", "--out", str(out),
        )  # fmt: skip
        assert code == 0
        written.append([path.read_bytes() for path in sorted(out.iterdir())])
    assert len(written[0]) == 4
    assert written[0] == written[1] == written[2]


class Widely(MemoryView):
    """A view which gives more than is asked by a condition on rows: all that it may give at all."""

    def narrowed(self, *_: object, kind: str | Sequence[str]) -> list[Statement]:
        return self.statements(kind)


class Remembered(Question):
    """A question put to a list of statements instead of the ledger."""

    def __init__(self, statements: Iterable[Statement], as_of: str, on: str = ""):
        super().__init__("", as_of, on)
        object.__setattr__(self, "statements", list(statements))

    @cached_property
    def view(self) -> MemoryView:
        return Widely(self.statements, Reader("anyone"), self.known_by)

    @cached_property
    def undated(self) -> Registry:
        return registry_of(MemoryView(self.statements, Reader("anyone")).statements())


QUESTIONS: list[Callable[[Question], object]] = [
    asked.findings,
    lambda question: asked.figures(question, ""),
    asked.graph,
    lambda question: asked.ties_changed(question, "2017-01", "2023-06"),
    lambda question: asked.resolve(question, ["CMA", "GSIM", "Al-Mourabitun", "Wagner"]),
    lambda question: asked.actor(question, "CMA"),
    lambda question: asked.actor(question, "actor:wagner"),
    asked.events_of,
    lambda question: asked.learned_since(question, "2020-01-01"),
    asked.owed,
    asked.agreed,
    asked.plans,
    asked.cases,
    lambda question: asked.case(question, "moura"),
    lambda question: asked.mission(question, "MINUSMA"),
    asked.held_territory,
    lambda question: asked.digest_of(question, "2022-06-30"),
]


def answers(question: Question) -> list[bytes | str]:
    """Every answer as bytes, or the error as a person would read it."""
    found: list[bytes | str] = []
    for put in QUESTIONS:
        try:
            found.append(msgspec.json.encode(put(question)))
        except TocsinError as error:
            found.append(str(error))
    return found


@settings(max_examples=10)
@given(
    st.dates(date(2013, 1, 1), date(2023, 7, 20)), st.dates(date(2013, 1, 1), date(2024, 12, 31))
)
def test_every_answer_is_the_same_with_and_without_the_future(mali, as_of: date, on: date) -> None:
    known = [one for one in mali if last_moment(one.known_at) <= end_of(as_of)]
    day, held_on = as_of.isoformat(), on.isoformat()
    assert answers(Remembered(mali, day, held_on)) == answers(Remembered(known, day, held_on))


def secret(subject: str, body: object, known_at: str = "2023-01-10") -> Statement:
    """A statement of organisation A that nobody else may see."""
    return with_own_id(
        Statement(
            id="00000000-0000-7000-8000-000000000000",
            kind=type(body).kind,  # type: ignore[attr-defined]
            subject=subject,
            known_at=known_at,
            valid_from=known_at,
            source="HIDDENSOURCE",
            origin="org-a",
            author="analyst",
            tlp="AMBER",
            body=body,  # type: ignore[arg-type]
        )
    )


UNKNOWN = "01890a5d-ac96-774b-bcce-b302099a8057"
HIDDEN = [
    secret("actor:cma", Alias(name="Hiddenname")),
    secret("actor:cma", Relation(type="hostile", object="actor:jnim")),
    secret(
        "figure:referendum-2023-turnout",
        Figure(quantity="turnout", title=Words(fr="t", en="t"), unit="percent", value=12.5,
               place="MLI", period_from="2023-06-18", period_to="2023-06-18", status="final"),
        "2023-06-20",
    ),
    secret("case:moura", Claim(case="case:moura", claimant="actor:cma", about="killed", value=999)),
    secret(
        "calendar:secret",
        CalendarItem(title=Words(fr="caché", en="hidden"), type="other", status="planned"),
    ),
]  # fmt: skip


def test_another_organisation_sees_no_trace(mali, fill: Fill) -> None:
    options = ["--as-of", "2023-08-01", "--reader", "org-b"]
    reader = ["--reader", "org-b"]
    fill([*mali, *HIDDEN])
    with_hidden = [run(*dated(words, "2023-08-01"), *reader) for words in READING]
    sealed = [
        _ID.findall(run(*dated(words, "2023-08-01"), *reader)[1]) for words in SEALED
    ]  # fmt: skip
    counted = run("ledger", "show", "--limit", "1", *options)[1].splitlines()[-1]
    searched = run("ledger", "show", "--text", "hiddensource", *options)
    for one in HIDDEN:
        assert run("ledger", "show", one.id, *options)[1].replace(one.id, "…") == run(
            "ledger", "show", UNKNOWN, *options
        )[1].replace(UNKNOWN, "…")
    own = run("actors", "show", "Hiddenname", "--as-of", "2023-08-01", "--reader", "org-a")
    stranger = run("actors", "show", "Hiddenname", *options)
    nonsense = run("actors", "show", "Nonsense00", *options)
    fill(mali)
    assert with_hidden == [run(*dated(words, "2023-08-01"), *reader) for words in READING]
    assert sealed == [
        _ID.findall(run(*dated(words, "2023-08-01"), *reader)[1]) for words in SEALED
    ]  # fmt: skip
    assert counted == run("ledger", "show", "--limit", "1", *options)[1].splitlines()[-1]
    assert searched == run("ledger", "show", "--text", "hiddensource", *options)
    assert own[0] == 0
    assert "HIDDENSOURCE" in own[1]
    assert (stranger[0], stranger[1].replace("Hiddenname", "…")) == (
        nonsense[0], nonsense[1].replace("Nonsense00", "…"),
    )  # fmt: skip


class TestDossier:
    def test_loading_again_changes_nothing(self) -> None:
        first = json.loads(run("dossier", "load", "mali", "--json")[1])
        again = json.loads(run("dossier", "load", "mali", "--json")[1])
        assert first["added"] > 250
        assert (again["added"], again["withdrawn"]) == (0, 0)
        assert again["known"] == first["added"]

    def test_a_newer_edition_withdraws_what_it_no_longer_says(self, tmp_path: Path) -> None:
        folder = tmp_path / "edition"
        folder.mkdir()
        (folder / "dossier.yml").write_text(
            "name: x\ntitle: {fr: X, en: X}\nauthor: dossier-x\n"
            "sources: {s: {title: S, reliability: B, credibility: 2}}\n"
        )
        entry = (
            "statements:\n  - {kind: actor, subject: actor:one, known_at: 2023, source: s, "
            "body: {name: {fr: Un, en: NAME}, type: other}}\n"
        )
        (folder / "one.yml").write_text(entry.replace("NAME", "Wrong"))
        assert run("dossier", "load", str(folder))[0] == 0
        (folder / "one.yml").write_text(entry.replace("NAME", "Right"))
        done = json.loads(run("dossier", "load", str(folder), "--json")[1])
        assert (done["added"], done["withdrawn"]) == (1, 1)
        listed = run("actors", "list", "--as-of", "2023-12-31")[1]
        assert "Right" in listed
        assert "Wrong" not in listed
        assert json.loads(run("dossier", "load", str(folder), "--json")[1])["withdrawn"] == 0

    def test_a_wrong_dossier_is_reported_and_exits_1(self, tmp_path: Path) -> None:
        (tmp_path / "dossier.yml").write_text(
            "name: x\ntitle: {fr: X, en: X}\norigin: o\nauthor: a\nsources: {s: {title: S}}\n"
        )
        (tmp_path / "one.yml").write_text(
            "statements:\n  - {kind: actr, subject: a, known_at: 2023, source: s, body: {}}\n"
        )
        code, output = run("dossier", "check", str(tmp_path))
        assert code == 1
        assert "one.yml:2" in output
        assert "actor" in output

    def test_a_dossier_of_ones_own_cannot_speak_for_others(self, tmp_path: Path) -> None:
        (tmp_path / "dossier.yml").write_text(
            "name: x\ntitle: {fr: X, en: X}\norigin: tocsin\nauthor: a\nsources: {s: {title: S}}\n"
        )
        (tmp_path / "one.yml").write_text("statements: []\n")
        code, output = run("dossier", "load", str(tmp_path))
        assert code == 2
        assert "speaks for tocsin" in output

    def test_a_dossier_of_ones_own_for_everybody_is_looked_at_first(self, tmp_path: Path) -> None:
        (tmp_path / "dossier.yml").write_text(
            "name: x\ntitle: {fr: X, en: X}\nauthor: a\ntlp: CLEAR\nsources: {s: {title: S}}\n"
        )
        (tmp_path / "one.yml").write_text(
            "statements:\n  - {kind: actor, subject: actor:one, known_at: 2023, source: s, "
            "body: {name: {fr: Un, en: One}, type: other}}\n"
        )
        code, told = run("dossier", "load", str(tmp_path))
        assert code == 1
        assert "One" not in run("actors", "list")[1]
        digest = told.rsplit(maxsplit=1)[-1]
        assert run("dossier", "load", str(tmp_path), "--yes", digest)[0] == 0
        assert "One" in run("actors", "list")[1]

    def test_mali_is_sound(self) -> None:
        assert run("dossier", "check", "mali")[0] == 0


class TestShown:
    @pytest.fixture(autouse=True)
    def loaded(self, mali, fill: Fill) -> None:
        fill(mali)

    def test_turnout(self) -> None:
        assert (
            "39.40% (provisional)" in run("figures", "show", "turnout", "--as-of", "2023-06-30")[1]
        )
        after = run("figures", "show", "participation", "--as-of", "2023-08-01", "--lang", "fr")[1]
        assert "38,23\u202f% (définitif)" in after
        assert "3\u202f334\u202f531 à 3\u202f235\u202f427" in after

    def test_the_wrong_base(self) -> None:
        code, output = run("figures", "check", "--severity", "error", "--strict")
        assert code == 1
        assert "the right base is the earlier one (584)" in output
        assert "[B2]" in output

    def test_moura_as_of_two_dates(self) -> None:
        early = run("cases", "show", "moura", "--as-of", "2022-04-30")[1]
        assert "203" in early
        assert "at least 500" not in early
        late = run("cases", "show", "moura", "--as-of", "2023-06-30")[1]
        for told in ("203 (“terrorists”)", "about 300 (civilians)", "at least 500", "455 days"):
            assert told in late

    def test_the_flip_in_both_languages(self) -> None:
        words = ["actors", "changes", "--from", "2019-01", "--to", "2020-06"]
        assert "enemies on 30\u00a0June 2020" in run(*words)[1]
        assert "s’est retourné" in run(*words, "--lang", "fr")[1]
        assert "retourné" not in run(*words, "--lang", "fr", "--as-of", "2023-06-30")[1]

    def test_a_person_confirms_a_name(self) -> None:
        assert "actor:al-mourabitoun" in run("actors", "resolve", "Al-Mourabitun")[1]
        assert "=" not in run("actors", "resolve", "Al-Mourabitun")[1]
        code, _ = run(
            "actors", "confirm", "Al-Mourabitun", "actor:al-mourabitoun", "--source", "review"
        )
        assert code == 0
        assert (
            "Al-Mourabitun  =  actor:al-mourabitoun" in run("actors", "resolve", "Al-Mourabitun")[1]
        )

    def test_commitments_end_with_their_agreement(self) -> None:
        before = json.loads(run("commitments", "--json", "--as-of", "2023-06-30")[1])
        after = json.loads(run("commitments", "--json", "--as-of", "2024-02-01")[1])
        states = {one["subject"]: one["status"] for one in after}
        assert states["commitment:integration"] == "ended_with_agreement"
        assert states["commitment:minusma-exit"] == "implemented"
        assert {one["status"] for one in before} >= {"open", "partly", "blocked", "suspended"}

    def test_an_unknown_language_or_form_is_a_usage_error(self) -> None:
        assert run("calendar", "--lang", "de")[0] == 2
        assert run("actors", "graph", "--out", "png")[0] == 2
        assert run("timeline", "--subject", "Atlantis")[0] == 2
        assert run("timeline", "--learned-since", "2023", "--subject", "CMA")[0] == 2

    def test_a_graph_can_be_written_to_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "actors.graphml"
        assert run("actors", "graph", "--out", str(path), "--on", "2020-06")[0] == 0
        assert b"graphml" in path.read_bytes()


def test_knowledge_is_made_from_every_kind_of_the_dossier(mali) -> None:
    assert {one.kind for one in mali} <= set(asked._KNOWLEDGE)


class TestContested:
    @pytest.fixture(autouse=True)
    def loaded(self, mali, fill: Fill) -> None:
        fill(mali)

    def contest(self, subject: str, *more: str) -> tuple[int, str]:
        held = json.loads(run("ledger", "show", "--subject", subject, "--json")[1])
        return run(
            "ledger", "annotate", held[0]["id"], "--stance", "contests", "--source", "field visit",
            "--known", "2023-06-01", "--text", "Two villages were not counted.", *more,
        )  # fmt: skip

    def test_a_figure_of_the_shipped_record_is_contested_beside_it(self) -> None:
        assert self.contest("figure:civilians-killed-mli-2022")[0] == 0
        words = ["figures", "show", "civilians", "killed", "2022", "--lang", "en"]
        told = run(*words, "--as-of", "2023-06-01")[1]
        assert "contested by local: Two villages were not counted." in told
        assert "1,277" in told
        assert "contested" not in run(*words, "--as-of", "2023-05-31")[1]
        assert "contested" not in run(*words, "--reader", "org-b")[1]

    def test_a_claim_of_a_case_is_contested_beside_it(self) -> None:
        assert self.contest("case:moura")[0] == 0
        assert "contesté par local" in run("cases", "show", "moura", "--lang", "fr")[1]

    def test_it_is_not_corrected_or_retracted_by_others(self) -> None:
        held = json.loads(run("ledger", "show", "--subject", "case:moura", "--json")[1])
        code, told = run("ledger", "retract", held[0]["id"], "--reason", "we know better")
        assert code == 2
        assert "only tocsin may correct or retract" in told
        assert "tocsin ledger annotate" in told

    def test_a_remark_is_not_marked_more_openly_than_what_it_is_about(self, mali, fill) -> None:
        own = msgspec.structs.replace(HIDDEN[2], origin="local")
        fill([*mali, own])
        held = json.loads(run("ledger", "show", "--text", "hiddensource", "--json")[1])
        code, told = run(
            "ledger", "annotate", held[0]["id"], "--source", "s", "--text", "t",
            "--field", "tlp=CLEAR",
        )  # fmt: skip
        assert code == 2
        assert "seen by more" in told
