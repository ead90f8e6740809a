"""Files over a line that stalls, breaks, lies and leads astray."""

import hashlib
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import FetchFailed, StoreBusy, StoreFull, UsageError
from tocsin.sources.answers import next_address, wait_asked
from tocsin.sources.fetch import Fetched, Patience, fetch_url

CONTENT = bytes(range(256)) * 40
HASH = hashlib.sha256(CONTENT).hexdigest()
HASTY = Patience(tries=3, connect_seconds=2, silence_seconds=1.5)


class Getting:
    """Fetches without waiting, and remembers how long it would have waited."""

    def __init__(self, folder: Path):
        self.target = folder / "downloads" / "events.csv"
        self.pauses: list[float] = []

    def __call__(self, url: str, **options: Any) -> Fetched:
        options = {"patience": HASTY, **options}
        return fetch_url(url, self.target, sleep=self.pauses.append, chance=lambda: 0.5, **options)

    @property
    def part(self) -> Path:
        return self.target.with_name(".events.csv.part")


@pytest.fixture
def get(tmp_path: Path) -> Getting:
    return Getting(tmp_path)


def test_a_whole_file_arrives_with_its_hash(get: Getting, server: Any) -> None:
    seen: list[tuple[int, int | None]] = []
    url = server.serve("/events.csv", CONTENT)
    got = get(url, sha256=HASH.upper(), report=lambda here, all_: seen.append((here, all_)))
    assert (got.bytes, got.sha256, got.attempts) == (len(CONTENT), HASH, 1)
    assert get.target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    leftovers = {path.name for path in get.target.parent.iterdir()} - {".events.csv.lock"}
    assert leftovers == {"events.csv"}


def test_a_file_that_is_here_is_not_fetched_again(get: Getting, server: Any) -> None:
    url = server.serve("/events.csv", CONTENT)
    get(url)
    assert get(url, sha256=HASH).attempts == 0
    assert len(server.asked) == 1
    assert get(url, again=True).attempts == 1


def test_a_file_that_is_here_but_not_the_declared_one_is_replaced(
    get: Getting, server: Any
) -> None:
    get.target.parent.mkdir()
    get.target.write_bytes(b"an older release")
    assert get(server.serve("/events.csv", CONTENT), sha256=HASH).attempts == 1
    assert get.target.read_bytes() == CONTENT


