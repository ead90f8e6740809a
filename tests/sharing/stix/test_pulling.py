"""Pulling from TAXII servers that are odd in every way, and where a pull goes on."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import FetchFailed, StoreBusy, TocsinError
from tocsin.sharing import taxii, taxii_pages
from tocsin.sharing.stix.marking import TLP_IDS
from tocsin.sharing.taxii import Caller, Collection, Partner, collections_of
from tocsin.sharing.taxii_pages import Cursor, Pages
from tocsin.sharing.transport import Answer, LinkBroken
from tocsin.workflow import pulling, record_keeping

RUN = CliRunner()
PARTNER = Partner(name="north", address="https://taxii.example/taxii2/", secret="s3cret-token")
ROOT = "/api/"
COLLECTION = Collection(root=ROOT, id="c1", title="Incoming", can_read=True)


def campaign(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "campaign",
        "spec_version": "2.1",
        "id": f"campaign--8e2e2d2b-17d4-4cbf-938f-{number:012x}",
        "created": "2016-04-06T20:03:00.000Z",
        "modified": "2016-04-06T20:03:23.000Z",
        "name": f"invented {number}",
        "object_marking_refs": [TLP_IDS["GREEN"]],
    } | more


def at(number: int) -> str:
    return f"2024-01-01T00:{number // 60:02}:{number % 60:02}.000000Z"


class Odd:
    """A TAXII server as it should be, or odd in one way; `held` are (date, object)."""

    def __init__(self, held: list[tuple[str, dict[str, Any]]], **odd: Any):
        self.held, self.odd = held, odd
        self.calls: list[str] = []
        self.most = odd.get("most", 1000)

    def __call__(self, method: str, path: str, content: bytes, headers: dict[str, str]) -> Answer:
        self.calls.append(path)
        assert len(self.calls) < 3000, "the client does not come to an end"
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/taxii2/":
            return self.answer({"title": "odd", "api_roots": self.odd.get("roots", [ROOT])})
        if parts.path.endswith("/collections/"):
            return self.answer(
                {"collections": [{"id": "c1", "title": "Incoming", "can_read": True}]}
            )
        return self.page(query, is_manifest=parts.path.endswith("/manifest/"))

    def page(self, query: dict[str, str], *, is_manifest: bool) -> Answer:
        odd = self.odd
        after = query.get("added_after", "")
        is_inclusive = odd.get("inclusive")
        found = [
            one for one in self.held if not after or one[0] > after or
            (is_inclusive and one[0] == after)
        ]  # fmt: skip
        limit = min(int(query.get("limit", 1000)), self.most)
        start = int(query.get("next", "0"))
        shown = found[start : start + limit]
        more = start + limit < len(found)
        told: dict[str, Any] = {"more": more}
        if odd.get("next", True) and more:
            told["next"] = str(start + limit)
        if odd.get("circle"):
            told = {"more": True, "next": str((start + limit) % (3 * limit))}
        listed: list[Any] = [one for _, one in shown]
        if is_manifest:
            listed = [{"id": one["id"], "date_added": when} for when, one in shown]
        if odd.get("endless_repeat"):
            told = {"more": True, "next": str(len(self.calls))}
        headers = {}
        if shown and odd.get("dates", True):
            headers["x-taxii-date-added-last"] = odd.get("date", shown[-1][0])
        return self.answer(told | {"objects": listed}, headers)

    def answer(self, told: Any, headers: dict[str, str] | None = None) -> Answer:
        return Answer(200, headers or {}, json.dumps(told).encode())


def read_all(server: Any, cursor: Cursor | None = None, **bounds: Any) -> tuple[set[str], Pages]:
    caller = Caller(PARTNER, sleep=lambda _: None, asked=server)
    pages = Pages(
        caller, COLLECTION, cursor or Cursor(), **({"most": 100_000, "until": 1e18} | bounds)
    )
    return {one["id"] for page in pages for one in page.objects}, pages


STRANGE = {
    "as it should be": {},
    "no next": {"next": False},
    "inclusive, no next": {"next": False, "inclusive": True},
    "inclusive": {"inclusive": True},
    "no dates": {"dates": False},
    "neither in the answer, but in the manifest": {"dates": False, "next": False},
    "one object a page": {"most": 1},
    "one object a page, inclusive, no next": {"most": 1, "inclusive": True, "next": False},
}


@pytest.mark.parametrize("odd", STRANGE.values(), ids=STRANGE.keys())
def test_everything_is_read_from_a_server_however_it_pages(odd: dict[str, Any]) -> None:
    held = [(at(number), campaign(number)) for number in range(250)]
    server = Odd(held, **({"most": 100} | odd))
    found, pages = read_all(server)
    assert found == {one["id"] for _, one in held}
    assert pages.is_whole, pages.problem


def test_many_objects_of_one_moment_are_read_where_pages_can_grow(monkeypatch: Any) -> None:
    monkeypatch.setattr(taxii_pages, "PAGE", 10)
    held = [(at(1), campaign(number)) for number in range(70)] + [(at(2), campaign(100))]
    for inclusive in (True, False):
        found, pages = read_all(Odd(held, next=False, inclusive=inclusive))
        assert len(found) == 71
        assert pages.is_whole


def test_a_moment_that_fits_no_page_does_not_hold_up_what_comes_after_it() -> None:
    held = [(at(1), campaign(number)) for number in range(30)]
    held += [(at(second), campaign(100 + second)) for second in range(2, 9)]
    for inclusive in (True, False):
        found, pages = read_all(Odd(held, next=False, inclusive=inclusive, most=10))
        assert len(found) == 17  # the server gives ten of the thirty, however it is asked
        assert pages.crowded == [at(1)]  # and that there may be more is told
        assert not pages.is_whole
        assert at(1) in pages.problem.message(str)


def test_a_server_that_never_ends_is_left_and_told() -> None:
    held = [(at(number), campaign(number)) for number in range(30)]
    for odd in ({"endless_repeat": True}, {"circle": True, "most": 10}):
        found, pages = read_all(Odd(held, **odd))
        assert len(found) == 30
        assert not pages.is_whole
        assert isinstance(pages.problem, FetchFailed)
    server = Odd(held, most=10)
    _, pages = read_all(server, most=10)
    assert (pages.is_whole, pages.problem, len(server.calls)) == (False, None, 1)
    server = Odd(held, most=10)
    assert read_all(server, until=-1)[0] == set()


def test_a_date_of_tomorrow_does_not_hide_what_comes_after() -> None:
    held = [(at(number), campaign(number)) for number in range(3)]
    server = Odd(held, date="9999-12-31T23:59:59Z")
    caller = Caller(PARTNER, asked=server)
    (page,) = list(Pages(caller, COLLECTION, Cursor(), most=100, until=1e18))
    assert page.cursor.after < "2100"
    for wrong in ("yesterday", "", "2024-13-45T00:00:00Z", "x" * 10_000):
        found, pages = read_all(Odd(held, date=wrong))
        assert (len(found), pages.is_whole) == (3, True)


def test_a_next_that_ran_out_begins_again_where_its_pages_began() -> None:
    held = [(at(number), campaign(number)) for number in range(30)]

    class Forgetful(Odd):
        def __call__(self, method: str, path: str, *rest: Any) -> Answer:
            if "next=old" in path:
                return Answer(400, {}, b"{}")
            return super().__call__(method, path, *rest)

    found, pages = read_all(Forgetful(held, most=10), Cursor(at(20), "old", at(4)))
    assert len(found) == 26  # the one at the very date too: what shares it may have been missed
    assert pages.is_whole


def test_a_next_that_runs_out_meanwhile_is_begun_again_where_we_are() -> None:
    held = [(at(number), campaign(number)) for number in range(90)]

    class Short(Odd):
        def __call__(self, method: str, path: str, *rest: Any) -> Answer:
            if "next=40" in path and "added_after" not in path:
                return Answer(404, {}, b"{}")
            return super().__call__(method, path, *rest)

    found, pages = read_all(Short(held, most=20))
    assert (len(found), pages.is_whole) == (90, True)


def test_a_server_may_give_the_same_next_with_every_page() -> None:
    left = [campaign(number) for number in range(50)]

    def session(*_: Any) -> Answer:
        page = [left.pop() for _ in range(min(10, len(left)))]
        told = {"objects": page, "more": bool(left), "next": "session"}
        return Answer(200, {}, json.dumps(told).encode())

    found, pages = read_all(session)
    assert (len(found), pages.is_whole) == (50, True)


def test_what_is_too_large_is_asked_for_in_smaller_pages(monkeypatch: Any) -> None:
    monkeypatch.setattr(taxii, "LARGEST_ANSWER", 20_000)
    held = [(at(number), campaign(number, description="x" * 1000)) for number in range(40)]
    found, pages = read_all(Odd(held))
    assert len(found) == 40
    assert pages.is_whole
    with pytest.raises(FetchFailed):
        read_all(Odd([(at(1), campaign(1, description="x" * 30_000))]))


def test_a_packed_answer_is_unpacked_and_a_bomb_is_not() -> None:
    def packed(content: bytes) -> Callable[..., Answer]:
        return lambda *_: Answer(200, {"content-encoding": "gzip"}, gzip.compress(content))

    found, _ = read_all(packed(json.dumps({"objects": [campaign(1)]}).encode()))
    assert len(found) == 1
    for wrong in (b"0" * (taxii.LARGEST_ANSWER + 1), b"[]", b"\xff", b'{"objects":[NaN]}'):
        with pytest.raises(TocsinError):
            read_all(packed(wrong))
    with pytest.raises(TocsinError):
        read_all(lambda *_: Answer(200, {"content-encoding": "gzip"}, b"not packed"))


def test_a_busy_server_is_asked_again_for_a_bounded_time_and_a_token_is_in_no_message() -> None:
    waited: list[float] = []
    answers = [Answer(503, {"retry-after": "99999"}, b""), Answer(429, {}, b"")]

    def busy(*_: Any) -> Answer:
        return answers.pop(0) if answers else Answer(200, {}, b"{}")

    caller = Caller(PARTNER, sleep=waited.append, asked=busy)
    assert caller.get("/x").content == b"{}"
    assert waited == [taxii.LONGEST_WAIT, 4.0]

    def broken(*_: Any) -> Answer:
        raise LinkBroken("ConnectError", b"")

    for asked in (broken, lambda *_: Answer(401, {}, b""), lambda *_: Answer(302, {}, b"")):
        with pytest.raises(FetchFailed) as error:
            Caller(PARTNER, sleep=waited.append, asked=asked).get("/x")
        assert "s3cret" not in str(error.value)
    assert "s3cret" not in repr(PARTNER)


def test_roots_at_another_host_are_not_sent_the_token() -> None:
    roots = ["https://elsewhere.example/api/", "http://taxii.example/api/", "/api/", "api/x"]
    server = Odd([], roots=roots)
    found, elsewhere = collections_of(Caller(PARTNER, asked=server))
    assert {one.root for one in found} == {"/api/", "/taxii2/api/x/"}
    assert len(elsewhere) == 2


def serve(monkeypatch: Any, server: Any) -> None:
    """Let the workflow talk to an odd server."""
    monkeypatch.setattr(
        pulling, "Caller", lambda partner: Caller(partner, sleep=lambda _: None, asked=server)
    )


@pytest.fixture
def odd(own_store: Path, monkeypatch: pytest.MonkeyPatch) -> Odd:
    server = Odd([(at(number), campaign(number)) for number in range(25)], most=10)
    pulling.add_server("north", PARTNER.address, PARTNER.secret)
    serve(monkeypatch, server)
    return server


def test_a_pull_takes_in_what_is_new_and_again_changes_nothing(odd: Odd, own_store: Path) -> None:
    (first,) = pulling.pull("north")
    assert (first.objects, first.added, first.is_whole, first.problems) == (25, 25, True, [])
    odd.calls.clear()
    (second,) = pulling.pull("north")
    assert (second.added, second.refused) == (0, 0)
    assert second.objects < 5  # only what lies within the overlap
    odd.held += [(at(number), campaign(number)) for number in range(100, 103)]
    assert pulling.pull("north")[0].added == 3
    (again,) = pulling.pull("north", again=True)
    assert (again.objects, again.added, again.known) == (28, 0, 28)
    assert record_keeping.view().count("stix_object") == 28
    (standing,) = pulling.standings()
    assert (standing.cursor.after, standing.added, standing.is_whole) == (at(102), 28, True)
    kept = b"".join(path.read_bytes() for path in own_store.rglob("*") if path.is_file())
    assert b"s3cret" not in kept


def test_a_pull_that_was_killed_goes_on_where_it_was(odd: Odd, monkeypatch: Any) -> None:
    class Killed(BaseException):
        pass

    def killed(_: int) -> None:
        if len(odd.calls) > 3:
            raise Killed

    with pytest.raises(Killed):
        pulling.pull("north", hear=killed)
    assert record_keeping.view().count("stix_object") == 20
    odd.calls.clear()
    (rest,) = pulling.pull("north")
    assert (rest.objects, rest.added, rest.is_whole) == (5, 5, True)
    assert len([path for path in odd.calls if "/objects/" in path]) == 1


def test_a_page_that_cannot_be_read_leaves_the_earlier_ones(odd: Odd, monkeypatch: Any) -> None:
    def cut(method: str, path: str, *rest: Any) -> Answer:
        if "next=20" in path:
            return Answer(200, {}, b'{"objects":[{"type":')
        return odd(method, path, *rest)

    serve(monkeypatch, cut)
    (pulled,) = pulling.pull("north")
    assert (pulled.added, pulled.is_whole, len(pulled.problems)) == (20, False, 1)
    assert pulling.standings()[0].problem
    serve(monkeypatch, odd)
    assert pulling.pull("north")[0].added == 5


def test_one_object_that_cannot_be_kept_does_not_hide_the_others(odd: Odd) -> None:
    odd.held[3:5] = [
        (at(3), campaign(3, description="x" * 500_000)),
        (at(4), {"no": "object"}),
        (at(4), campaign(77, object_marking_refs=[TLP_IDS["RED"]])),
    ]
    (pulled,) = pulling.pull("north")
    assert (pulled.added, pulled.refused, pulled.is_whole) == (23, 3, True)
    assert pulling.pull("north", again=True, named=True)[0].added == 1


def test_a_marking_that_comes_after_what_it_marks_counts_in_one_page(odd: Odd) -> None:
    key = "marking-definition--" + "0" * 8 + campaign(1)["id"][18:]
    marking = {
        "type": "marking-definition", "spec_version": "2.1", "id": key,
        "created": "2016-04-06T20:03:00.000Z", "definition_type": "tlp",
        "definition": {"tlp": "green"},
    }  # fmt: skip
    odd.held[:] = [(at(1), campaign(1, object_marking_refs=[key])), (at(2), marking)]
    assert pulling.pull("north")[0].added == 2
    (kept,) = record_keeping.view().statements("stix_object", campaign(1)["id"])
    assert kept.tlp == "GREEN"


def test_two_pulls_at_once_are_one(odd: Odd) -> None:
    def meanwhile(_: int) -> None:
        with pytest.raises(StoreBusy):
            pulling.pull("north")

    assert pulling.pull("north", hear=meanwhile)[0].added == 25


def test_commands_tell_what_there_is(odd: Odd) -> None:
    def told(*words: str, code: int = 0, typed: str = "") -> str:
        result = RUN.invoke(app, ["taxii", *words], input=typed)
        assert result.exit_code == code, result.output
        return result.output

    told("add", "south", "https://south.example/taxii2/", typed="word\n")
    assert "south" in told("list")
    assert "c1  Incoming  read" in told("list", "north")
    assert "25 written" in told("pull", "north", "--collection", "Incoming")
    assert json.loads(told("pull", "north", "--json"))[0]["added"] == 0
    assert at(24) in told("status")
    told("remove", "north")
    assert json.loads(told("status", "--json")) == []
    for words in (
        ("pull", "north"),
        ("pull", "south", "--collection", "none"),
        ("add", "../up", "https://south.example/"),
        ("add", "plain", "http://south.example/"),
        ("add", "empty", "https://south.example/"),
    ):
        result = RUN.invoke(app, ["taxii", *words], input="word\n" if words[1] != "empty" else "")
        assert isinstance(result.exception, TocsinError), words
