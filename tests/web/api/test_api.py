"""The JSON API: pages, clocks, validators, rights, errors in two languages."""

import gzip
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from tests.web.conftest import UNLIMITED, Make
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed
from tocsin.web.api.routes import ENDPOINTS, ROOT
from tocsin.web.app import make_app
from tocsin.web.limits import Limits
from tocsin.workflow import auditing, feeds, scorecards
from tocsin.workflow.record_keeping import add_statement, own_organisation

STATEMENTS = f"{ROOT}/statements"


def told(number: int, **more: Any) -> str:
    """Write an alias of an invented actor; its id."""
    one = {"kind": "alias", "subject": f"actor:zed-{number}", "known_at": "2023-07",
           "source": "invented", "tlp": "GREEN", "body": {"name": f"name {number}"}}  # fmt: skip
    return add_statement(one | more).ids[0]


def lists() -> list[str]:
    """The address of every list, asked with what it needs."""
    return [
        f"{ROOT}{one.path}" + "".join(f"?{w.name}={w.needed}" for w in one.words if w.needed)
        for one in ENDPOINTS if one.list is not None
    ]  # fmt: skip


def test_pages_follow_each_other_while_others_write(client: TestClient[Any], bearer: Make) -> None:
    """What was there when the reading began comes once, whatever is written meanwhile."""
    ids = {told(number) for number in range(7)}
    headers, found, after = bearer("analyst"), [], ""
    for turn in range(10):
        asked = {"limit": "3"} | ({"after": after} if after else {})
        page = client.get(STATEMENTS, params=asked, headers=headers).json()
        found += [one["id"] for one in page["items"]]
        if turn < 3:
            told(100 + turn)
        if page["next"] is None:
            break
        after = page["next"]
    assert found == sorted(set(found))
    assert ids <= set(found)


def test_what_was_not_known_yet_is_not_there_and_the_future_is_refused(
    client: TestClient[Any], bearer: Make
) -> None:
    told(1, known_at="2023-07-01")
    headers = bearer("analyst")
    for day, count in (("2023-06", 0), ("2023-06-30", 0), ("2023-07-01", 1), ("2023", 1)):
        page = client.get(STATEMENTS, params={"as_of": day}, headers=headers).json()
        assert len(page["items"]) == count, day
    for path in lists():
        joined = "&" if "?" in path else "?"
        answer = client.get(f"{path}{joined}as_of=2199-01-01", headers=headers)
        assert answer.status_code == 400, path
        assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("path", lists())
def test_every_list_has_a_strong_validator_that_changes_with_its_bytes_alone(
    client: TestClient[Any], bearer: Make, path: str
) -> None:
    told(1)
    headers = bearer("analyst")
    first = client.get(path, headers=headers | {"Accept-Encoding": "identity"})
    assert first.status_code == 200, first.text
    assert set(first.json()) == {"as_of", "next", "items"}
    tag = first.headers["etag"]
    assert not tag.startswith("W/")
    held = {"If-None-Match": f'"other", {tag}', "Accept-Encoding": "identity"}
    again = client.get(path, headers=headers | held)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    told(2, tlp="AMBER", rel_to=["SOUTH"], origin="node-x")
    peer = bearer("peer", org="NORTH")
    if client.get(path, headers=peer).status_code == 200:
        before = client.get(path, headers=peer)
        told(3)  # AMBER+STRICT would do as well: GREEN of another is not released without rel_to
        after = client.get(path, headers=peer | {"If-None-Match": before.headers["etag"]})
        assert after.status_code == 304, path


def test_a_reader_is_answered_the_same_whether_or_not_a_hidden_record_exists(
    client: TestClient[Any], bearer: Make
) -> None:
    told(1, tlp="CLEAR")
    peer = bearer("peer", org="NORTH")
    open_to_it = [path for path in lists() if client.get(path, headers=peer).status_code == 200]
    assert STATEMENTS in open_to_it
    before = [client.get(path, headers=peer) for path in open_to_it]
    hidden = told(2, tlp="AMBER", rel_to=["SOUTH"])
    told(3, tlp="RED")
    for path, one in zip(open_to_it, before, strict=True):
        again = client.get(path, headers=peer)
        assert (again.content, again.headers["etag"]) == (one.content, one.headers["etag"]), path
    missing = client.get(f"{STATEMENTS}/{hidden}", headers=peer)
    never = client.get(f"{STATEMENTS}/{hidden[:-1]}{'0' if hidden[-1] != '0' else '1'}",
                       headers=peer)  # fmt: skip
    assert missing.status_code == never.status_code == 404
    south = client.get(f"{STATEMENTS}/{hidden}", headers=bearer("peer", org="SOUTH"))
    assert south.json()["body"]["name"] == "name 2"


def test_forecasts_releases_and_areas_are_the_houses_own(
    client: TestClient[Any], bearer: Make
) -> None:
    for name in ("forecasts", "scorecard", "scorecards", "sources", "areas?country=MLI"):
        path = f"{ROOT}/{name}"
        assert client.get(path, headers=bearer("analyst")).status_code == 200
        assert client.get(path, headers=bearer("analyst", org="NORTH")).status_code == 403


