"""Phones send filled forms: cut, repeated, with photos early, late and twice, and hostile ones."""

import base64
import contextlib
import json
import os
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient
from lxml import etree
from tests.web.conftest import Make
from typer.testing import CliRunner

from tocsin.cli import keeping
from tocsin.cli.main import app
from tocsin.errors import TocsinError, UnknownName, UnreadableFile
from tocsin.intake.instances import DEEPEST, media_key, parse_instance
from tocsin.intake.photos import bare
from tocsin.vault.media import RECEIVING
from tocsin.web import uploads
from tocsin.workflow import viewing
from tocsin.workflow.record_keeping import open_ledger, reader_named
from tocsin.workflow.safe_keeping import enrol_person
from tocsin.workflow.submitting import media_room

WHOLE = {
    "day_from": "2026-11-20", "place": "Old Ford", "event": "threat", "how_known": "told",
}  # fmt: skip


def filled(instance: str = "uuid:one", photo: str = "", **answers: str) -> bytes:
    said = WHOLE | answers
    parts = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    picture = f"<photo>{photo}</photo>" if photo else ""
    return (
        f'<data id="incident" version="2026.1"><start>2026-11-20T08:00:00.000+00:00</start>{parts}'
        f"{picture}<meta><instanceID>{instance}</instanceID></meta></data>"
    ).encode()


def jpeg(*segments: bytes) -> bytes:
    """A picture of no pixels: the parts are what matters here."""
    quant = b"\xff\xdb\x00\x43\x00" + bytes(64)
    return (
        b"\xff\xd8" + b"".join(segments) + quant + b"\xff\xda\x00\x02" + b"\x01\x02\xff\x00\xff\xd9"
    )


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


GPS = segment(
    0xE1,
    b"Exif\0\0MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0) + b"canary-gps 17.1N",
)
PHOTO = jpeg(segment(0xE0, b"JFIF\0\x01\x01\0\0\1\0\1\0\0"), GPS, segment(0xFE, b"canary-owner"))


def sent(xml: bytes, **files: bytes) -> dict[str, Any]:
    return {"xml_submission_file": ("form.xml", xml, "text/xml")} | {
        name: (f"{name}.jpg", content, "image/jpeg") for name, content in files.items()
    }


def held(kind: str) -> list[Any]:
    return open_ledger().view(reader_named(), None, None).statements(kind)


@pytest.fixture
def post(client: TestClient[Any], bearer: Make) -> Any:
    headers = bearer()

    def send(xml: bytes, **files: bytes) -> Any:
        return client.post("/openrosa/submission", headers=headers, files=sent(xml, **files))

    return send


