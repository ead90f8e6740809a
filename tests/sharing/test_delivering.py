"""What leaves the house: once each, whatever dies; withheld where it must; told in the ledger."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.warning.conftest import HERE, alert, at, hours
from tests.warning.test_loop import BOOK, MINISTER, OFFICER, ZERO, contents, counts, standing

from tocsin.policy import Reader
from tocsin.sharing.channels import Secrets, parse_channels
from tocsin.sharing.posting import Desk, post
from tocsin.warning import steps
from tocsin.warning.explaining import deliveries
from tocsin.warning.steps import Author
from tocsin.workflow.delivering import deliver
from tocsin.workflow.watchkeeping import make_pass, read_standings

AUTHORITY = Author("cell", "release-authority")
PASSWORD = "correct horse"


@dataclass
class House:
    """A node with its channels: a mail server with TLS, a webhook and a folder."""

    desk: Desk
    post: object
    hook: object
    folder: Path

    def run(self, ledger, clock, now: datetime, sender=post, book=BOOK):
        """A pass and its deliveries."""
        clock.now = now
        make_pass(ledger, now, counts(ZERO), book)
        return self.deliver(ledger, now, sender)

    def deliver(self, ledger, now: datetime, sender=post):
        return deliver(ledger, self.desk, BOOK.clocks, now, lambda content: content, post=sender)

    @property
    def dropped(self) -> list[str]:
        return sorted(each.name for each in self.folder.glob("*")) if self.folder.exists() else []


@pytest.fixture
def new_house(new_post, new_hook, authority, tmp_path: Path):
    def make(name: str = "house") -> House:
        server, hook = new_post("start"), new_hook()
        listed = f"""
sender: watch@cell.example
servers:
  post: {{host: 127.0.0.1, port: {server.port}, user: watch, password: "vault:post",
          authorities: "{authority.certificate}"}}
channels:
  duty: {{kind: mail, server: post, to: duty@cell.example}}
  chief: {{kind: mail, server: post, to: chief@cell.example, lang: en}}
  ops: {{kind: webhook, url: "{hook.url}", secret: "vault:ops"}}
  folder: {{kind: drop, folder: out, form: cap}}
roles:
  duty-officer: [duty, ops, folder]
  analyst-in-charge: [duty]
  decision-maker: [chief]
  head-of-organisation: [chief]
