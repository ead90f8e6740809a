"""TAXII 2.1 as programs that know nothing of us speak it, against a server that runs."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cytaxii2.cytaxii2
import httpx
import pytest
from litestar.testing import TestClient
from taxii2client.v21 import Server, as_pages
from tests.web import test_serving
from tests.web.conftest import Make
from tests.web.test_serving import Start

from tocsin.web.taxii import COLLECTION, TYPE
from tocsin.workflow import feeds, record_keeping
from tocsin.workflow.letting_in import create_token

start = test_serving.start
OBJECTS = f"/taxii2/api/collections/{COLLECTION}/objects/"
CAMPAIGN = {
    "type": "campaign",
    "spec_version": "2.1",
    "id": "campaign--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
    "created": "2016-04-06T20:03:00.000Z",
    "modified": "2016-04-06T20:03:23.000Z",
    "name": "x",
}


def say(number: int, **fields: Any) -> None:
    """Write an alias of an invented actor."""
    record_keeping.add_statement(
        {
            "kind": "alias",
            "subject": "actor:zed",
            "known_at": "2023-07",
            "source": "invented",
            "tlp": "GREEN",
            "body": {"name": f"name {number}"},
        }
        | fields
    )


def names_in(objects: list[dict[str, Any]]) -> list[str]:
    return [one["abstract"] for one in objects if one["type"] == "note"]


def test_taxii2_client_discovers_pages_filters_adds_and_reads_status(
    node: Path, start: Start
) -> None:
    for number in range(12):
        say(number)
    secret, _ = create_token(role="analyst", scopes=("taxii",))
    address, _ = start()
    root = Server(f"{address}/taxii2/", user="any", password=secret).api_roots[0]
    (collection,) = root.collections
    pages = list(as_pages(collection.get_objects, per_request=5))
    found = [one for page in pages for one in page["objects"]]
    assert sorted(names_in(found)) == sorted(f"name {number}" for number in range(12))
    assert len({one["id"] for one in found}) == len(found)
    listed = collection.get_manifest(limit=1000)["objects"]
    assert [one["id"] for one in listed] == [one["id"] for one in found]
    dates = [one["date_added"] for one in listed]
    assert dates == sorted(set(dates))
    notes = collection.get_objects(type="note", limit=4)
    assert len(notes["objects"]) == 4
    assert notes["more"] is True
    later = collection.get_manifest(added_after=dates[-2])["objects"]
    assert [one["date_added"] for one in later] == dates[-1:]
    done = collection.add_objects({"objects": [CAMPAIGN, {"type": "no id"}]})
    assert (done.status, done.success_count, done.failure_count) == ("complete", 1, 1)
    done.refresh()
    assert done.total_count == 2
    assert collection.get_object(CAMPAIGN["id"])["objects"] == [CAMPAIGN]
    assert len(collection.object_versions(CAMPAIGN["id"])["versions"]) == 1


def test_cytaxii2_discovers_polls_and_sends(node: Path, start: Start) -> None:
    say(1)
    secret, _ = create_token(role="analyst")
    address, _ = start()
    client = cytaxii2.cytaxii2.cytaxii2(f"{address}/taxii2/", "any", secret, version=2.1)
    assert client.discovery_request()["status"]
    assert client.root_discovery()["status"]
    assert client.collection_request()["response"]["collections"][0]["id"] == COLLECTION
    polled = client.poll_request(collection_id=COLLECTION)
    assert names_in(polled["response"]["objects"]) == ["name 1"]
    sent = client.inbox_request(COLLECTION, json.dumps({"objects": [CAMPAIGN]}))
    assert sent["response"]["success_count"] == 1


def test_paging_while_others_write_loses_and_repeats_nothing(node: Path, start: Start) -> None:
    secret, _ = create_token(role="analyst")
    address, _ = start("--workers", "2")
    headers = {"Authorization": f"Bearer {secret}", "Accept": TYPE}
    found: list[dict[str, Any]] = []
    with ThreadPoolExecutor(1) as pool, httpx.Client(base_url=address, headers=headers) as client:
        writing = pool.submit(lambda: [say(number) for number in range(15)])
        after, still = "", True
        while still:
            still = not writing.done()
            while page := client.get(
                OBJECTS, params={"added_after": after, "limit": 3} if after else {"limit": 3}
            ):
                objects = page.json().get("objects", [])
                if not objects:
                    break
                found += objects
                after = page.headers["X-TAXII-Date-Added-Last"]
        writing.result()
    assert sorted(names_in(found)) == sorted(f"name {number}" for number in range(15))
    assert len({one["id"] for one in found}) == len(found)


def test_each_caller_sees_its_own(client: TestClient[Any], bearer: Make) -> None:
    say(1, tlp="CLEAR")
    before = client.get(OBJECTS, headers=bearer("peer", org="NORTH"))
    say(2, tlp="AMBER")
    say(3, tlp="AMBER", rel_to=["SOUTH"])
    after = client.get(OBJECTS, headers=bearer("peer", org="NORTH"))
    assert (after.content, after.headers) == (before.content, before.headers)
    south = client.get(OBJECTS, headers=bearer("peer", org="SOUTH")).json()["objects"]
    assert names_in(south) == ["name 1", "name 3"]


def test_what_is_no_taxii_request_is_told_in_taxii(client: TestClient[Any], bearer: Make) -> None:
    analyst = bearer("analyst")
    for path, more, status in (
        (OBJECTS, {"Accept": "text/html"}, 406),
        (f"{OBJECTS}?limit=0", {}, 400),
        (f"{OBJECTS}?added_after=yesterday", {}, 400),
        (f"{OBJECTS}?next=x", {}, 400),
        (OBJECTS.replace(COLLECTION, "other"), {}, 404),
        (f"{OBJECTS}campaign--none/", {}, 404),
        ("/taxii2/api/status/none/", {}, 404),
    ):
        answer = client.get(path, headers=analyst | more)
        assert (answer.status_code, answer.json()["http_status"]) == (status, str(status)), path
    assert client.get(OBJECTS).status_code == 401
    sent = {"content": json.dumps({"objects": [CAMPAIGN]})}
    assert client.post(OBJECTS, headers=analyst, **sent).status_code == 415
    typed = {"Content-Type": TYPE}
    assert client.post(OBJECTS, headers=bearer("peer") | typed, **sent).status_code == 403
    stranger = bearer("analyst", org="NORTH") | typed
    assert client.post(OBJECTS, headers=stranger, **sent).status_code == 400


@pytest.mark.parametrize("role", ["reporter", "administrator"])
def test_who_reads_no_records_reads_none_here(
    client: TestClient[Any], bearer: Make, role: str
) -> None:
    say(1, tlp="CLEAR")
    assert client.get(OBJECTS, headers=bearer(role)).status_code == 403


def test_the_fast_way_answers_as_the_route_does(
    client: TestClient[Any], bearer: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`match[version]=last` asks the route for the same."""
    for number in range(7):
        say(number)
    headers = bearer("analyst")
    assert client.get(OBJECTS, headers=headers).status_code == 200  # the route builds the feed
    after = ""
    for _ in range(20):
        asked = {"limit": "3"} | ({"added_after": after} if after else {})
        routed = client.get(OBJECTS, headers=headers, params=asked | {"match[version]": "last"})
        fast = client.get(OBJECTS, headers=headers, params=asked)
        assert fast.content == routed.content
        assert fast.headers == routed.headers
        if not routed.json().get("more"):
            break
        after = fast.headers["X-TAXII-Date-Added-Last"]
    monkeypatch.delattr(feeds, "page")  # without which the route can answer nothing
    assert client.get(OBJECTS, headers=headers).status_code == 200
    routed = client.get(OBJECTS, headers=headers, params={"match[version]": "last"})
    assert routed.status_code == 500


