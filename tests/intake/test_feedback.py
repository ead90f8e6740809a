"""Who reports hears what became of it: once, briefly, by the way it came, and nobody sees whom."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.intake.field import (
    GATEWAY,
    OTHER_PHONE,
    PHONE,
    answered,
    letters,
    run,
    send,
    verify,
)

from tocsin.errors import SettingsError, UnknownName, UsageError
from tocsin.sharing.answers import answer_words, code_of
from tocsin.sharing.channels import Channel, parse_channels
from tocsin.sharing.letters import Letter
from tocsin.sharing.transport import Sent
from tocsin.tables.kinds.answers import STAGES
from tocsin.warning.messages import SMS, gsm
from tocsin.workflow import answering, verifying

TOLD = "I,D0111,LOld Ford,TAV,K5,SS"


@pytest.fixture
def gateway(own_store: Path) -> Path:
    own_store.mkdir()
    (own_store / "channels.yml").write_text(GATEWAY)
    return own_store


class TestAnswers:
    def test_each_step_is_told_once_by_the_way_it_came(self, gateway: Path, tmp_path: Path) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        run("reports", "answer")
        run("reports", "answer")
        assert [one.splitlines()[0] for one in letters(gateway)] == ["To: +15550100199"]
        assert code_of(name) in letters(gateway)[0]
        verify(name)
        run("reports", "answer", name)
        run("reports", "answer", name)
        run("reports", "close", name, "kept_on_record")
        run("reports", "answer")
        run("reports", "answer")
        assert len(letters(gateway)) == 3
        assert answered("reports", "show", name)["told"] == ["received", "verified", "closed"]

    def test_the_watch_answers_by_itself(self, gateway: Path, tmp_path: Path) -> None:
        send(tmp_path, (PHONE, TOLD))
        told = run("watch").stdout
        assert len(letters(gateway)) == 1
        assert "5550100" not in told
        run("watch", "--at", "2026-01-31", "--send")
        assert len(letters(gateway)) == 1

    def test_a_step_that_was_overtaken_is_not_told(self, gateway: Path, tmp_path: Path) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        verify(name, "false", "E5")
        run("reports", "answer")
        assert answered("reports", "show", name)["told"] == ["not_confirmed"]
        assert "false" not in letters(gateway)[0]

    def test_who_cannot_be_reached_looks_it_up_by_the_receipt(
        self, gateway: Path, tmp_path: Path
    ) -> None:
        name = send(tmp_path, ("m-1", TOLD))[0]["id"]
        run("reports", "answer")
        assert letters(gateway) == []
        assert "received" in run("reports", "lookup", code_of(name), "--lang", "en").stdout
        verify(name)
        run("reports", "answer")
        found = answered("reports", "lookup", code_of(name).lower())
        assert [one["stage"] for one in found] == ["verified", "received"]
        with pytest.raises(UnknownName):
            run("reports", "lookup", "AAAA-AAAA")

    def test_each_is_answered_in_their_language(self, gateway: Path, tmp_path: Path) -> None:
        send(tmp_path, (PHONE, TOLD), (OTHER_PHONE, TOLD))
        handles = [one["handle"] for one in answered("contacts", "list")]
        run("contacts", "language", handles[0], "fr")
        run("contacts", "language", handles[1], "en")
        run("reports", "answer")
        assert sorted("merci" in one for one in letters(gateway)) == [False, True]

    def test_words_of_ones_own_are_one_message_without_a_number(
        self, gateway: Path, tmp_path: Path
    ) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        run("reports", "answer", name, "--text", "which day was it?")
        run("reports", "answer", name, "--text", "which day was it?")
        assert [one for one in letters(gateway) if "which day" in one]
        assert len(letters(gateway)) == 1
        with pytest.raises(UsageError, match="at most 160"):
            run("reports", "answer", name, "--text", "x" * 200)
        with pytest.raises(UsageError, match="telephone number"):
            run("reports", "answer", name, "--text", f"call {PHONE}")

    def test_without_a_channel_it_stays_owed(self, own_store: Path, tmp_path: Path) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        assert "5550100" not in run("reports", "answer", code=3).output
        assert answered("reports", "show", name)["told"] == []
        (own_store / "channels.yml").write_text(GATEWAY)
        run("reports", "answer")
        assert len(letters(own_store)) == 1

    def test_what_fails_is_tried_again_later_and_what_died_at_once(
        self, gateway: Path, tmp_path: Path
    ) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        posted: list[str] = []

        def dies(desk: object, channel: object, message: str, letter: object) -> Sent:
            raise KeyboardInterrupt

        def fails(desk: object, channel: object, message: str, letter: object) -> Sent:
            posted.append(message)
            return Sent("failed", 1, "failed 503")

        with pytest.raises(KeyboardInterrupt):
            answering.answer_due(post=dies)
        answering.answer_due(post=fails)
        answering.answer_due(post=fails)
        assert len(posted) == 1
        history = answered("reports", "show", name)["history"]
        assert [one["why"].split(":")[0] for one in history] == ["sms intended", "sms failed"]

    def test_who_wrote_by_mail_is_answered_by_mail(self, gateway: Path, tmp_path: Path) -> None:
        (gateway / "channels.yml").write_text(
            "sender: cell@cell.example\n"
            "servers: {post: {host: localhost, port: 2525, tls: none}}\n"
            'channels: {letters: {kind: mail, server: post, to: "{number}"}}\n'
            "reporters: {mail: letters}\n"
        )
        send(tmp_path, ("relay@ford.example", TOLD))
        sent: list[tuple[str, str]] = []

        def posts(desk: object, channel: Channel, message: str, letter: Letter) -> Sent:
            sent.append((channel.to, letter.text))
            return Sent("sent", 1)

        done = answering.answer_due(post=posts)
        assert [to for to, _ in sent] == ["relay@ford.example"]
        assert "received" in sent[0][1]
        assert "ford.example" not in json.dumps(done.answers)
        assert answered("channels", "test") == []

    def test_the_inbox_says_what_is_owed(self, gateway: Path, tmp_path: Path) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        first = answered("inbox")["waiting"]
        assert [one["task"] for one in first] == ["triage"]
        assert 118 <= first[0]["minutes_left"] <= 120
        verify(name)
        owed = answered("inbox")["waiting"]
        assert [(one["task"], one["tell"]) for one in owed] == [("answer", "verified")]
        assert "24 h" in run("inbox").stdout or "23 h" in run("inbox").stdout
        run("reports", "answer")
        assert [one["task"] for one in answered("inbox")["waiting"]] == ["close"]

    def test_closing_without_an_answer_needs_its_reason(
        self, gateway: Path, tmp_path: Path
    ) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        run("reports", "answer")
        verify(name)
        with pytest.raises(UsageError, match="has not been told"):
            run("reports", "close", name, "not_used")
        run("reports", "close", name, "not_used", "--note", "the number is no longer his")
        run("reports", "answer")
        assert len(letters(gateway)) == 1
        assert answered("inbox")["waiting"] == []

    def test_an_inbox_of_the_past_knows_nothing_of_later(
        self, gateway: Path, tmp_path: Path
    ) -> None:
        send(tmp_path, (PHONE, TOLD))
        assert verifying.inbox(at="2026-01-31")["waiting"] == []

    def test_another_organisation_sees_no_answer(self, gateway: Path, tmp_path: Path) -> None:
        name = send(tmp_path, (PHONE, TOLD))[0]["id"]
        before = run("inbox", "--json", "--reader", "elsewhere").stdout
        run("reports", "answer")
        verify(name)
        assert run("inbox", "--json", "--reader", "elsewhere").stdout == before
        found = run("ledger", "show", "--kind", "report_answer", "--reader", "elsewhere", "--json")
        assert json.loads(found.stdout) == []


class TestWords:
    @pytest.mark.parametrize("stage", [one for one in STAGES if one != "note"])
    def test_every_answer_is_one_message_of_a_telephone(self, stage: str) -> None:
        words = answer_words(stage, "VK7J-E6FM")
        for said in (words.fr, words.en):
            assert len(said) <= SMS
            assert gsm(said) == said
            assert "?" not in said
        assert words.fr != words.en

    @given(st.text(max_size=300))
    def test_own_words_fit_or_are_refused(self, said: str) -> None:
        try:
            assert len(answer_words("note", "VK7J-E6FM", said).en) <= SMS
        except UsageError:
            assert len(said) > 100 or not said.strip()


class TestChannels:
    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            ("channels: {a: {kind: drop, folder: x}}\nreporters: {sms: a}", "no `to`"),
            ("channels: {a: {kind: drop, folder: x, to: '{number}'}}\nroles: {duty-officer: [a]}",
             "for reporters alone"),
            ("reporters: {pigeon: a}", "not a list of channels"),
        ],
    )  # fmt: skip
    def test_a_list_that_would_write_to_nobody_is_refused(self, content: str, problem: str) -> None:
        with pytest.raises(SettingsError, match=problem):
            parse_channels(content.encode())
