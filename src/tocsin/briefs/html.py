"""One self-contained HTML file: no script, no other file, readable on any screen and in print."""

from html import escape
from importlib.resources import files

from tocsin.briefs.drawing import Drawing, hatch, stylesheet
from tocsin.briefs.facts import Run
from tocsin.briefs.page import Page
from tocsin.language import month, number
from tocsin.tables.months import first_day, month_text


def render_html(page: Page) -> bytes:
    """The page as HTML: every number carries its value, every citation opens its source."""
    return _Html(page).document().encode("utf-8")


class _Html:
    def __init__(self, page: Page):
        self.page, self.words = page, page.words

    def document(self) -> str:
        page = self.page
        return (
            f'<!doctype html>\n<html lang="{page.lang}"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width,initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{escape(page.title)}</title><style>{_styles()}</style></head><body>"
            f'<svg width="0" height="0" class="vh" aria-hidden="true">{hatch("var(--unknown)", "var(--hatch)")}</svg>'
            f'<main class="sheet" id="brief">{self.masthead()}{self.banner()}'
            f'<h1>{self.runs(page.headline)}</h1><p class="st">{self.standfirst()}</p>'
            f'<div class="row r1">{self.chart()}{self.count()}</div>'
            f'<div class="row r2">{self.map()}<div>{self.areas()}{self.fighting()}</div></div>'
            f'<div class="row r2">{self.coming()}{self.unseen()}</div>'
            f"{self.sources()}{self.foot()}</main></body></html>\n"
        )

    def runs(self, runs: list[Run]) -> str:
        return "".join(self.run(run) for run in runs)

    def run(self, run: Run) -> str:
        said = escape(run.text, quote=False)
        if run.fact is not None and run.fact.value is not None:
            said = f'<data value="{_value(run.fact.value)}" title="{escape(self._meaning(run))}">{said}</data>'
        if run.bold:
            said = f"<b>{said}</b>"
        if run.sources:
            said += self.cite(run.sources)
        return said

    def _meaning(self, run: Run) -> str:
        """What a number counts, for a pointer that rests on it."""
        fact = run.fact
        assert fact is not None
        months = (
            "–".join(dict.fromkeys(month_text(one) for one in fact.months)) if fact.months else ""
        )
        numbers = ", ".join(
            str(self.page.numbers[key]) for key in fact.sources if key in self.page.numbers
        )
        return " · ".join(
            part
            for part in (fact.id, months, f"{self.words['source']} {numbers}" if numbers else "")
            if part
        )

    def cite(self, keys: tuple[str, ...]) -> str:
        links = ",".join(
            f'<a href="#s{number_}" aria-label="{self.words["source"]} {number_}">{number_}</a>'
            for key in keys
            if (number_ := self.page.numbers.get(key))
        )
        return f'<sup class="src">{links}</sup>' if links else ""

    def masthead(self) -> str:
        brief, lang = self.page.brief, self.page.lang
        when = self.runs(_date_runs(self.page))
        flag = (
            f'<span class="flag">{escape(self.words["reconstruction"])}</span>'
            if brief.reconstruction
            else ""
        )
        return (
            '<div class="top"><span class="mark">Tocsin</span>'
            f"<span>{escape(self.words['kind'])} · <b>{escape(brief.place.names.in_(lang))}</b></span>"
            f"<span>{escape(self.words['as_of'])} <b>{when}</b></span>{flag}"
            f'<span class="r">{self.tlp()}</span></div>'
        )

    def tlp(self) -> str:
        tlp = self.page.brief.tlp
        return f'<span class="tlp {tlp.split("+")[0].lower()}">TLP:{tlp}</span>'

    def banner(self) -> str:
        if not self.page.brief.exercise:
            return ""
        return f'<p class="exercise"><b>{escape(self.words["exercise"])}</b></p>'

    def standfirst(self) -> str:
        return " ".join(self.runs(line) for line in self.page.standfirst)

    def chart(self) -> str:
        page = self.page
        return (
            f"<figure><h2>{self.runs(page.chart_title)}</h2>"
            f'<div class="wide-only">{page.chart.for_page()}</div>'
            f'<div class="narrow-only">{page.narrow_chart.for_page()}</div>{self.table()}</figure>'
        )

    def table(self) -> str:
        """The numbers behind the chart, for those who cannot see it."""
        lang = self.page.lang
        rows = "".join(
            f"<tr><th scope=row>{escape(month(first_day(bar.month), lang))}<td>{_told(bar.deaths, lang)}"
            f"<td>{_told(bar.events, lang)}"
            for bar in self.page.brief.timeline.bars
        )
        heads = "".join(
            f"<th scope=col>{escape(self.words[key])}" for key in ("month", "deaths", "events")
        )
        return f'<table class="vh"><caption>{escape(self.words["behind"])}</caption><tr>{heads}{rows}</table>'

    def count(self) -> str:
        page = self.page
        rows = "".join(
            f"<tr><td>{self.runs(label)}<td>{self.runs(change)}"
            for label, change in page.comparisons
        )
        return (
            f'<section><h2>{self.runs(page.count_title)}</h2><span class="key">{self.runs(page.count)}</span>'
            f'<span class="keyt">{self.runs(page.count_note)}</span><table class="cmp">{rows}</table></section>'
        )

    def map(self) -> str:
        return (
            f"<figure><h2>{self.runs(self.page.map_title)}</h2>{self.page.map.for_page()}</figure>"
        )

    def areas(self) -> str:
        if not self.page.areas:
            return ""
        rows = "".join(
            f"<tr><td>{escape(row.name)}<td class=sp>{_decorative(row.spark)}<td>{self.runs(row.deaths)}"
            f"<td>{self.runs(row.change)}"
            for row in self.page.areas
        )
        words = self.words
        return (
            f"<section><h2><b>{escape(words['areas'])},</b> {escape(words['areas_note'])}</h2>"
            f'<table class="areas">{rows}</table></section>'
        )

    def fighting(self) -> str:
        page = self.page
        if not page.fighting:
            return ""
        rows = "".join(
            f"<tr><td class=sp>{_decorative(row.bar)}<td><b>{self.runs(row.counted)}</b> {self.runs(row.label)}"
            f"<td>{self.runs(row.beside)}"
            for row in page.fighting
        )
        why = f'<p class="why">{self.runs(page.fighting_why)}</p>' if page.fighting_why else ""
        return (
            f'<section class="b"><h2><b>{self.runs(page.fighting_title)}</b></h2>'
            f'<table class="fight">{rows}</table>{why}</section>'
        )

    def coming(self) -> str:
        scale = f'<div class="lk">{self.page.scale.for_page()}</div>' if self.page.scale else ""
        said = "".join(f"<p>{self.runs(line)}</p>" for line in self.page.coming)
        return f'<section class="b"><h2><b>{escape(self.words["coming"])}</b></h2>{scale}{said}</section>'

    def unseen(self) -> str:
        said = "".join(f"<li>{self.runs(line)}</li>" for line in self.page.unseen)
        return f'<section class="b"><h2><b>{escape(self.words["unseen"])}</b></h2><ul>{said}</ul></section>'

    def sources(self) -> str:
        items = []
        for number_, source, runs in self.page.sources:
            said = self.runs(runs)
            if source.url:
                said += f' <a href="{escape(source.url)}">{escape(_short(source.url))}</a>'
            details = " · ".join(f"{key}: {value}" for key, value in source.details.items())
            items.append(f'<p id="s{number_}" title="{escape(details)}"><b>{number_}</b>{said}</p>')
        return f'<div class="srcs">{"".join(items)}</div>'

    def foot(self) -> str:
        return f'<p class="end">{self.tlp()}<span>{escape(self.words["foot"])}</span></p>'


def _styles() -> str:
    sheets = files("tocsin.briefs")
    tokens = sheets.joinpath("tokens.css").read_text("utf-8")
    return "\n".join((tokens, stylesheet(), sheets.joinpath("page.css").read_text("utf-8")))


def _decorative(drawing: Drawing) -> str:
    """A drawing whose number stands beside it: silent for a screen reader."""
    return drawing.for_page().replace('role="img"', 'aria-hidden="true"', 1)


def _date_runs(page: Page) -> list[Run]:
    from tocsin.briefs.facts import Line  # noqa: PLC0415

    return Line("{day}", {"day": page.brief.as_of}).runs(page.lang)


def _value(value: float) -> str:
    return f"{value:.6g}" if value != int(value) else str(int(value))


def _told(value: int | None, lang: str) -> str:
    return "–" if value is None else number(value, "fr" if lang == "fr" else "en")


def _short(url: str) -> str:
    """The host of an address, for print and for the eye."""
    return url.split("//")[-1].split("/")[0].removeprefix("www.")
