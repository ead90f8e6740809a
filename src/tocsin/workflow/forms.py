"""Forms that people are asked: what they hold, and the files a phone or a printer takes."""

from __future__ import annotations

from pathlib import Path


def write_form(name: str, out: Path, version: str = "") -> list[Path]:
    """Write a form as XLSForm, XForm, paper in both languages; the files."""
    from tocsin.intake import form_named
    from tocsin.intake.paper import to_pdf
    from tocsin.intake.xlsform import to_xform, to_xlsform

    form = form_named(name, version)
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{form.id}-{form.version}"
    files = {
        out / f"{stem}.xlsx": to_xlsform(form),
        out / f"{stem}.xml": to_xform(form).encode(),
        out / f"{stem}.fr.pdf": to_pdf(form, "fr"),
        out / f"{stem}.en.pdf": to_pdf(form, "en"),
    }
    for path, content in files.items():
        path.write_bytes(content)
    return list(files)


def form_lines(form: str, lang: str) -> list[dict[str, str]]:
    """The forms, or the questions and choices of one, a line each."""
    from tocsin.intake import form_named, forms

    if not form:
        return [
            {"code": one.sms, "name": one.id, "label": f"{one.title.in_(lang)} ({one.version})"}
            for one in forms()
        ]
    asked = form_named(form)
    lines = []
    for question in asked.questions:
        lines.append(
            {"code": question.sms, "name": question.name, "label": question.label.in_(lang)}
        )
        lines += [
            {"code": "", "name": f"  {one.code} {one.name}", "label": getattr(one, lang)}
            for one in asked.options(question)
        ]
    lines += [
        {"code": one.sms, "name": one.name, "label": one.label.in_(lang)}
        for one in asked.indicators
    ]
    return lines


def told(word: str, lang: str) -> str:
    """A question's name or an answer's as the newest form says it in a language, else as it is.

    >>> told("attack_village", "fr"), told("2026-W07", "fr")
    ('attaque d’un village', '2026-W07')
    """
    from tocsin.intake import forms

    for form in reversed(forms()):
        for choices in form.choices.values():
            for one in choices:
                if one.name == word:
                    return str(getattr(one, lang))
        labels = {one.name: one.label for one in form.indicators}
        labels |= {one.name: one.label for one in form.questions}
        if word in labels:
            return labels[word].in_(lang)
    return word
