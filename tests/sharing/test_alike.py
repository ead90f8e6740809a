"""What is hidden and what is not there are answered alike: words, exit code, status, headers.

Random stores, every command that takes a name, every address that holds one. Each record has a
random marking; of whoever may not read it by the plain rule, the answer must be that of a name
that nobody ever wrote.
"""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any, NamedTuple

import msgspec
import pytest
import typer
from litestar.testing import TestClient
from tests.ledger.conftest import new_id
from tests.stores import settings_of
from tests.web.conftest import UNLIMITED
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import TocsinError, UnknownName, UsageError, VaultClosed
from tocsin.lake.node import name_node
from tocsin.policy import facts_of, may_read
from tocsin.tables.bodies import Words
from tocsin.tables.kinds import Actor, Case, Figure
from tocsin.tables.kinds.asking import InformationRequest
from tocsin.tables.kinds.reports import Report
from tocsin.tables.kinds.sharing import ReleaseRequest
from tocsin.tables.kinds.warnings import WarningVersion
from tocsin.tables.statements import Statement
from tocsin.workflow import needing, safe_keeping
from tocsin.workflow.letting_in import create_token
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.tabling import LISTS

OWN = "node-x"
OWN_ROLES = ("analyst", "release-authority", "duty-officer", "decision-maker")
READERS = (
    "south:analyst", "south:release-authority", "stranger:peer", f"{OWN}:verifier",
    *(f"{OWN}:{role}" for role in OWN_ROLES),
)  # fmt: skip
TITLE = Words(fr="inventé", en="invented")
# Every command that takes a name, by what it names; NAME stands for it.
BY_KIND: dict[str, list[list[str]]] = {
    "figure": [
        ["ledger", "show", "NAME"],
        ["ledger", "show", "NAME", "--json"],
        ["ledger", "annotate", "NAME", "--source", "s", "--text", "No."],
        ["ledger", "retract", "NAME", "--reason", "r"],
        ["ledger", "prove", "NAME"],
        ["share", "preview", "NAME"],
        ["share", "release", "NAME", "--to", "east"],
        ["share", "grant", "NAME", "--holder", "south", "--to", "east"],
        ["share", "request", "NAME", "--to", "east", "--reason", "r"],
        ["share", "tear", "NAME", "--tlp", "GREEN", "--en", "Something."],
        ["share", "recall", "NAME", "--reason", "r"],
        ["share", "root", "NAME", "--from", "NAME"],
        ["share", "roots", "NAME"],
        ["share", "tag", "NAME"],
        ["share", "links", "NAME"],
        ["figures", "show", "NAME"],
    ],
    "report": [
        *(["reports", word, "NAME"] for word in ("show", "alike", "events", "photos", "place")),
        ["reports", "verify", "NAME", "false", "--verifier", "v-9", "--reason", "r"],
        ["reports", "link", "NAME", "ucdp_ged:1"],
        ["reports", "close", "NAME", "not_used"],
        ["reports", "answer", "NAME"],
    ],
    "warning": [
        *(["warnings", word, "NAME"] for word in (
            "show", "explain", "acknowledge", "close", "issue", "respond")),
        ["warnings", "decide", "NAME", "--decision", "act"],
        ["warnings", "respond", "NAME", "--action", "patrol"],
        ["warnings", "feedback", "NAME", "--to", "elders", "--text", "t"],
        ["warnings", "hold", "NAME", "--reason", "r"],
        ["warnings", "dissent", "NAME", "--text", "t"],
        ["warnings", "send", "NAME", "--to", "duty-officer"],
    ],
    "actor": [
        ["actors", "show", "NAME"],
        ["actors", "graph", "--around", "NAME"],
        ["actors", "confirm", "spelling", "NAME", "--source", "s"],
        ["timeline", "--subject", "NAME"],
        ["ledger", "history", "NAME"],
    ],
    "case": [["cases", "show", "NAME"]],
    "information_request": [
        ["ask", "show", "NAME"],
        ["ask", "answer", "NAME", "--nothing"],
        ["ask", "close", "NAME"],
    ],
    "release_request": [["share", "answer", "NAME", "--reason", "r"]],
}  # fmt: skip
# Commands that take a reader and an argument that names nothing of the record.
NO_NAME = {
    "flash", "sitrep", "assessment", "record", "mission", "product make", "product edit",
    "product compare", "table", "ledger add", "actors resolve", "warnings release",
}  # fmt: skip
ELSEWHERE = {
    "ledger purge": "below",
    "taxii push": "names a server",
    "share subscribe": "names a partner",
    "share unsubscribe": "names a subscription of the house",
}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Lists of the lake and the scores, which hold nothing of the record.
HOUSE_LISTS = {"areas", "sources", "forecasts", "scorecard", "scorecards"}
ADDRESSES = {
    "figure": ["/statements/NAME", "/s/NAME", "/api/v1/statements/NAME", "/share/NAME",
               "/share/NAME/tear", "/search?q=NAME",
               "/taxii2/api/collections/COLLECTION/objects/OBJECT/",
               "/taxii2/api/collections/COLLECTION/objects/OBJECT/versions/"],
    "actor": ["/actors/NAME", "/api/v1/actors/NAME"],
    "case": ["/cases/NAME", "/api/v1/cases/NAME"],
    "warning": ["/warnings/NAME", "/api/v1/warnings/NAME"],
    "release_request": ["/share/requests/NAME"],
}  # fmt: skip


