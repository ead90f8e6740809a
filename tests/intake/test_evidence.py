"""Reports as evidence: what is verified counts, once for each source; who could not look knows not.

Everything is invented and happens in Hadaria.
"""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import msgspec
import numpy as np
import pytest
from tests.warning.conftest import ANALYST, HERE, NEXT, at, evidence_of

from tocsin.tables.bodies import Words
from tocsin.tables.kinds.reports import (
    Observed,
    Placement,
    Report,
    ReportLink,
    Situation,
    Verification,
)
from tocsin.tables.kinds.sharing import Root
from tocsin.tables.statements import Statement
from tocsin.tables.when import moment_text
from tocsin.warning.abouts import About, abouts_of
from tocsin.warning.evidence import Evidence
from tocsin.warning.indicators import ReportRule
from tocsin.warning.judging import FIRES, QUIET, UNKNOWN, measure, states
from tocsin.warning.looking import look
from tocsin.warning.rulebook import read_rulebook, shipped_pages, shipped_rulebook
from tocsin.warning.steps import statement_of

BOOK = shipped_rulebook()
DAY = at("2026-03-10T08:00")
NOW = at("2026-03-12T08:00")
_numbers = count(1)
STATE = {FIRES: "fires", QUIET: "quiet", UNKNOWN: "unknown"}


def written(body: Any, when: datetime, subject: str = "report:incident/x") -> Statement:
    return statement_of(body, subject, when, ANALYST, source="test", key=f"{next(_numbers)}")


def report(
    when: datetime = DAY, reporter: str = "r-one", event: str = "attack_village", **more: Any
) -> Statement:
    body = Report(
        form_version="2026.1", instance=f"i-{next(_numbers)}", reporter=reporter, way="sms",
        received=moment_text(when), place="Old Ford", day_from=when.date().isoformat(),
        event=event, how_known="saw", **more,
    )  # fmt: skip
    return written(body, when)


def week(when: datetime, reporter: str = "r-one", **signs: str) -> Statement:
    """A weekly report; a sign is `state` or `state/level`."""
    observed = tuple(Observed(name, *told.split("/")) for name, told in signs.items())  # type: ignore[arg-type]
    body = Situation(
        form_version="2026.1", instance=f"i-{next(_numbers)}", reporter=reporter, way="sms",
        received=moment_text(when), place="Old Ford", week=when.date().isoformat(),
        observed=observed,
    )  # fmt: skip
    return written(body, when)


def verdict(of: Statement, when: datetime, status: str = "verified") -> Statement:
    return written(
        Verification(report=of.id, status=status, verifier="v-2", reason=Words("", "two callers")),  # type: ignore[arg-type]
        when,
    )


def placed(of: Statement, when: datetime, area: str = HERE) -> Statement:
    return written(
        Placement(report=of.id, place="Old Ford", country=area[:3], area=area, latitude=3.0,
                  longitude=-31.0, precision="near", likeness=100, listed_by="test"),
        when,
    )  # fmt: skip


def link(one: Statement, other: Statement, when: datetime, relation: str) -> Statement:
    return written(ReportLink(report=one.id, other=other.id, relation=relation), when)  # type: ignore[arg-type]


def known(*statements: Statement, now: datetime = NOW) -> Evidence:
    return evidence_of(now, {HERE: [0.0] * 24, NEXT: [0.0] * 24}, statements)


def said(rule: str | ReportRule, evidence: Evidence, area: str = HERE) -> str:
    """What a rule says of an area at the last clock."""
    asked = BOOK.indicators[rule] if isinstance(rule, str) else rule
    about = About(area, area, area[:3], Words(area, area))
    return STATE[int(states(asked, measure(asked, [about], evidence))[0, -1])]


def level(evidence: Evidence, problem: str = "mass-casualty", area: str = HERE) -> str | None:
    return next(
        (
            one.level
            for one in look(BOOK, evidence)
            if (one.problem, one.about.id) == (problem, area)
        ),
        None,
    )


HOUR = timedelta(hours=1)


