"""`tocsin stix`, as a person types it."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tocsin.cli.main import app
from tocsin.sharing.stix.incidents import INCIDENT_CORE
from tocsin.sharing.stix.marking import TLP_IDS
from tocsin.workflow import record_keeping, standards

RUN = CliRunner()


def told(*words: str | Path, code: int = 0) -> str:
    result = RUN.invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result.output


def test_what_goes_out_is_known_when_it_comes_back(own_store: Path, tmp_path: Path) -> None:
    record_keeping.add_statement(
        {
            "kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
            "tlp": "AMBER", "body": {"name": "canary"},
        }
    )  # fmt: skip
    own, other = tmp_path / "own.json", tmp_path / "other.json"
    told("stix", "export", "--out", own)
    told("stix", "export", "--reader", "NORTH:peer", "--out", other)
    assert b"canary" in own.read_bytes()
    assert b"canary" not in other.read_bytes()
    counted = json.loads(told("stix", "import", own, "--json"))
    assert (counted["added"], counted["known"], counted["refused"]) == (0, 1, 0)


def test_red_is_refused_unless_this_node_was_named(own_store: Path, tmp_path: Path) -> None:
    red = {
        "type": "campaign", "spec_version": "2.1", "name": "x",
        "id": "campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2016-04-06T20:03:00.000Z", "modified": "2016-04-06T20:03:23.000Z",
        "object_marking_refs": [TLP_IDS["RED"]],
    }  # fmt: skip
    path = tmp_path / "red.json"
    path.write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": [red]}))
    assert "TLP:RED" in told("stix", "check", path, code=1)
    told("stix", "import", path, code=1)
    assert record_keeping.view().count("stix_object") == 0
    assert json.loads(told("stix", "import", path, "--named", "--json"))["added"] == 1
    assert json.loads(told("stix", "import", path, "--named", "--json"))["known"] == 1
    assert record_keeping.view("NORTH").count("stix_object") == 0


def test_what_incidents_of_others_say_is_listed(own_store: Path, tmp_path: Path) -> None:
    said = {"extension_type": "property-extension", "determination": "suspected",
            "investigation_status": "open", "events": [],
            "impacted_entity_counts": {"individual": 4}}  # fmt: skip
    incident = {
        "type": "incident", "spec_version": "2.1", "name": "invented",
        "id": "incident--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2016-04-06T20:03:00.000Z", "modified": "2016-04-06T20:03:23.000Z",
        "extensions": {INCIDENT_CORE: said},
    }  # fmt: skip
    path = tmp_path / "incident.json"
    path.write_text(json.dumps(incident))
    told("stix", "import", path)
    lines = told("stix", "show", "--type", "incident")
    for words in ("TLP:AMBER+STRICT", "invented", "suspected, open, individual 4", "events"):
        assert words in lines
    assert told("stix", "show", "--type", "campaign") == ""
    assert json.loads(told("stix", "show", "--reader", "NORTH:peer", "--json")) == []


def test_an_observable_has_no_date_and_is_still_the_same_the_next_day(
    own_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file.json"
    path.write_text(json.dumps({
        "type": "file", "spec_version": "2.1", "name": "x",
        "id": "file--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    }))  # fmt: skip
    assert json.loads(told("stix", "import", path, "--json"))["added"] == 1

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(days=1)

    monkeypatch.setattr(standards, "datetime", Later)
    counted = json.loads(told("stix", "import", path, "--json"))
    assert (counted["added"], counted["known"]) == (0, 1)
    path.write_text(path.read_text().replace('"x"', '"y"'))
    assert json.loads(told("stix", "import", path, "--json"))["added"] == 1