"""
        home = tmp_path / name
        home.mkdir()
        held = {"channel:post": PASSWORD.encode(), "channel:ops": b"shared"}
        desk = Desk(parse_channels(listed.encode()), Secrets(held.get, {}), home)
        return House(desk, server, hook, home / "out")

    return make


@pytest.fixture
def house(new_house) -> House:
    return new_house()


def warn(ledger) -> None:
    """Two sources say that an attack is coming."""
    ledger.append([alert(ZERO, source="elders-1"), alert(ZERO, source="elders-2")])


def sent(ledger, now: datetime):
    return deliveries(standing(ledger, now))


def outcomes(ledger, now: datetime) -> set[tuple[str, str, str]]:
    return {(each["role"], each["to"], each["outcome"]) for each in sent(ledger, now)}


START = ZERO + timedelta(minutes=5)


def test_a_warning_reaches_its_roles_by_every_channel_once(house, ledger, clock) -> None:
    warn(ledger)
    house.run(ledger, clock, START)
    for minute in (6, 10, 15, 30):
        house.run(ledger, clock, ZERO + timedelta(minutes=minute))
    assert outcomes(ledger, START + hours(1)) == {
        ("duty-officer", "duty", "sent"),
        ("duty-officer", "ops", "sent"),
        ("duty-officer", "folder", "sent"),
        ("decision-maker", "chief", "sent"),
    }
    assert len(house.post.to("duty@cell.example")) == 1
    assert len(house.post.to("chief@cell.example")) == 1
    assert "imminent" in str(house.post.to("chief@cell.example")[0]["Subject"])
    told = json.loads(house.hook.got[0][0])["warnings"]
    assert told[0]["id"].startswith("mass-casualty/")
    assert all(each.endswith(".xml") for each in house.dropped)
    for one in standing(ledger, START + hours(1)).steps["delivery"]:
        assert one.signature
        assert one.rel_to == ()
        assert "cell.example" not in json.dumps(one.body.detail + one.body.to)


def test_an_escalation_goes_to_the_next_role_and_not_after_an_answer(house, ledger, clock) -> None:
    warn(ledger)
    house.run(ledger, clock, START)
    house.run(ledger, clock, START + hours(1))
    mails = house.post.to("duty@cell.example")
    assert len(mails) == 2
    assert "SANS RÉPONSE" in str(mails[1]["Subject"])
    assert "analyst-in-charge" in mails[1].get_content()
    held = standing(ledger, START + hours(1.5))
    ledger.append([steps.decide(held, MINISTER, START + hours(1.5), "act", option="patrol")])
    house.run(ledger, clock, START + hours(9))
    assert len(house.post.to("duty@cell.example")) == 2
    assert len(house.post.to("chief@cell.example")) == 1


def test_an_answered_escalation_that_never_got_out_is_not_sent(house, ledger, clock) -> None:
    warn(ledger)
    house.run(ledger, clock, START)
    house.post.stop()
    house.run(ledger, clock, START + hours(1))
    held = standing(ledger, START + hours(1.2))
    ledger.append([steps.acknowledge(held, OFFICER, START + hours(1.2))])
    house.post.outages = 0
    restarted = house.deliver(ledger, START + hours(1.5))
    assert [each["outcome"] for each in restarted.messages] == []


def test_an_outage_is_tried_again_over_passes_and_arrives_once(
    house,
    new_post,
    ledger,
    clock,
) -> None:
    house.post.stop()
    warn(ledger)
    done = house.run(ledger, clock, START)
    failed = [each for each in done.messages if each["outcome"] == "failed"]
    assert {each["to"] for each in failed} == {"duty", "chief"}
    house.run(ledger, clock, START + timedelta(minutes=2))  # too early: nothing is tried
    assert {each["attempt"] for each in sent(ledger, START + hours(0.1))} == {1}
    house.run(ledger, clock, START + timedelta(minutes=5))
    new_post("start", post=house.post)
    house.run(ledger, clock, START + timedelta(minutes=10))  # the pause has doubled
    assert house.post.taken == []
    house.run(ledger, clock, START + timedelta(minutes=15))
    house.run(ledger, clock, START + timedelta(minutes=20))
    assert len(house.post.to("chief@cell.example")) == 1
    mine = next(each for each in sent(ledger, START + hours(1)) if each["to"] == "chief")
    assert (mine["outcome"], mine["attempt"]) == ("sent", 3)


def test_a_bounce_is_written_and_final(house, ledger, clock) -> None:
    house.post.refuse = "chief@cell.example"
    warn(ledger)
    house.run(ledger, clock, START)
    house.run(ledger, clock, START + timedelta(minutes=50))
    bounced = [each for each in sent(ledger, START + hours(1)) if each["to"] == "chief"]
    assert [(each["outcome"], each["attempt"], each["detail"]) for each in bounced] == [
        ("bounced", 1, "bounced 550")
    ]


class Killed(BaseException):
    """The process dies."""


def dies(when: str):
    """A post that dies before or after the letter has left."""

    def posting(desk, channel, message, letter):
        if when == "after":
            post(desk, channel, message, letter)
        raise Killed

    return posting


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_node_that_dies_while_sending_sends_again_under_the_same_name(
    house,
    ledger,
    clock,
    when,
) -> None:
    warn(ledger)
    for _ in range(3):
        with pytest.raises(Killed):
            house.run(ledger, clock, START, dies(when))
    house.run(ledger, clock, START)
    house.run(ledger, clock, START + timedelta(minutes=10))
    assert {each["outcome"] for each in sent(ledger, START + hours(1))} == {"sent"}
    assert {each["attempt"] for each in sent(ledger, START + hours(1))} == {1}
    for address in ("duty@cell.example", "chief@cell.example"):
        assert len({mail["Message-ID"] for mail in house.post.to(address)}) == 1
    assert len(house.hook.messages) == 1


def test_a_held_text_goes_nowhere_until_it_is_released(house, ledger, clock) -> None:
    warn(ledger)
    clock.now = START
    make_pass(ledger, START, counts(ZERO), BOOK)
    held = standing(ledger, START)
    ledger.append([steps.hold(held, AUTHORITY, START, True, "talks under way")])
    done = house.run(ledger, clock, START + timedelta(minutes=5))
    assert not [each for each in done.messages if NAME in each["warnings"]]
    assert {each["why"] for each in done.withheld if each["warning"] == NAME} == {"held"}
    assert not [mail for mail in house.post.mails if "Aber" in mail.get_content()]
    before = len(standing(ledger, START + hours(1)).steps["delivery"])
    house.run(ledger, clock, START + timedelta(minutes=10))
    assert len(standing(ledger, START + hours(1)).steps["delivery"]) == before, "said once"
    held = standing(ledger, START + hours(0.2))
    assert held.body.firings
    outsider = read_standings(ledger, Reader("other", "peer"), START + hours(1))
    assert held.subject not in outsider
    ledger.append([steps.hold(held, AUTHORITY, START + hours(0.5), False, "talks over")])
    house.run(ledger, clock, START + hours(0.6))
    assert {outcome for _, _, outcome in outcomes(ledger, START + hours(1))} == {"sent"}


NAME = f"mass-casualty/{HERE}/2020-02-13"


def test_a_silence_raises_nothing_new_until_it_ends(house, ledger, clock) -> None:
    analyst = Author("cell", "analyst")
    quiet = steps.silence(analyst, ZERO, "2020-02-14", "exercise of the army", area="XEX")
    ledger.append([quiet])
    warn(ledger)
    unheard: list[str] = []
    clock.now = START
    make_pass(
        ledger, START, counts(ZERO), BOOK,
        on_silenced=lambda each: unheard.append(f"{each.problem}/{each.about.id}"),
    )  # fmt: skip
    assert f"mass-casualty/{HERE}" in unheard
    assert not read_standings(ledger, Reader("cell"), START)
    house.run(ledger, clock, at("2020-02-14T23:00"))
    assert not house.post.taken
    house.run(ledger, clock, at("2020-02-15T00:10"))
    assert house.post.taken
    found = read_standings(ledger, Reader("cell"), None)
    assert any(one.body.about == HERE for one in found.values())


def test_a_silence_on_an_open_warning_withholds_its_escalations(house, ledger, clock) -> None:
    warn(ledger)
    house.run(ledger, clock, START)
    mails = len(house.post.taken)
    analyst = Author("cell", "analyst")
    ledger.append([steps.silence(analyst, START, "2020-02-13", "known", area=HERE)])
    house.run(ledger, clock, START + hours(1))
    assert standing(ledger, START + hours(2)).steps["escalation"], "clocks run on"
    assert len(house.post.taken) == mails
    why = {each["detail"] for each in sent(ledger, START + hours(2))} - {""}
    assert why == {"silenced"}
    lifted = steps.silence(analyst, START + hours(2), "2020-02-12", "over", area=HERE)
    ledger.append([lifted])
    house.run(ledger, clock, START + hours(2))
    assert len(house.post.taken) > mails


def test_warnings_of_a_country_leave_in_one_message(house, ledger, clock) -> None:
    warn(ledger)
    ledger.append([alert(ZERO, area="XEX.brin", source=f"relay-{each}") for each in (1, 2)])
    house.run(ledger, clock, START)
    found = read_standings(ledger, Reader("cell"), START)
    told = {one.id for one in found.values() if not one.body.covered_by}
    assert len(told) > 1
    (mail,) = house.post.to("duty@cell.example")
    for name in told:
        assert name in mail.get_content()
    assert f"{len(told)} alertes" in str(mail["Subject"])


def test_the_end_is_told_to_those_who_were_told_of_the_beginning(house, ledger, clock) -> None:
    warn(ledger)
    house.run(ledger, clock, START)
    held = standing(ledger, START)
    ledger.append([steps.decide(held, MINISTER, START + hours(0.5), "act")])
    ledger.append([steps.dissent(held, Author("cell", "analyst"), START, "Calme au marché.")])
    held = standing(ledger, START + hours(0.6))
    ledger.append([steps.close(held, MINISTER, START + hours(0.6), "averted")])
    house.run(ledger, clock, START + hours(0.7))
    ends = [mail for mail in house.post.mails if "FIN" in str(mail["Subject"])]
    assert [mail["To"] for mail in ends] == ["duty@cell.example"]
    assert "Calme au marché." in ends[0].get_content()
    assert any("END" in str(mail["Subject"]) for mail in house.post.to("chief@cell.example"))


@pytest.mark.slow
def test_a_week_with_a_crash_every_hour_sends_the_same(
    new_house,
    new_ledger,
    clock,
) -> None:
    """Every hour the stormy node dies while it reads, writes or sends; the ledgers are the same."""
    calm, stormy = new_ledger("calm"), new_ledger("stormy")
    here, there = new_house("calm"), new_house("stormy")
    script = {
        0: [alert(ZERO, source="elders-1")],
        20: [alert(ZERO + hours(20), source="elders-2")],
        90: [alert(ZERO + hours(90), source="elders-3")],
    }
    deaths = {"reading": 0, "writing": 0, "sending": 0}
    for hour in range(24 * 7):
        now = ZERO + hours(hour)
        clock.now = now
        for one in (calm, stormy):
            one.append(script.get(hour, []))
            if hour == 70:
                one.append([steps.acknowledge(standing(one, now), OFFICER, now)])
            if hour == 120:
                one.append([steps.decide(standing(one, now), MINISTER, now, "monitor")])
        here.run(calm, clock, now, book=SMALL)
        for way in killed(there, stormy, clock, now, hour):
            deaths[way] += 1
        there.run(stormy, clock, now + timedelta(minutes=3), book=SMALL)
    assert deaths["reading"] == 24 * 7
    assert deaths["writing"] > 20
    assert deaths["sending"] > 5
    assert contents(calm) == contents(stormy)
    kinds = [kind for _, kind, _, _ in contents(calm)]
    assert kinds.count("delivery") > 30
    for address in ("duty@cell.example", "chief@cell.example"):
        names = [{mail["Message-ID"] for mail in each.post.to(address)} for each in (here, there)]
        assert names[0] == names[1]
    assert here.hook.messages == there.hook.messages
    assert here.dropped == there.dropped


SMALL = replace(BOOK, problems={"mass-casualty": BOOK.problems["mass-casualty"]})


def killed(house: House, ledger, clock, now: datetime, hour: int) -> Iterator[str]:
    """Passes that die: one while it reads; then, while there is something to do, each other way."""
    with pytest.raises(Killed):
        house.run(Mortal(ledger, views=hour % 4), clock, now, book=SMALL)
    yield "reading"
    for way, mortal, sender in (
        ("writing", Mortal(ledger, writings=0), post),
        ("sending", ledger, dies("before")),
        ("writing", Mortal(ledger, writings=0, after=True), post),
        ("sending", ledger, dies("after")),
        ("writing", Mortal(ledger, writings=1), post),
        ("sending", ledger, dies("after")),
    ):
        try:
            house.run(mortal, clock, now, sender, SMALL)
        except Killed:
            yield way
        else:
            return


class Mortal:
    """A ledger whose process dies at a writing, before or after it, or at a reading."""

    def __init__(self, ledger, writings: int = 99, after: bool = False, views: int = 99):
        self._ledger, self._writings, self._after, self._views = ledger, writings, after, views

    def __getattr__(self, name: str):
        return getattr(self._ledger, name)

    def view(self, *given, **named):
        self._views -= 1
        if self._views < 0:
            raise Killed
        return self._ledger.view(*given, **named)

    def append(self, statements):
        self._writings -= 1
        if self._writings < 0 and not self._after:
            raise Killed
        done = self._ledger.append(statements)
        if self._writings < 0:
            raise Killed
        return done


def test_while_one_round_is_sending_another_leaves_it_alone(own_store: Path) -> None:
    from filelock import FileLock

    from tocsin.workflow.delivering import deliver_due

    own_store.mkdir(parents=True, exist_ok=True)
    (own_store / "channels.yml").write_text("channels: {}\n", encoding="utf-8")
    with FileLock(own_store / "delivering.lock"):
        assert deliver_due().open is None
    assert deliver_due().open == 0


def test_another_organisation_is_sent_only_what_it_may_see(house, ledger, clock) -> None:
    """The rules' warnings are for the house: a partner is sent none, and the ledger says so."""
    listed = """
channels:
  partner: {kind: drop, folder: partner, reader: ecowas}
roles:
  duty-officer: [partner]
"""
    house.desk = replace(house.desk, channels=parse_channels(listed.encode()))
    warn(ledger)
    done = house.run(ledger, clock, START)
    assert not done.messages
    assert {each["why"] for each in done.withheld} == {"not_releasable"}
    assert not (house.desk.home / "partner").exists()
    assert "decision-maker" in done.unreachable


def test_a_channel_without_its_secret_is_named_and_nothing_is_written(house, ledger, clock) -> None:
    house.desk = replace(house.desk, secrets=Secrets(lambda _: None, {}))
    warn(ledger)
    done = house.run(ledger, clock, START)
    assert {each.split(":")[0] for each in done.not_ready} == {"duty", "chief", "ops"}
    assert {each["to"] for each in done.messages} == {"folder"}
    assert {each["to"] for each in sent(ledger, START + hours(1))} == {"folder"}