class TestVerified:
    def test_a_report_counts_from_its_verdict_in_its_place_alone(self) -> None:
        one = report()
        asked = [one, placed(one, DAY + HOUR), verdict(one, DAY + 2 * HOUR)]
        assert said("report-attack", known(*asked)) == "fires"
        assert said("report-attack", known(*asked), NEXT) == "quiet"
        assert said("report-attack", known(*asked, now=DAY + 1.5 * HOUR)) == "quiet"

    def test_nothing_counts_without_a_confirmed_place(self) -> None:
        one = report()
        assert said("report-attack", known(one, verdict(one, DAY + HOUR))) == "quiet"

    @pytest.mark.parametrize("status", ["false", "unverifiable", "duplicate"])
    def test_a_later_verdict_takes_it_back(self, status: str) -> None:
        one = report()
        base = [one, placed(one, DAY), verdict(one, DAY + HOUR)]
        later = verdict(one, DAY + 20 * HOUR, status)
        assert said("report-attack", known(*base, later)) == "quiet"
        assert said("report-attack", known(*base, later, now=DAY + 19 * HOUR)) == "fires"

    def test_a_verdict_that_is_not_known_yet_changes_nothing(self) -> None:
        one = report()
        base = [one, placed(one, DAY)]
        future = [verdict(one, NOW + HOUR), report(NOW + HOUR)]
        before, after = known(*base), known(*base, *future)
        for name, rule in BOOK.indicators.items():
            if isinstance(rule, ReportRule):
                assert said(name, before) == said(name, after), name

    def test_what_is_told_late_is_no_sign_of_today(self) -> None:
        one = report(DAY, day_to=None)
        old = statement_of(
            Report(**{f: getattr(one.body, f) for f in one.body.__struct_fields__}
                   | {"day_from": "2026-01-02"}),
            one.subject, DAY, ANALYST, source="test", key="old",
        )  # fmt: skip
        assert said("report-attack", known(old, placed(old, DAY), verdict(old, DAY))) == "quiet"

    def test_a_sign_of_the_weekly_form_counts_from_its_level(self) -> None:
        for told, expected in (("observed/low", "quiet"), ("observed/high", "fires")):
            one = week(DAY, threats=told)
            asked = known(one, placed(one, DAY), verdict(one, DAY))
            assert said("report-threat", asked) == expected
        peace = week(DAY, dialogue="observed/high")
        asked = known(peace, placed(peace, DAY), verdict(peace, DAY))
        assert said("report-dialogue", asked) == "fires"


class TestSources:
    def both(self, **second: Any) -> tuple[Statement, Statement, list[Statement]]:
        one, two = report(), report(**({"reporter": "r-two"} | second))
        rest = [each for s in (one, two) for each in (placed(s, DAY), verdict(s, DAY))]
        return one, two, [one, two, *rest]

    def test_two_who_tell_apart_are_two(self) -> None:
        *_, asked = self.both()
        assert said("report-danger-sources", known(*asked)) == "fires"

    def test_two_accounts_of_one_person_are_one(self) -> None:
        *_, asked = self.both(reporter="r-one")
        assert said("report-danger-sources", known(*asked)) == "quiet"

    @pytest.mark.parametrize(
        ("relation", "expected"),
        [("retelling", "quiet"), ("update", "quiet"), ("same_event", "fires"),
         ("contradicts", "fires")],
    )  # fmt: skip
    def test_a_retelling_is_no_second_source(self, relation: str, expected: str) -> None:
        one, two, asked = self.both()
        asked.append(link(two, one, DAY + HOUR, relation))
        assert said("report-danger-sources", known(*asked)) == expected

    def test_retellings_of_a_third_one_that_counts_for_nothing_are_one(self) -> None:
        one, two, asked = self.both()
        third = report(reporter="r-three")
        asked += [third, link(one, third, DAY, "retelling"), link(two, third, DAY, "retelling")]
        assert said("report-danger-sources", known(*asked)) == "quiet"

    def test_a_link_counts_from_when_it_was_known(self) -> None:
        one, two, asked = self.both()
        asked.append(link(two, one, NOW + HOUR, "retelling"))
        assert said("report-danger-sources", known(*asked)) == "fires"

    @pytest.mark.parametrize("way", ["token", "stems_from"])
    def test_what_their_originator_says_of_one_root_makes_them_one(self, way: str) -> None:
        one, two, asked = self.both()
        told = [Root(record=each.id, token="0a" * 16) for each in (one, two)]
        if way == "stems_from":
            told = [Root(record=two.id, stems_from=one.id, of=one.origin)]
        asked += [written(each, DAY) for each in told]
        assert said("report-danger-sources", known(*asked)) == "quiet"

    def test_nobody_makes_others_reports_one(self) -> None:
        one, two, asked = self.both()
        lie = written(Root(record=two.id, stems_from=one.id, of=one.origin), DAY)
        asked.append(msgspec.structs.replace(lie, origin="somebody-else"))
        bridge = [Root(record=new_id, stems_from=each.id, of=each.origin)
                  for new_id, each in (("third", one), ("third", two))]  # fmt: skip
        asked += [written(each, DAY) for each in bridge]
        assert said("report-danger-sources", known(*asked)) == "fires"

    def test_the_warning_names_the_reports_it_rests_on(self) -> None:
        one, two, asked = self.both()
        found = next(
            each for each in look(BOOK, known(*asked))
            if each.problem == "mass-casualty" and each.about.id == HERE
        )  # fmt: skip
        assert found.level == "alert"
        ids = {each.indicator: set(each.statements) for each in found.firings}
        assert ids["report-danger-sources"] == {one.id, two.id}


