"""Requests for information between nodes: who may see one sees its state, others nothing."""

import json

import pytest
from tests.sharing.nodes import looked_at
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.errors import CheckFailed, NotLookedAt, TocsinError, UnknownName, UsageError
from tocsin.tables.bodies import Words
from tocsin.workflow import inquiring

QUESTION = Words(en="Which invented convoys crossed the invented bridge?")
FAR = "2099-12-31"


@pytest.fixture
def three(node):
    nodes = [node(name) for name in ("north", "south", "east")]
    for one in nodes:
        for other in nodes:
            if one is not other:
                one.trusts(other)
    return nodes


def carried(sender, *others):
    return [other.takes(sender.exports(other)) for other in others]


def state(one, request, reader=""):
    with one.at_work():
        return inquiring.inquiry(request, reader).state


def test_a_question_travels_and_its_answer_comes_back(pair):
    north, south = pair
    with north.at_work():
        request = looked_at(inquiring.ask, QUESTION, FAR, ["south"], area="ZED")
    assert state(north, request) == "open"
    carried(north, south)
    assert state(south, request) == "open"
    record = south.says(1, rel_to=["north"])
    with south.at_work():
        looked_at(inquiring.answer, request, Words(en="Two."), [record])
    carried(south, north)
    with north.at_work():
        found = inquiring.inquiry(request)
        assert found.state == "answered"
        assert [(one.by, one.records) for one in found.replies] == [("south", (record,))]
        looked_at(inquiring.close, request, Words(en="Enough."))
    carried(north, south)
    assert state(south, request) == "closed"
    with south.at_work(), pytest.raises(UsageError, match="closed"):
        looked_at(inquiring.answer, request, nothing=True)


def test_who_may_not_see_a_question_learns_nothing_of_it(three):
    north, south, east = three
    with north.at_work():
        request = looked_at(inquiring.ask, QUESTION, FAR, ["south"])
    carried(north, south)
    bundle = north.exports(east)
    if north.exported is not None:
        east.takes(bundle)
    with east.at_work():
        assert inquiring.asked() == []
    with south.at_work():  # held here, but not for east's eyes
        assert inquiring.asked("east") == []
        with pytest.raises(UnknownName) as hidden:
            inquiring.inquiry(request, "east")
        absent_id = request[:-4] + ("0000" if request[-4:] != "0000" else "1111")
        with pytest.raises(UnknownName) as absent:
            inquiring.inquiry(absent_id, "east")
        shown, other = hidden.value.message(), absent.value.message()
        assert shown.replace(request, "ID") == other.replace(absent_id, "ID")


def test_an_answer_is_for_who_asked_and_does_not_show_to_the_others_asked(three):
    north, south, east = three
    with north.at_work():
        request = looked_at(inquiring.ask, QUESTION, FAR, ["south", "east"])
    carried(north, south, east)
    with south.at_work():
        looked_at(inquiring.answer, request, Words(en="Only for north."))
        assert inquiring.inquiry(request, "east:analyst").state == "open"
    carried(south, north)
    assert state(north, request) == "answered"
    assert state(east, request) == "open"


def test_an_answer_names_no_record_that_its_reader_may_not_read(pair):
    north, south = pair
    with north.at_work():
        request = looked_at(inquiring.ask, QUESTION, FAR, ["south"])
    carried(north, south)
    secret = south.says(2)
    with south.at_work():
        with pytest.raises(UsageError, match="not open to all"):
            looked_at(inquiring.answer, request, records=[secret])
        with pytest.raises(TocsinError):
            looked_at(inquiring.answer, request, records=["01890a5d-ac96-774b-bcce-b302099a8057"])
        with pytest.raises(UsageError, match="empty"):
            looked_at(inquiring.answer, request)


def test_only_who_asked_closes(pair):
    north, south = pair
    with north.at_work():
        request = looked_at(inquiring.ask, QUESTION, FAR, ["south"])
    carried(north, south)
    with south.at_work(), pytest.raises(UsageError, match="only north closes"):
        looked_at(inquiring.close, request, Words(en="No."))


def test_the_command_lists_what_is_overdue_as_of_a_day(node):
    north = node("north")
    run = CliRunner().invoke
    with north.at_work():
        words = ["ask", "new", "--en", "What?", "--until", "2098-01-05", "--to", "south", "--json"]
        shown = run(app, words)
        assert isinstance(shown.exception, NotLookedAt)
        digest = json.loads(shown.stdout)["digest"]
        assert isinstance(run(app, [*words, "--yes", digest[:8]]).exception, CheckFailed)
        assert not json.loads(run(app, ["ask", "list", "--json"]).output)
        done = run(app, [*words, "--yes", digest[:16]])
        assert done.exit_code == 0, done.output
        request = json.loads(done.output)["request"]
        for day, wanted in (("2098-01-05", []), ("2098-01-06", [request]), ("2020-01-01", [])):
            said = run(app, ["ask", "list", "--overdue", "--as-of", day, "--json"]).output
            assert [one["id"] for one in json.loads(said)] == wanted
        assert run(app, ["ask", "answer", request, "--nothing"]).exit_code == 0
        shown = run(app, ["ask", "show", request, "--lang", "fr"]).output
        assert "rien à dire" in shown
        assert "répondu" in shown
        bad = run(app, ["ask", "new", "--en", "What?", "--until", "2020-01-05", "--to", "south"])
        assert isinstance(bad.exception, UsageError)


def test_neither_what_is_hidden_nor_what_comes_later_changes_a_byte(node):
    north = node("north")
    run = CliRunner().invoke

    def said(*more):
        done = [run(app, ["ask", "list", "--reader", "east", *more, *how])
                for how in (["--json"], ["--lang", "en"], ["--overdue", "--json"])]  # fmt: skip
        return [(one.exit_code, one.output) for one in done]

    with north.at_work():
        shown = looked_at(inquiring.ask, QUESTION, FAR, ["east"])
        now, past = said(), said("--as-of", "2020-01-01")
        assert shown in now[0][1]
        hidden = looked_at(inquiring.ask, QUESTION, FAR, ["south"], area="ZED")
        looked_at(inquiring.answer, hidden, nothing=True)
        looked_at(inquiring.answer, shown, Words(en="For south alone."), to=["south"])
        assert said() == now
        looked_at(inquiring.answer, shown, Words(en="For east."), to=["east"])
        assert said() != now
        assert said("--as-of", "2020-01-01") == past, "what is asked today was not known then"