def test_a_broken_line_is_resumed_where_it_broke(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    url = server.serve("/events.csv", CONTENT, answer.truncated(1000), answer.truncated(500),
                       answer.whole)  # fmt: skip
    assert get(url, sha256=HASH).resumed
    assert [asked for _, asked in server.asked] == [None, "bytes=1000-", "bytes=1500-"]


def test_progress_keeps_hope_alive(get: Getting, server: Any, answer: SimpleNamespace) -> None:
    url = server.serve("/events.csv", CONTENT, *[answer.truncated(900)] * 20)
    assert get(url, sha256=HASH).attempts == 12  # more than the three tries without a gain


def test_what_arrived_is_kept_for_the_next_command(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    url = server.serve("/events.csv", CONTENT, answer.truncated(4000), answer.truncated(0))
    with pytest.raises(FetchFailed, match="broke before the file was whole"):
        get(url)
    assert get.part.stat().st_size == 4000
    assert not get.target.exists()
    server.serve("/events.csv", CONTENT)
    assert get(url, sha256=HASH).resumed
    assert server.asked[-1][1] == "bytes=4000-"


def test_a_piece_of_another_file_is_not_continued(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    with pytest.raises(FetchFailed):
        get(server.serve("/23_0_9.csv", b"a" * 5000, answer.truncated(4000), answer.truncated(0)))
    get(server.serve("/23_0_10.csv", CONTENT), sha256=HASH)
    assert server.asked[-1] == ("/23_0_10.csv", None)


def test_a_stalled_server_is_left_and_asked_again(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    url = server.serve("/events.csv", CONTENT, answer.stalled(2000), answer.whole)
    assert get(url, sha256=HASH).attempts == 2
    assert server.asked[1][1] == "bytes=2000-"


def test_a_server_that_only_stalls_is_given_up(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    with pytest.raises(FetchFailed, match="stopped answering") as caught:
        get(server.serve("/events.csv", CONTENT, answer.stalled(0)))
    assert "TOCSIN_MIRROR" in str(caught.value)
    assert len(server.asked) == 3


def test_a_server_that_ignores_the_range_costs_a_new_start_not_the_file(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    url = server.serve("/events.csv", CONTENT, answer.truncated(1000), answer.ignoring_range)
    assert get(url).sha256 == HASH


@pytest.mark.parametrize("lie", ["wrong_range", "another_release"])
def test_a_continuation_from_elsewhere_is_thrown_away(
    get: Getting, server: Any, answer: SimpleNamespace, lie: str
) -> None:
    lying = getattr(answer, lie)
    url = server.serve("/events.csv", CONTENT, answer.truncated(1000), lying, answer.whole)
    assert get(url).sha256 == HASH
    assert [asked for _, asked in server.asked] == [None, "bytes=1000-", None]


def test_a_whole_piece_that_was_never_renamed_is_accepted(get: Getting, server: Any) -> None:
    url = server.serve("/events.csv", CONTENT)
    get.target.parent.mkdir()
    get.part.write_bytes(CONTENT)
    get.part.with_name(".events.csv.part.json").write_text(f'{{"url":"{url}"}}')
    assert get(url, sha256=HASH).bytes == len(CONTENT)


def test_a_busy_server_is_tried_again_after_as_long_as_it_asks(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    busy = answer.status(503, Retry_After="7")
    assert get(server.serve("/events.csv", CONTENT, busy, answer.whole)).attempts == 2
    assert get.pauses == [7.0]


def test_pauses_double(get: Getting, server: Any, answer: SimpleNamespace) -> None:
    with pytest.raises(FetchFailed, match="answers 503"):
        get(server.serve("/events.csv", CONTENT, answer.status(503)),
            patience=Patience(tries=5))  # fmt: skip
    assert get.pauses == [0.75, 1.5, 3.0, 6.0]


@pytest.mark.parametrize(
    ("code", "problem"), [(404, "no such file"), (410, "no such file"), (403, "answers 403")]
)
def test_a_final_no_is_not_asked_twice(
    get: Getting, server: Any, answer: SimpleNamespace, code: int, problem: str
) -> None:
    with pytest.raises(FetchFailed, match=problem):
        get(server.serve("/events.csv", CONTENT, answer.status(code)))
    assert len(server.asked) == 1


def test_a_redirect_is_followed(get: Getting, server: Any, answer: SimpleNamespace) -> None:
    server.serve("/new", CONTENT)
    assert get(server.serve("/old", b"", answer.redirect("/new")), sha256=HASH).bytes


def test_a_circle_of_redirects_ends(get: Getting, server: Any, answer: SimpleNamespace) -> None:
    server.serve("/b", b"", answer.redirect("/a"))
    with pytest.raises(FetchFailed, match="more than 5 redirects"):
        get(server.serve("/a", b"", answer.redirect("/b")))
    assert len(server.asked) == 6


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "http://["])
def test_a_redirect_off_the_web_is_refused(
    get: Getting, server: Any, answer: SimpleNamespace, location: str
) -> None:
    with pytest.raises(FetchFailed, match="refused"):
        get(server.serve("/events.csv", b"", answer.redirect(location)))
    assert not get.target.exists()


def test_a_redirect_never_leads_to_an_unsafe_line() -> None:
    assert next_address("http://a.example/x", "https://b.example/y") == "https://b.example/y"
    with pytest.raises(FetchFailed, match="from https to http"):
        next_address("https://a.example/x", "http://a.example/x")


@pytest.mark.parametrize(
    ("text", "seconds"), [("120", 120.0), ("soon", None), ("", None), ("9" * 30, None)]
)
def test_how_long_a_server_asks_to_wait(text: str, seconds: float | None) -> None:
    assert wait_asked({"retry-after": text}) == seconds
    assert wait_asked({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0


def test_another_file_than_the_declared_one_is_thrown_away(get: Getting, server: Any) -> None:
    url = server.serve("/events.csv", b"something else")
    with pytest.raises(FetchFailed, match="declared hash") as caught:
        get(url, sha256=HASH)
    assert HASH in str(caught.value)
    assert not get.target.exists()
    assert not get.part.exists()


def test_pieces_of_two_releases_are_found_out_and_fetched_anew(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    get.target.parent.mkdir()
    url = server.serve("/events.csv", CONTENT)
    get.part.write_bytes(b"older" * 100)
    get.part.with_name(".events.csv.part.json").write_text(f'{{"url":"{url}"}}')
    assert get(url, sha256=HASH).attempts == 2


def test_a_login_page_is_not_taken_for_data(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    with pytest.raises(FetchFailed, match="web page instead of the file"):
        get(server.serve("/events.csv", CONTENT, answer.page))
    assert not get.target.exists()


def test_a_file_too_large_is_refused_before_it_is_taken(get: Getting, server: Any) -> None:
    with pytest.raises(FetchFailed, match="at most 100 are taken"):
        get(server.serve("/events.csv", CONTENT), limit=100)
    assert not get.part.exists()


def test_a_file_without_end_is_cut_off_and_nothing_kept(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    with pytest.raises(FetchFailed, match="at most 300000 are taken"):
        get(server.serve("/events.csv", CONTENT, answer.endless), limit=300_000)
    assert not get.part.exists()


def test_no_connection_says_what_to_do(get: Getting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(FetchFailed, match=r"no connection to 127\.0\.0\.1") as caught:
        get(f"http://127.0.0.1:{port}/events.csv")
    assert "bring the file on a stick" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ucdp.uu.se/x.csv", "http://", "http://[", ""]
)
def test_only_the_web_is_fetched(get: Getting, url: str) -> None:
    with pytest.raises(UsageError, match="not an http or https address"):
        get(url)


def test_a_process_that_is_killed_leaves_what_arrived(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    url = server.serve("/events.csv", CONTENT, answer.stalled(4000), answer.whole)
    code = (
        "import sys; from pathlib import Path; from tocsin.sources.fetch import fetch_url; "
        "fetch_url(sys.argv[1], Path(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", code, url, str(get.target)])
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and _size(get.part) != 4000:
            time.sleep(0.02)
    finally:
        process.kill()
        process.wait()
    assert not get.target.exists()
    assert get(url, sha256=HASH).resumed
    assert server.asked[-1][1] == "bytes=4000-"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def test_two_fetches_of_one_file_do_not_mix(
    get: Getting, server: Any, answer: SimpleNamespace
) -> None:
    def second(here: int, whole: int | None) -> None:
        with pytest.raises(StoreBusy, match="another process"):
            get(url)

    url = server.serve("/events.csv", CONTENT)
    assert get(url, report=second).sha256 == HASH


def test_no_room_is_said_plainly(
    get: Getting, server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(here: int, whole: int | None) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreFull, match="No space left"):
        get(server.serve("/events.csv", CONTENT), report=full)
    assert get.part.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(breaks=st.lists(st.integers(1, 4000), max_size=5))
def test_however_the_line_breaks_the_file_is_the_same(
    get: Getting, server: Any, answer: SimpleNamespace, breaks: list[int]
) -> None:
    """The pieces of any sequence of breaks join to the file that was sent."""
    broken = [answer.truncated(after) for after in breaks]
    got = get(server.serve("/events.csv", CONTENT, *broken, answer.whole), again=True)
    assert got.sha256 == HASH
    assert get.target.read_bytes() == CONTENT