class TestUnverified:
    def test_it_opens_a_watch_and_no_more_however_many(self) -> None:
        many = [report(reporter=f"r-{number}") for number in range(9)]
        asked = known(*many, *(placed(one, DAY) for one in many))
        assert said("report-attack-unverified", asked) == "fires"
        assert level(asked) == "watch"

    def test_rules_that_let_it_do_more_are_refused(self) -> None:
        pages = shipped_pages()
        name = "problems/mass-casualty.yml"
        page = pages[name]
        content = dict(page.content)
        levels = {key: dict(value) for key, value in content["levels"].items()}
        levels["alert"]["entry"] = {
            "text": {"fr": "x", "en": "x"}, "when": "report-attack-unverified",
        }  # fmt: skip
        content["levels"] = levels
        pages[name] = type(page)(**{**vars_of(page), "content": content})
        _, findings = read_rulebook(pages)
        assert any("nobody has verified" in str(one.problem) for one in findings)

    def test_a_rule_over_something_no_form_asks_is_refused(self) -> None:
        pages = shipped_pages()
        page = pages["indicators.yml"]
        indicators = dict(page.content["indicators"])
        indicators["report-attack"] = indicators["report-attack"] | {"events": ["atack_village"]}
        pages["indicators.yml"] = type(page)(
            **{**vars_of(page), "content": {"indicators": indicators}}
        )
        _, findings = read_rulebook(pages)
        assert [one.suggestion for one in findings] == ["attack_village"]


def vars_of(page: Any) -> dict[str, Any]:
    return {name: getattr(page, name) for name in page.__dataclass_fields__}


class TestBlind:
    def test_who_could_not_look_makes_it_unknown_never_quiet(self) -> None:
        one = week(DAY, threats="could_not_observe", armed_men="not_observed")
        asked = known(one, placed(one, DAY), verdict(one, DAY))
        assert said("report-threat", asked) == "unknown"
        assert said("report-threat", asked, NEXT) == "quiet"
        assert said("report-attack", asked) == "quiet"
        assert said("quiet-year", asked) == "fires"

    def test_where_nothing_could_be_observed_even_counts_say_nothing(self) -> None:
        one = week(DAY, threats="could_not_observe", armed_men="could_not_observe")
        asked = known(one, placed(one, DAY))  # unverified: it is believed when it says so
        assert said("report-attack", asked) == "unknown"
        assert said("quiet-year", asked) == "unknown"

    def test_somebody_else_who_looked_ends_the_doubt(self) -> None:
        one = week(DAY, threats="could_not_observe")
        two = week(DAY, "r-two", threats="not_observed")
        both = [one, two, placed(one, DAY), placed(two, DAY)]
        assert said("report-threat", known(*both)) == "quiet"
        assert said("report-threat", known(*both, verdict(two, DAY, "false"))) == "unknown"

    def test_what_was_not_asked_is_no_observation(self) -> None:
        one = week(DAY, threats="could_not_observe")
        two = week(DAY, "r-two", threats="not_asked")
        asked = known(one, two, placed(one, DAY), placed(two, DAY))
        assert said("report-threat", asked) == "unknown"


def test_an_area_without_any_counts_is_warned_of_all_the_same() -> None:
    one = report()
    asked = evidence_of(NOW, None, [one, placed(one, DAY, "XEX.dune"), verdict(one, DAY)])
    found = abouts_of(BOOK.problems["mass-casualty"], asked, NOW)
    assert [about.id for about in found] == ["XEX.dune"]
    assert level(asked, area="XEX.dune") == "elevated"


def test_three_hundred_sources_are_three_hundred() -> None:
    many = [report(reporter=f"r-{number}") for number in range(300)]
    asked = known(*many, *(placed(one, DAY) for one in many), *(verdict(o, DAY) for o in many))
    rule = BOOK.indicators["report-attack"]
    about = About(HERE, HERE, "XEX", Words(HERE, HERE))
    assert np.allclose(measure(rule, [about], asked).value, 300)