def test_a_phone_finds_its_forms(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer()
    answer = client.get("/openrosa/formList", headers=headers)
    assert answer.headers["X-OpenRosa-Version"] == "1.0"
    assert answer.headers["content-type"].startswith("text/xml")
    space = {"x": "http://openrosa.org/xforms/xformsList"}
    listed = etree.fromstring(answer.content)
    assert listed.xpath("//x:formID/text()", namespaces=space) == ["incident", "situation"]
    assert listed.xpath("//x:version/text()", namespaces=space)[0] == "2026.1"
    address = listed.xpath("//x:downloadUrl/text()", namespaces=space)[0]
    form = client.get(address.replace("http://testserver.local", ""), headers=headers)
    from hashlib import md5

    hashed = listed.xpath("//x:hash/text()", namespaces=space)[0]
    assert hashed == f"md5:{md5(form.content).hexdigest()}"
    assert client.get("/openrosa/forms/nothing", headers=headers).status_code == 404


def test_a_phone_asks_first_and_is_challenged(client: TestClient[Any], bearer: Make) -> None:
    assert client.head("/openrosa/submission").headers["WWW-Authenticate"].startswith("Basic ")
    token = bearer()["Authorization"].removeprefix("Bearer ")
    pair = base64.b64encode(f"phone:{token}".encode()).decode()
    answer = client.head("/openrosa/submission", headers={"Authorization": f"Basic {pair}"})
    assert answer.status_code == 204
    assert int(answer.headers["X-OpenRosa-Accept-Content-Length"]) == uploads.LARGEST


def test_a_report_is_acknowledged_once(post: Any) -> None:
    assert [post(filled()).status_code for _ in range(3)] == [201, 202, 202]
    (report,) = held("report")
    assert report.body.way == "odk"
    assert report.body.reporter.startswith("r-")
    assert report.body.created.startswith("2026-11-20T08:00")


def test_what_is_wrong_is_told_by_question(post: Any) -> None:
    answer = post(filled(event="dragons", killed="many"))
    assert answer.status_code == 400
    assert "event: " in answer.text
    assert "killed: " in answer.text
    assert not held("report")


@pytest.mark.parametrize("order", ["before", "with", "after", "twice"])
def test_photos_come_in_any_order(post: Any, node: Path, order: str) -> None:
    xml = filled(photo="a.jpg")
    steps = {
        "before": [({"a": PHOTO}), {}],
        "with": [{"a": PHOTO}],
        "after": [{}, {"a": PHOTO}],
        "twice": [{"a": PHOTO}, {"a": PHOTO}],
    }[order]
    for files in steps:
        assert post(xml, **files).status_code in (201, 202)
    (report,) = held("report")
    (photo,) = held("report_media")
    assert report.body.media == (photo.body.key,)
    assert photo.body.instance == report.body.instance
    kept = media_room().content(photo.body.sha256)
    assert kept.startswith(b"\xff\xd8")
    assert b"canary" not in kept
    assert photo.body.stripped
    for path in (node / "media").rglob("*"):
        if path.is_file():
            assert b"canary" not in path.read_bytes()
            assert not path.name.endswith((".upload", ".part"))


def test_a_photo_that_the_form_does_not_name_is_not_kept(post: Any, node: Path) -> None:
    assert post(filled(), a=PHOTO).status_code == 201
    assert not held("report_media")


def test_a_photo_that_cannot_be_stripped_is_left_and_that_is_said(post: Any) -> None:
    answer = post(filled(photo="a.jpg"), a=b"GIF89a nothing of ours")
    assert answer.status_code == 201
    assert "neither a JPEG nor a PNG" in answer.text
    assert not held("report_media")


def test_a_submission_cut_at_any_byte_is_nothing_and_can_be_sent_again(
    client: TestClient[Any], bearer: Make, node: Path
) -> None:
    headers = bearer()
    request = client.build_request(
        "POST", "/openrosa/submission", files=sent(filled(photo="a.jpg"), a=PHOTO)
    )
    body = request.read()
    headers["Content-Type"] = request.headers["Content-Type"]
    for cut in [*range(0, len(body) - 4, 37), len(body) - 5]:
        answer = client.post("/openrosa/submission", headers=headers, content=body[:cut])
        assert answer.status_code == 400, cut
    assert not list((node / "media" / "arriving").glob("*.upload"))
    if (node / "ledger").exists():
        assert not held("report")
    assert client.post("/openrosa/submission", headers=headers, content=body).status_code == 201


def request_scope(headers: dict[str, str]) -> dict[str, Any]:
    """A submission as a server would hand it to the application, its length not stated."""
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/openrosa/submission", "raw_path": b"/openrosa/submission",
        "root_path": "", "query_string": b"", "client": ("127.0.0.1", 1), "server": ("x", 80),
        "headers": [(b"authorization", headers["Authorization"].encode()),
                    (b"content-type", b"multipart/form-data; boundary=b")],
    }  # fmt: skip


def test_two_gigabytes_are_refused_before_and_while_they_come(
    client: TestClient[Any], bearer: Make, node: Path
) -> None:
    headers = bearer() | {"Content-Type": "multipart/form-data; boundary=b"}
    stated = headers | {"Content-Length": str(2 * 1024**3)}
    assert client.post("/openrosa/submission", headers=stated, content=b"--b").status_code == 413
    given = [0]
    heard: list[Any] = []

    async def receive() -> dict[str, Any]:
        """A body of two gigabytes without a stated length, as a server would hand it on."""
        head = b'--b\r\nContent-Disposition: form-data; name="a"; filename="a.jpg"\r\n\r\n'
        piece = head if not given[0] else bytes(1_000_000)
        given[0] += len(piece)
        return {"type": "http.request", "body": piece, "more_body": given[0] < 2 * 1024**3}

    async def send(message: Any) -> None:
        heard.append(message)

    tracemalloc.start()
    anyio.run(client.app, request_scope(headers), receive, send)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert heard[0]["status"] == 413
    assert given[0] < 1.2 * uploads.LARGEST_FILE
    assert peak < 50_000_000
    assert not list((node / "media" / "arriving").glob("*.upload"))


