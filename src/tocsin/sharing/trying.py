"""A message that tries a channel and tells of nothing."""

import json
from uuid import uuid4

from lxml import etree

from tocsin.language.text import text
from tocsin.sharing.channels import Channel
from tocsin.sharing.letters import Letter


def trial_letter(channel: Channel, name: str) -> tuple[Letter, str]:
    """A letter that says that it is a test, and its message id."""
    message = f"test-{uuid4().hex}"
    said = text("TEST of the channel {name}. No warning has been raised.", channel.lang).format(
        name=name
    )
    subject = text("[TEST] Tocsin", channel.lang)
    if channel.form == "cap":
        root = etree.Element("test")
        root.text = said
        return Letter(
            subject, said, etree.tostring(root), "text/xml", "xml", f"{message}.xml"
        ), message
    if channel.form == "sms":
        said = said[:160]
    if channel.kind == "webhook":
        content = json.dumps({"message": message, "test": True, "text": said}).encode()
        return Letter(
            subject, said, content, "application/json", "json", f"{message}.json"
        ), message
    content = f"{said}\n".encode()
    return Letter(subject, f"{said}\n", content, "text/plain", "txt", f"{message}.txt"), message