class Held(NamedTuple):
    """A random store."""

    home: Path
    statements: list[Statement]

    def hidden_from(self, reader: str, kind: str) -> list[Statement]:
        """What the plain rule keeps from a reader."""
        with settings_of(self.home):
            who = reader_named(reader)
        return [
            one for one in self.statements if one.kind == kind and not may_read(who, facts_of(one))
        ]


def word_of(dice: random.Random, number: int) -> str:
    """A word of two letters that no other word has: what is near a name is suggested."""
    return "".join(dice.choices(ascii_lowercase[2 * number : 2 * number + 2], k=16))


def bodies(dice: random.Random, number: int) -> list[tuple[str, Any]]:
    """One of everything that commands name: subject and body."""
    first, second, third = (word_of(dice, 3 * number + more) for more in range(3))
    word = f"{dice.getrandbits(48):012x}"
    day = f"2023-0{dice.randint(1, 9)}-11"
    return [
        (f"figure:{word}", Figure(
            quantity="displaced", title=TITLE, unit="persons", value=dice.randint(1, 9999))),
        (f"report:{word}", Report(
            form_version="1", instance=f"i-{number}", reporter="m-1", way="sms", received=day,
            place="Bourg inventé", day_from=day, event="attack", how_known="saw")),
        (f"warning:handover-attack/X{first}", WarningVersion(
            problem="handover-attack", about=f"X{first}", title=TITLE, level="elevated",
            window_from=day, window_to="2023-12", clock_from=day, likelihood_low=0.1,
            likelihood_high=0.4, country="XEX", area="XEX")),
        (f"actor:{second}", Actor(
            name=Words(fr=f"Groupe {second}", en=f"Group {second}"), type="other")),
        (f"case:{third}", Case(title=Words(fr=f"Affaire {third}", en=f"Case {third}"))),
        (f"rfi:{OWN}/{word}", InformationRequest(question=TITLE, deadline="2099-01-01")),
        (f"request:{word}", ReleaseRequest(record=new_id(), to=("east",), reason="r")),
    ]  # fmt: skip


def marking(dice: random.Random) -> dict[str, Any]:
    tlp = dice.choice(["GREEN", "AMBER", "AMBER+STRICT", "RED", "RED"])
    names = dice.sample(["south", "east", "group:north/bloc"], dice.choice([0, 0, 1]))
    caveats = dice.sample(["ORCON", "PARTY"], dice.choice([0, 1]))
    return {"tlp": tlp, "rel_to": tuple(names), "caveats": tuple(caveats)}


@pytest.fixture(scope="module", params=[20261124, 7])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Held:
    """One random store a seed, for every question of this file: nothing is ever written to it."""
    dice = random.Random(request.param)
    statements = []
    for number in range(4):
        for subject, body in bodies(dice, number):
            given: dict[str, Any] = {
                "id": new_id(), "kind": type(body).kind, "subject": subject, "body": body,
                "known_at": f"2023-{dice.randint(1, 9):02}-03", "source": "invented",
                "origin": OWN, "author": "analyst",
            }  # fmt: skip
            statements.append(Statement(**(given | marking(dice))))
    return filled(tmp_path_factory.mktemp("alike"), statements)


def filled(home: Path, statements: list[Statement]) -> Held:
    """A store that holds these; inside the house too need-to-know hides something."""
    with settings_of(home):
        name_node(home, OWN)
        open_ledger(to_write=True).append(statements)
        for role in OWN_ROLES:
            needing.set_need(role=role, ceiling="AMBER")
    return Held(home, statements)


def name_of(one: Statement) -> str:
    if one.kind == "warning":
        return one.subject.removeprefix("warning:")
    return one.subject if one.kind in ("actor", "case") else one.id