def test_errors_are_problems_in_the_callers_language(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer("analyst")
    for asked, words in (
        ({"as_of": "2199"}, "est dans l’avenir"),
        ({"colour": "red"}, "ne s’interroge pas avec colour"),
        ({"limit": "0"}, "limit ne peut pas être 0"),
        ({"kind": "none"}, "kind ne peut pas être none"),
        ({"q": "x" * 500}, "q est plus long"),
    ):
        french = client.get(STATEMENTS, params=asked, headers=headers | {"Accept-Language": "fr"})
        told = french.json()
        assert (french.status_code, told["status"], told["type"]) == (400, 400, "about:blank")
        assert words in told["title"]
        assert told["detail"]
    twice = client.get(f"{STATEMENTS}?limit=1&limit=2", headers=headers)
    assert twice.status_code == 400


def test_answers_are_packed_for_who_takes_that(client: TestClient[Any], bearer: Make) -> None:
    for number in range(20):
        told(number)
    headers = bearer("analyst")
    with client.stream("GET", STATEMENTS, headers=headers | {"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    plain = client.get(STATEMENTS, headers=headers | {"Accept-Encoding": "gzip;q=0"})
    assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers
    assert packed.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]


def test_a_caller_is_told_how_often_it_may_still_call(node: object, bearer: Make) -> None:
    headers = bearer("analyst")
    with TestClient(make_app(Limits(clock=lambda: 0.0))) as client:
        answers = [client.get(f"{ROOT}/calendar", headers=headers) for _ in range(2)]
    assert answers[0].headers["RateLimit-Policy"] == '"token";q=600;w=12'
    assert [one.headers["RateLimit"] for one in answers] == [
        '"token";r=599;t=0', '"token";r=598;t=0',
    ]  # fmt: skip
    assert UNLIMITED.by_token is None


def test_statements_are_found_by_kind_subject_words_and_day(
    client: TestClient[Any], bearer: Make
) -> None:
    told(1, valid_from="2023-01", valid_to="2023-02")
    told(2, body={"name": "Éclair"})
    headers = bearer("analyst")

    def names(**asked: str) -> list[str]:
        page = client.get(STATEMENTS, params=asked, headers=headers).json()
        return [one["body"]["name"] for one in page["items"]]

    assert names(subject="actor:zed-1") == ["name 1"]
    assert sorted(names(subject="actor:zed-*")) == ["name 1", "Éclair"]
    assert names(q="eclair") == ["Éclair"]
    assert names(q="100%") == []
    assert names(kind="figure") == []
    assert names(on="2023-03-01") == ["Éclair"]


def test_the_answer_keeps_to_what_never_leaves_the_node(
    client: TestClient[Any], bearer: Make
) -> None:
    first = told(1)
    told(2, derived_from=[first])
    text = client.get(STATEMENTS, headers=bearer("analyst")).text
    assert "derived_from" not in text
    assert msgspec.json.decode(text)["next"] is None


def test_scorecards_of_warnings_are_served_as_of_the_day_they_were_made(
    client: TestClient[Any], bearer: Make, node: Path
) -> None:
    scorecards.responses("2023-01", "2023-12", node / "out", langs=("en",))
    headers = bearer("duty-officer")
    (line,) = client.get(f"{ROOT}/scorecards", headers=headers).json()["items"]
    assert (line["kind"], line["reconstruction"]) == ("responses", False)
    path = f"{ROOT}/scorecards/{line['name']}"
    whole = client.get(path, headers=headers)
    assert whole.json()["about"] == line
    assert whole.json()["found"]["responses"]
    held = {"If-None-Match": whole.headers["etag"]}
    assert client.get(path, headers=headers | held).status_code == 304
    before = {"as_of": "2023-06-30"}
    assert client.get(f"{ROOT}/scorecards", params=before, headers=headers).json()["items"] == []
    early = client.get(path, params=before, headers=headers)
    never = client.get(f"{path}x", params=before, headers=headers)
    assert early.status_code == never.status_code == 404
    assert client.get(path, headers=bearer("analyst", org="NORTH")).status_code == 403


def test_what_the_api_serves_is_in_the_read_log_for_the_auditor_alone(
    client: TestClient[Any], bearer: Make
) -> None:
    told(1, tlp="CLEAR")
    peer = bearer("peer", org="NORTH")
    asked = {"kind": "alias", "limit": "1"}
    first = client.get(STATEMENTS, params=asked, headers=peer)
    tag = {"If-None-Match": first.headers["etag"]}
    client.get(STATEMENTS, params=asked, headers=peer | tag)  # nothing is served again
    one = first.json()["items"][0]["id"]
    client.get(f"{STATEMENTS}/{one}", headers=peer)
    client.get(STATEMENTS, params=asked | {"format": "csv"}, headers=peer)
    client.get(f"{STATEMENTS}/{one}0", headers=peer)  # there is none
    feeds.read_log().close()
    auditor = f"{own_organisation()}:auditor"
    found = list(auditing.reads(auditor, org="NORTH"))
    assert [(one.what, one.served) for one in found] == [
        (STATEMENTS, 1), (STATEMENTS, 0), (f"{STATEMENTS}/{one}", 1), (STATEMENTS, 1)
    ]  # fmt: skip
    assert found[0].asked == "kind=alias&limit=1"
    assert {one.role for one in found} == {"peer"}
    assert len(list(auditing.reads(auditor, what=f"{STATEMENTS}/"))) == 1
    assert list(auditing.reads(auditor, until="2020")) == []
    for reader in ("", f"{own_organisation()}:analyst", "NORTH:auditor", "NORTH:peer"):
        with pytest.raises(CheckFailed, match="for the auditor"):
            auditing.reads(reader)
    listed = CliRunner().invoke(app, ["ledger", "reads", "--reader", auditor, "--json"])
    assert [one["org"] for one in json.loads(listed.output)] == ["NORTH"] * 4
    plain = CliRunner().invoke(app, ["ledger", "reads", "--reader", auditor])
    assert f"{STATEMENTS}?kind=alias&limit=1  1" in plain.output
