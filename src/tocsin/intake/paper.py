"""The form on paper, one language a sheet, with the short codes beside the answers."""

from itertools import groupby

import typst

from tocsin.intake.forms_read import Form, Question
from tocsin.language import Lang

_ANSWER = {"count": "#box(width: 3cm, stroke: (bottom: .5pt), height: .9em)",
           "date": "#box(width: 4cm, stroke: (bottom: .5pt), height: .9em)"}  # fmt: skip
_LINE = "#box(width: 1fr, stroke: (bottom: .5pt), height: .9em)"
_WORDS = {
    "fr": ("Version", "Sans réseau, par SMS :", "Ni nom de victime ni nom de témoin."),
    "en": ("Version", "Without a network, by SMS:", "No name of a victim or a witness."),
}


def to_pdf(form: Form, lang: Lang) -> bytes:
    """The form as a PDF, A4, to be filled in by hand."""
    version, by_sms, no_names = _WORDS[lang]
    parts = [
        f'#set document(title: "{_plain(form.title.in_(lang))}", date: none)',
        f'#set text(size: 9pt, lang: "{lang}", font: ("Source Sans 3", "Libertinus Serif"))',
        f'#set page(paper: "a4", margin: 1.5cm, footer: [#text(size: 7pt)[{_text(no_names)}]])',
        f"= {_text(form.title.in_(lang))}",
        f"{version} {_text(form.version)} · {_text(by_sms)} `{form.sms},…#..`",
        "#v(.4em)",
    ]
    asked = [one for one in form.questions if one.type != "media"]
    for are_counts, together in groupby(asked, key=lambda one: one.type == "count"):
        told = [_question(form, one, lang) for one in together]
        if are_counts:  # three beside each other: the sheet stays one page
            cells = ", ".join(f"[{one}]" for one in told)
            parts.append(f"#grid(columns: 3, gutter: .8em, {cells})")
        else:
            parts += told
    if form.indicators:
        parts.append(_indicators(form, lang))
    return bytes(typst.compile("\n\n".join(parts).encode(), format="pdf"))


def _question(form: Form, question: Question, lang: Lang) -> str:
    star = "\\*" if question.required else ""
    code = f" `{question.sms}`" if question.sms else ""
    head = f"*{_text(question.label.in_(lang))}*{star}{code}"
    if question.type != "one":
        return f"{head} {_ANSWER.get(question.type, _LINE)}"
    options = " #h(.8em) ".join(
        f"#box[□~`{one.code}` {_text(one.fr if lang == 'fr' else one.en)}]"
        for one in form.options(question)
    )
    return f"{head} \\\n{options}"


def _indicators(form: Form, lang: Lang) -> str:
    rows = []
    for one in form.indicators:
        boxes = [
            " ".join(f"□~`{choice.code}`" for choice in form.choices[listed])
            for listed in ("state", "level", "direction")
        ]
        rows.append(f"[`{one.sms}` {_text(one.label.in_(lang))}], " + ", ".join(
            f"[{cell}]" for cell in boxes))  # fmt: skip
    key = " · ".join(
        f"`{one.code}` {_text(one.fr if lang == 'fr' else one.en)}"
        for listed in ("state", "level", "direction")
        for one in form.choices[listed]
    )
    table = ",\n".join(rows)
    return f"#table(columns: (1fr, auto, auto, auto), stroke: .3pt,\n{table})\n\n{key}"


def _text(words: str) -> str:
    return "".join("\\" + one if one in r"\#*_`$<>@[]" else one for one in words)


def _plain(words: str) -> str:
    return words.replace("\\", "").replace('"', "")