def made_up(one: Statement, dice: random.Random) -> str:
    """A name of the same form that nobody ever wrote."""
    if one.kind in ("warning", "actor", "case"):
        return name_of(one)[:-16] + word_of(dice, 12)
    return f"{one.id[:-12]}{dice.getrandbits(48):012x}"


def commands(group: Any = None, path: str = "") -> Iterator[tuple[str, set[str], bool]]:
    """Every command, its options, whether it takes an argument."""
    group = group or typer.main.get_command(app)
    for name, one in getattr(group, "commands", {}).items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{path}{name} ")
        else:
            options = {each for given in one.params for each in given.opts}
            yield (
                path + name,
                options,
                any(each.param_type_name == "argument" for each in one.params),
            )


TAKES_READER = {name for name, options, _ in commands() if "--reader" in options}
THERE = {name for name, _, _ in commands()}


def is_there(words: list[str]) -> bool:
    return " ".join(words[:2]) in THERE or words[0] in THERE


CASES = [
    pytest.param(kind, words, id=" ".join(words).replace(" NAME", ""))
    for kind, each in BY_KIND.items()
    for words in each
    if is_there(words)
]


def test_every_command_that_takes_a_name_is_asked_here() -> None:
    asked = {" ".join(words[:2]) for each in BY_KIND.values() for words in each}
    left = {
        name
        for name, options, argument in commands()
        if "--reader" in options and argument
        and name not in asked | NO_NAME | ELSEWHERE.keys()
    }  # fmt: skip
    assert not left, "ask them in BY_KIND"


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    if isinstance(done.exception, TocsinError):
        told = f"{type(done.exception).__name__} {done.exception.message()}"
        return done.exception.exit_code, done.output, told
    if not isinstance(done.exception, SystemExit | None):
        raise done.exception
    return done.exit_code, done.output, done.stderr


def without(answer: tuple[int, str, str], name: str) -> tuple[int, str, str]:
    return answer[0], answer[1].replace(name, "…"), answer[2].replace(name, "…")


@pytest.mark.parametrize(("kind", "words"), CASES)
def test_a_hidden_name_is_answered_as_one_that_is_not_there(
    held: Held, kind: str, words: list[str]
) -> None:
    dice = random.Random(f"{kind} {words} {len(held.statements)}")
    names_reader = " ".join(words[:2]) in TAKES_READER
    readers = dice.sample(READERS, len(READERS)) if names_reader else [""]
    reader, hidden = next(
        (reader, found) for reader in readers if (found := held.hidden_from(reader, kind))
    )
    one = dice.choice(hidden)
    said = []
    with settings_of(held.home):
        for name in (name_of(one), made_up(one, dice)):
            given = [name if word == "NAME" else word for word in words]
            named = ["--reader", reader] if reader else []
            said.append(without(run(*given, *named), name))
    assert said[0] == said[1], (reader, one.tlp)
    assert one.source not in said[0][1]


@pytest.fixture(scope="module")
def client(held: Held) -> Iterator[TestClient[Any]]:
    from tocsin.web.app import make_app

    with settings_of(held.home), TestClient(make_app(UNLIMITED)) as made:
        yield made


WAYS = [pytest.param(kind, path, id=path) for kind, paths in ADDRESSES.items() for path in paths]


@pytest.mark.parametrize(("kind", "path"), WAYS)
def test_a_hidden_address_is_answered_as_one_that_is_not_there(
    held: Held, client: TestClient[Any], kind: str, path: str
) -> None:
    from tocsin.sharing.stix.mapping import object_id
    from tocsin.web.taxii import COLLECTION

    dice = random.Random(path)
    for reader in dice.sample(["south:peer", f"{OWN}:verifier", f"{OWN}:release-authority"], 2):
        org, _, role = reader.partition(":")
        with settings_of(held.home):
            token, _ = create_token(role=role, org=org if org != OWN else "")
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        hidden = held.hidden_from(reader, kind)
        for one in dice.sample(hidden, min(1, len(hidden))):
            said = []
            for name in (name_of(one), made_up(one, dice)):
                address = path.replace("NAME", name).replace("COLLECTION", COLLECTION)
                if "OBJECT" in path:
                    address = address.replace("OBJECT", object_id(kind, name))
                with settings_of(held.home):
                    answer = client.get(address, headers=headers, follow_redirects=False)
                text = re.sub(r'(name="csrf" value=")\w+', r"\1", answer.text)
                kept = {k: v for k, v in answer.headers.items() if k not in ("date", "etag")}
                said.append((answer.status_code, text.replace(name, "…"), kept))
            assert said[0] == said[1], reader


