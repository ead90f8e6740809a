"""The flash on a telephone: one message of 160 characters in the GSM alphabet."""

from tocsin.language import Lang
from tocsin.products.document import Document
from tocsin.warning.messages import SMS, gsm

_JOINT = ". "


def render_short(document: Document, lang: Lang) -> str:
    """At most 160 characters of GSM 03.38, whole sentences only: a number is never cut.

    The marking comes first, and *exercise* before it: neither is ever left out.
    """
    head = gsm(f"TLP:{document.handling.tlp} ")
    if document.exercise:
        from tocsin.language import text  # noqa: PLC0415

        head = gsm(f"{text('EXERCISE', lang)} ") + head
    said = ""
    for line in document.short:
        told = gsm(line.plain(lang).replace("**", "").strip())
        told = told[:1].upper() + told[1:]
        longer = f"{said}{_JOINT}{told}" if said else told
        if len(head) + len(longer) + 1 <= SMS:
            said = longer
    return f"{head}{said}." if said else head.rstrip()
