"""A bundle by mail, over a real server on loopback: sent, saved as it arrived, taken in."""

import pytest

from tocsin.errors import FetchFailed, UsageError
from tocsin.workflow import carrying, reaching

TEXT = "Invented people gather at the invented well"


@pytest.fixture
def by_mail(pair, new_post, authority):
    """North sends to south through a server that wants TLS and a password."""
    north, south = pair
    post = new_post("start")
    (north.home / "channels.yml").write_text(
        f"""
sender: north@north.example
servers:
  post: {{host: 127.0.0.1, port: {post.port}, user: watch, password: "vault:post",
          authorities: "{authority.certificate}"}}
channels:
  partner: {{kind: mail, server: post, to: south@south.example}}
  folder: {{kind: drop, folder: out}}
roles:
  duty-officer: [folder]
""",
        encoding="utf-8",
    )
    with north.at_work():
        reaching.keep_secret("post", "correct horse")
    return north, south, post


def sends(north, **options):
    with north.at_work():
        return carrying.mail_to("south", "partner", **options)


def saved(post, folder):
    """The newest mail as a mail program saves it: the bytes that came over the wire."""
    path = folder / "saved.eml"
    path.write_bytes(post.taken[-1])
    return path


def takes(south, path):
    with south.at_work():
        return list(carrying.import_mail(path))


def test_what_is_mailed_is_held_at_the_other_end(by_mail, tmp_path):
    north, south, post = by_mail
    said = {north.says(each, rel_to=["south"], body={"name": f"{TEXT} {each}"}) for each in (1, 2)}
    kept = north.says(3, body={"name": f"{TEXT} 3"}, tlp="RED")
    made = sends(north)
    assert made.statements == 2
    (mail,) = post.to("south@south.example")
    (taken,) = takes(south, saved(post, tmp_path))
    assert taken.added == 2
    assert south.ids() == said
    assert kept not in south.ids()
    assert mail["Subject"].strip() == f"{made.bundle[:8]}.tocsin"


def test_the_mail_tells_its_way_nothing_of_what_it_holds(by_mail):
    north, _, post = by_mail
    north.says(1, rel_to=["south"], body={"name": TEXT})
    sends(north)
    (mail,) = post.mails
    (attached,) = mail.iter_attachments()
    read_on_the_way = post.taken[0] + attached.get_payload(decode=True)
    for word in (TEXT.encode(), b"invented", b"alias"):
        assert word not in read_on_the_way
    said = mail.get_body().get_content().strip()
    assert said == attached.get_filename() == str(mail["Subject"])


def test_a_second_copy_of_a_mail_adds_nothing(by_mail, tmp_path):
    north, south, post = by_mail
    north.says(1, rel_to=["south"])
    sends(north)
    path = saved(post, tmp_path)
    assert [one.added for one in takes(south, path)] == [1]
    before = south.ids()
    assert [one.added for one in takes(south, path)] == [0]
    assert south.ids() == before


def test_a_mail_that_was_refused_is_sent_again_when_asked(by_mail, tmp_path):
    north, south, post = by_mail
    north.says(1, rel_to=["south"])
    post.refuse = "south@south.example"
    with pytest.raises(FetchFailed, match="not sent"):
        sends(north)
    assert post.taken == []
    post.refuse = ""
    assert sends(north) is None  # it counts as sent until someone says otherwise
    assert sends(north, again=True).statements == 1
    assert [one.added for one in takes(south, saved(post, tmp_path))] == [1]


def test_a_server_that_is_out_for_a_moment_gets_it_once(by_mail, tmp_path):
    north, south, post = by_mail
    north.says(1, rel_to=["south"])
    post.outages = 1
    assert sends(north).statements == 1
    assert len(post.taken) == 1
    assert [one.added for one in takes(south, saved(post, tmp_path))] == [1]


def test_a_channel_of_another_kind_carries_no_bundle(by_mail):
    north, _, _ = by_mail
    north.says(1, rel_to=["south"])
    with north.at_work(), pytest.raises(UsageError, match="not one for mail"):
        carrying.mail_to("south", "folder")
    assert sends(north).statements == 1  # nothing had been counted as sent