BOMB = b"""<!DOCTYPE data [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><data id="incident"><place>&c;</place></data>"""
OUTSIDE = b"""<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<data id="incident"><place>&x;</place><meta><instanceID>u</instanceID></meta></data>"""
DEEP = b'<data id="incident">' + b"<g>" * 5000 + b"</g>" * 5000 + b"</data>"
WIDE = b'<data id="incident">' + b"<place/>" * 5000 + b"</data>"


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE, DEEP, WIDE, b"", b"<data", b"\xff\xfe\x00"])
def test_hostile_xml_is_refused(post: Any, xml: bytes) -> None:
    answer = post(xml)
    assert 400 <= answer.status_code < 500
    assert "root:" not in answer.text


def test_odd_clocks_digits_and_emoji_come_in_with_doubts(post: Any) -> None:
    assert post(filled("uuid:clock").replace(b"2026-11-20T08", b"2019-11-20T08")).status_code == 201
    days = ["٢٠٢٦-١١-٢٠", "۲۰۲۶-۱۱-۲۰", "२०२६-११-२०", "২০২৬-১১-২০", "2026-11-20"]
    for at, day in enumerate(days):
        assert post(filled(f"uuid:d{at}", day_from=day, killed=day[0])).status_code == 201
    assert post(filled("uuid:emoji", note="🔥" * 90_000)).status_code == 201
    reports = {one.body.instance: one.body for one in held("report")}
    assert "device_clock" in reports["clock"].doubts
    assert {reports[f"d{at}"].day_from for at in range(5)} == {"2026-11-20"}
    assert "note_cut" in reports["emoji"].doubts


def test_an_administrator_does_not_send_reports(client: TestClient[Any], bearer: Make) -> None:
    headers = bearer("administrator")
    answer = client.post("/openrosa/submission", headers=headers, files=sent(filled()))
    assert answer.status_code == 403
    assert "<OpenRosaResponse" in answer.text


def test_names_of_files_are_not_kept(post: Any, node: Path) -> None:
    post(filled(photo="canary-name.jpg"), **{"canary-name": PHOTO})
    (report,) = held("report")
    assert report.body.media == (media_key("uuid:one", "canary-name.jpg"),)
    assert "canary" not in json.dumps([str(report), [str(one) for one in held("report_media")]])


@given(st.binary(max_size=400))
def test_whatever_comes_as_xml_is_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(TocsinError):
        parse_instance(content)


NAMES = st.sampled_from(["place", "event", "note", "meta", "instanceID", "g", "photo", "killed"])
TREES = st.recursive(
    st.text("ab<&>é\u202e٣ ", max_size=6).map(
        lambda one: one.replace("&", "&amp;").replace("<", "&lt;")
    ),
    lambda inner: st.tuples(NAMES, st.lists(inner, max_size=4)).map(
        lambda one: f"<{one[0]}>{''.join(one[1])}</{one[0]}>"
    ),
    max_leaves=30,
)


@given(TREES)
def test_whatever_tree_comes_is_read_or_refused(tree: str) -> None:
    try:
        read = parse_instance(f'<data id="incident">{tree}</data>'.encode())
    except TocsinError:
        return
    assert read.instance


def test_groups_are_read_and_too_deep_ones_refused() -> None:
    inner = '<data id="incident">{}<place>x</place>{}<meta><instanceID>u</instanceID></meta></data>'
    read = parse_instance(inner.format("<g>", "</g>").encode())
    assert read.answers == {"place": "x"}
    with pytest.raises(UnreadableFile):
        parse_instance(inner.format("<g>" * DEEPEST, "</g>" * DEEPEST).encode())


@given(st.binary(max_size=300), st.booleans())
def test_whatever_comes_as_a_photo_is_stripped_or_refused(content: bytes, marked: bool) -> None:
    try:
        photo = bare((b"\xff\xd8" if marked else b"") + content)
    except UnreadableFile:
        return
    assert bare(photo.content).content == photo.content