def test_the_fast_way_misses_nothing_that_was_just_written(
    client: TestClient[Any], bearer: Make
) -> None:
    headers = bearer("peer", org="NORTH")
    for number in range(5):
        say(number, tlp="CLEAR")
        for _ in range(2):
            found = client.get(OBJECTS, headers=headers).json()["objects"]
            assert f"name {number}" in names_in(found)


def test_every_page_is_in_the_read_log_and_stays_there(
    client: TestClient[Any], bearer: Make
) -> None:
    say(1, tlp="CLEAR")
    headers = bearer("peer", org="NORTH")
    first = client.get(OBJECTS, headers=headers)
    client.get(OBJECTS, headers=headers)
    client.get(f"{OBJECTS}?match[type]=note", headers=headers)
    client.get(OBJECTS.replace("objects", "manifest"), headers=headers)
    client.get(OBJECTS)  # nobody: nothing was served
    log = feeds.read_log()
    log.close()
    found = list(log.reads(org="NORTH"))
    assert [one.what for one in found] == ["objects", "objects", "objects", "manifest"]
    assert found[0][5:] == found[1][5:]
    assert found[0].served == len(first.json()["objects"])
    assert feeds.shown(found[0].last) == first.headers["X-TAXII-Date-Added-Last"]
    assert list(log.reads(since=found[-1].at + 1)) == []
    held = sqlite3.connect(log._path)
    for change in ("DELETE FROM reads", "UPDATE reads SET org = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            held.execute(change)


def test_the_fast_way_keeps_to_the_rates(node: Path, bearer: Make) -> None:
    from tocsin.web.app import make_app
    from tocsin.web.limits import Limits, Rate

    say(1)
    headers = bearer("analyst")
    with TestClient(make_app(Limits(by_token=Rate(3, 1), clock=lambda: 0.0))) as limited:
        statuses = [limited.get(OBJECTS, headers=headers).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 429, 429]
