"""What the description promises is what the API does: every address, by examples made from it.

A list that is empty keeps any promise, so the store holds the public record of Mali and a forecast
of invented counts.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import polars as pl
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from litestar.testing import TestClient
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.forecasting.conftest import hold, season, types
from tests.web.conftest import UNLIMITED

from tocsin.lake.node import name_node
from tocsin.web.api.describing import description
from tocsin.web.api.routes import ENDPOINTS, ROOT
from tocsin.web.app import make_app
from tocsin.workflow import issuing, linking, record_keeping, record_reading, scorecards
from tocsin.workflow.letting_in import create_token

EXAMPLES = 10  # of each address
EMPTY = ("reports", "warnings", "scorecard")  # in this store: other tests fill them


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, dict[str, str]]:
    """A store, an application over it, and headers that let in.

    It holds the public record of Mali and a forecast of invented counts.
    """
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("described")
        patch.setenv("TOCSIN_HOME", str(home))
        patch.delenv("TOCSIN_LEDGER", raising=False)
        name_node(home, "node-x")
        record_reading.load_dossier("mali")
        own = record_keeping.add_statement(
            {"kind": "alias", "subject": "actor:zed", "known_at": "2023-07", "source": "invented",
             "body": {"name": "Zed"}}
        ).ids[0]  # fmt: skip
        for one in (own, record_keeping.view().statements("claim", limit=1)[0].id):
            linking.tag(one, routes=["R 4"])
        counts = types({"MLI": season(114, 40), "BFA": season(114, 9, 2), "NER": [0] * 114})
        hold(home, counts, "2024-06-20")
        issuing.run_forecast(
            as_of="2024-07-01", draws=50, horizons="1-3", model="last", target="ged_all",
            despite="a test",
        )  # fmt: skip
        scorecards.responses("2023-01", "2023-12", home / "out", langs=("en",))
        secret, _ = create_token(role="analyst")
        return home, make_app(UNLIMITED), {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def api(made: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The application and the headers, in a test that reads that store."""
    monkeypatch.setenv("TOCSIN_HOME", str(made[0]))
    monkeypatch.delenv("TOCSIN_LEDGER", raising=False)
    return made[1:]


def operations() -> list[str]:
    """The path of every address, as described."""
    return list(description()["paths"])


@pytest.fixture(scope="module")
def schema(made: Any) -> Any:
    """The description, as a program reads it."""
    return schemathesis.openapi.from_asgi(f"{ROOT}/openapi.json", made[1])


@pytest.mark.parametrize("path", operations())
def test_answers_keep_to_their_description(api: Any, schema: Any, path: str) -> None:
    """Status, type, schema and headers of answers to what is asked well and badly; no 500.

    One check is left out: that whatever fits the schema is accepted. 2023-72 fits the pattern of
    a date, and a day of the next century is one; both are refused.
    """

    @given(case=schema[path]["GET"].as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def run(case: Any) -> None:
        case.call_and_validate(headers=api[1], excluded_checks=[positive_data_acceptance])

    run()


@pytest.mark.parametrize("path", operations())
def test_what_makes_no_sense_is_refused(api: Any, schema: Any, path: str) -> None:
    """Examples that the description rules out are refused, and as it says."""
    mode = schemathesis.GenerationMode.NEGATIVE

    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    @settings(max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    def run(case: Any) -> None:
        case.call_and_validate(headers=api[1])

    run()


@pytest.mark.parametrize("path", operations())
def test_whole_answers_keep_to_their_schema(api: Any, path: str) -> None:
    """Each address asked as a user would, with the schema alone as the judge."""
    app, headers = api
    told = description()
    asked = re.sub(r"\{\w+\}", "x", path)
    for name, one in (("actors/{name}", "actors/CMA"), ("cases/{name}", "cases/moura")):
        if path.endswith(name):
            asked = f"{ROOT}/{one}"
    needed = {
        each["name"]: each["example"]
        for each in told["paths"][path]["get"]["parameters"]
        if each["in"] == "query" and each.get("required")
    }
    with TestClient(app) as client:
        if "{issue}" in path:
            held = client.get(f"{ROOT}/forecasts", headers=headers).json()["items"]
            asked = f"{ROOT}/forecasts/{held[0]['issue']}/country/ged_all"
        for end, key in (("statements/{id}", "id"), ("scorecards/{name}", "name")):
            if path.endswith(end):
                where = f"{ROOT}/{end.partition('/')[0]}"
                held = client.get(where, headers=headers).json()["items"]
                asked = f"{where}/{held[0][key]}"
        answer = client.get(asked, params=needed | {}, headers=headers)
    answered = told["paths"][path]["get"]["responses"][str(answer.status_code)]
    kind = answer.headers["content-type"].partition(";")[0]
    shape = answered["content"][kind]["schema"] | {"components": told["components"]}
    jsonschema.Draft202012Validator(shape).validate(answer.json())
    assert answer.status_code in (200, 404)
    assert answer.status_code == 200 or path.endswith("warnings/{name}")
    if path.rpartition("/")[2] not in EMPTY and "items" in answer.json():
        assert answer.json()["items"]


def test_the_committed_description_is_what_the_server_gives(api: Any) -> None:
    app, _ = api
    committed = json.loads(
        (Path(__file__).resolve().parents[3] / "docs" / "reference" / "openapi.json").read_text(
            "utf-8"
        )
    )
    with TestClient(app) as client:
        assert client.get(f"{ROOT}/openapi.json").json() == committed, "run `make docs`"


def test_every_address_is_described_and_every_described_one_is_served(api: Any) -> None:
    app, headers = api
    assert {f"{ROOT}{one.path}".replace(":str", "") for one in ENDPOINTS} == set(operations())
    with TestClient(app) as client:
        for path in operations():
            asked = re.sub(r"\{\w+\}", "x", path)
            assert client.get(asked, headers=headers).status_code in (200, 400, 404), path
            assert client.get(asked).status_code == 401, path


def test_a_forecast_is_told_as_quantiles_and_as_its_draws(api: Any) -> None:
    app, headers = api
    with TestClient(app) as client:
        issue = client.get(f"{ROOT}/forecasts", headers=headers).json()["items"][0]
        path = f"{ROOT}/forecasts/{issue['issue']}/country/ged_all"
        asked = {"levels": "0.5,0.9", "unit": "MLI,BFA", "limit": "4"}
        page = client.get(path, params=asked, headers=headers).json()
        assert [one["unit_id"] for one in page["items"]] == ["BFA"] * 3 + ["MLI"]
        rest = client.get(path, params=asked | {"after": page["next"]}, headers=headers).json()
        assert (len(rest["items"]), rest["next"]) == (2, None)
        accept = {"Accept": "application/vnd.apache.parquet"}
        file = client.get(path, params={"unit": "MLI"}, headers=headers | accept)
        same = client.get(path, params={"unit": "MLI", "format": "parquet"}, headers=headers)
        early = client.get(path, params={"as_of": "2023"}, headers=headers)
    assert (file.content, file.headers["etag"]) == (same.content, same.headers["etag"])
    assert file.headers["content-type"] == accept["Accept"]
    draws = pl.read_parquet(io.BytesIO(file.content)).filter(pl.col("horizon") == 1)
    samples = draws["samples"].to_numpy()[0]
    first = page["items"][3]
    assert first["quantiles"] == {
        "0.5": pytest.approx(np.quantile(samples, 0.5)),
        "0.9": pytest.approx(np.quantile(samples, 0.9)),
    }
    assert first["mean"] == pytest.approx(samples.mean())
    assert early.status_code == 404, "it had not been issued yet"