@given(st.integers(0, len(PHOTO) - 1))
def test_a_cut_photo_is_refused(cut: int) -> None:
    with pytest.raises(UnreadableFile):
        bare(PHOTO[:cut])


def test_orientation_stays_and_all_else_goes() -> None:
    made = bare(PHOTO + b"canary-video after the end")
    assert made.stripped
    assert b"canary" not in made.content
    assert struct.pack(">HHI", 0x0112, 3, 1) + b"\0\6" in made.content
    assert bare(jpeg()).stripped is False


def test_a_png_keeps_only_what_draws() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    whole = b"\x89PNG\r\n\x1a\n" + head + chunk(b"tEXt", b"Author\0canary") + body
    made = bare(whole + b"canary")
    assert made.content == b"\x89PNG\r\n\x1a\n" + head + body
    assert made.type == "image/png"


def test_a_verifier_sees_photos_and_another_organisation_does_not(
    post: Any, tmp_path: Path
) -> None:
    post(filled(photo="a.jpg"), a=PHOTO)
    post(filled("uuid:two", photo="b.jpg"))
    first, second = sorted(held("report"), key=lambda one: one.body.instance)
    (told,) = viewing.photos(first.id, out=tmp_path / "seen")
    assert Path(told["file"]).read_bytes() == bare(PHOTO).content
    assert viewing.photos(second.id) == [{"key": media_key("uuid:two", "b.jpg"), "came": False}]
    with pytest.raises(UnknownName):
        viewing.photos(first.id, reader="elsewhere:verifier")
    before = viewing.photos(first.id, as_of="2026-11-01")
    assert [one["came"] for one in before] == [False]
    listed = CliRunner().invoke(app, ["reports", "photos", first.id, "--json"])
    assert json.loads(listed.output)[0]["came"]


def test_a_purged_photo_leaves_the_disk(post: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    post(filled(photo="a.jpg"), a=PHOTO)
    post(filled("uuid:two", photo="a.jpg"), a=PHOTO)  # the same photo, of another report
    first, second = held("report_media")
    for who in ("duty-1", "release-2"):
        enrol_person(who, f"the passphrase of {who}")
    for at, one in enumerate((first, second)):
        for who in ("duty-1", "release-2"):
            monkeypatch.setattr(keeping, "passphrase_of", lambda by: f"the passphrase of {by}")
            told = CliRunner().invoke(
                app,
                ["ledger", "purge", one.id, "--by", who, "--reason", "endangers_a_person"],
            )
            assert told.exit_code == 0, told.output
        kept = list(media_room().folder.rglob("*.age"))
        assert len(kept) == (0 if at else 1)


def test_fields_that_add_up_to_too_much_are_refused(client: TestClient[Any], bearer: Make) -> None:
    fields = {f"f{at}": (None, "x" * 900_000) for at in range(3)}
    answer = client.post("/openrosa/submission", headers=bearer(), files=fields)
    assert answer.status_code == 413


def test_who_says_nothing_is_not_waited_for(
    client: TestClient[Any], bearer: Make, monkeypatch: pytest.MonkeyPatch, node: Path
) -> None:
    monkeypatch.setattr(uploads, "LONGEST_SILENCE", 0.2)
    heard: list[Any] = []
    given = [b'--b\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\nxx']

    async def receive() -> dict[str, Any]:
        if given:
            return {"type": "http.request", "body": given.pop(), "more_body": True}
        await anyio.sleep(60)
        raise AssertionError("waited")

    async def send(message: Any) -> None:
        heard.append(message)

    anyio.run(client.app, request_scope(bearer()), receive, send)
    assert heard[0]["status"] == 400
    assert not list((node / "media" / "arriving").glob("*.upload"))


def test_what_never_ended_is_swept_after_a_day_and_the_lock_is_not(node: Path) -> None:
    room = media_room()
    for name in ("old.part", "new.part", RECEIVING):
        (room.arriving() / name).touch()
    for name in ("old.part", RECEIVING):
        os.utime(room.arriving() / name, (0, 0))
    room.sweep()
    assert sorted(one.name for one in room.arriving().iterdir()) == ["new.part", RECEIVING]