def test_only_the_houses_auditor_is_given_a_proof(held: Held) -> None:
    one = held.statements[0]
    with settings_of(held.home):
        for reader in ("south:auditor", f"{OWN}:analyst", f"{OWN}:release-authority"):
            with pytest.raises(UsageError, match="own people alone"):
                _ = raised("ledger", "prove", one.id, "--reader", reader)
        assert run("ledger", "prove", one.id)[0] == 0
        assert run("ledger", "prove", one.id, "--reader", f"{OWN}:auditor")[0] == 0


def test_a_purge_says_nothing_of_a_statement_before_a_passphrase_opened_a_key(held: Held) -> None:
    one = held.statements[0]
    never = made_up(one, random.Random(1))
    words = "four words nobody joins"
    with settings_of(held.home):
        safe_keeping.enrol_person("duty-1", words)
        for name in (one.id, never):
            for reason in ("", "unlawful", "no_reason"):
                with pytest.raises(VaultClosed):
                    safe_keeping.request_purge(name, "duty-1", "not these", reason)
                with pytest.raises(UnknownName):
                    safe_keeping.request_purge(name, "nobody", words, reason)
                with pytest.raises(UsageError, match="own people alone"):
                    safe_keeping.request_purge(name, "duty-1", words, reason, "south:analyst")
        with pytest.raises(UnknownName, match="no statement has the id"):
            safe_keeping.request_purge(never, "duty-1", words, "unlawful")


def raised(*words: str) -> None:
    done = CliRunner().invoke(app, list(words))
    if done.exception is not None:
        raise done.exception


LISTED = [
    ["ask", "list", "--json"],
    ["ask", "list", "--overdue", "--lang", "en"],
    ["share", "requests", "--json"],
    ["share", "links", "--json"],
    *(["table", name, "--out", "OUT.csv"] for name in LISTS if name not in HOUSE_LISTS),
    ["stix", "export"],
    ["misp", "export"],
    ["stix", "show", "--json"],
]  # fmt: skip


@pytest.mark.parametrize("reader", ["south:analyst", f"{OWN}:release-authority"])
def test_every_list_is_the_same_without_what_is_hidden(
    held: Held, reader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two random stores that differ in what the reader may not read, and nothing else."""
    with settings_of(held.home):
        who = reader_named(reader)
    allowed = [one for one in held.statements if may_read(who, facts_of(one))]
    assert 0 < len(allowed) < len(held.statements)
    said = []
    for one in (held, filled(tmp_path / "allowed", allowed)):
        with settings_of(one.home):
            out = tmp_path / "list.csv"
            answers = []
            for words in LISTED:
                given = [str(out) if word == "OUT.csv" else word for word in words]
                told = run(*given, "--reader", reader)
                if words[1] == "export":  # seals are made anew in each store
                    told = (told[0], str(sorted(ID.findall(told[1]))), told[2])
                answers.append((words, told, out.read_bytes() if out.exists() else b""))
                out.unlink(missing_ok=True)
            answers.append((["taxii push"], pushed_to(reader, monkeypatch), b""))
        said.append(answers)
    for first, second in zip(*said, strict=True):
        assert first == second
    assert any(one.id in str(said[0]) for one in allowed)


def pushed_to(reader: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The ids of everything that `taxii push` would send."""
    from types import SimpleNamespace

    from tocsin.workflow import pulling

    sent: list[bytes] = []

    def send(_: Any, __: Any, part: list[bytes], ___: Any) -> Any:
        sent.extend(part)
        return SimpleNamespace(success_count=len(part), failure_count=0, pending_count=0)

    there = SimpleNamespace(can_write=True, id="c", title="c")
    monkeypatch.setattr(pulling, "_server", lambda _: None)
    monkeypatch.setattr(pulling, "Caller", lambda _: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(pulling, "collections_of", lambda _: ([there], None))
    monkeypatch.setattr(pulling, "_chosen", lambda *_: [there])
    monkeypatch.setattr(pulling, "send_objects", send)
    done = pulling.push("partner", "c", reader)
    return done.sent, sorted(json.loads(one)["id"] for one in sent)


def test_the_answer_of_a_whole_view_holds_none_of_it(held: Held) -> None:
    """The oracle for the rest: what a reader lists is what the plain rule lets them read."""
    with settings_of(held.home):
        for reader in READERS:
            seen = {one.id for one in open_ledger().view(reader_named(reader)).statements()}
            who = reader_named(reader)
            wanted = {one.id for one in held.statements if may_read(who, facts_of(one))}
            assert seen & {one.id for one in held.statements} == wanted
            assert msgspec.json.encode(sorted(wanted))
