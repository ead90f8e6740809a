"""`tocsin demo` and `tocsin exercise`: the main job from nothing, and files to practise on."""

import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli.asking import AsJson, print_json
from tocsin.cli.words import say
from tocsin.errors import UsageError

_DEMO = say(
    "Run the main job from nothing: files in, dated briefs out, on a store of its own.\n\n"
    "With real event data (TOCSIN_MIRROR, or the publishers' sites) it replays Mali around"
    " 30 June 2023. Without, it says what is missing and runs on an invented country.\n\n"
    "Example: tocsin demo --out demo"
)
_EXERCISE = say(
    "Practise on an invented country: write its files; run a month of its reports and say how well "
    "they were put together; or train a team on it.\n\n"
    "For a team: start makes the store an exercise for good, next brings the reports of a day, "
    "score says how verdicts, links and places did.\n\n"
    "Examples: tocsin exercise hadaria\n\ntocsin exercise --seed 3 --json\n\n"
    "tocsin exercise start --seed 7\n\ntocsin exercise next\n\ntocsin exercise score"
)
# The replay: the day itself, then what followed; and one day before it all.
_DATES: tuple[str, ...] = ("2020-06-30", "2023-06-30", "2023-08-31", "2023-11-30")
_OFFICIAL = ("ucdp_ged", "ucdp_candidate")


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("demo", help=_DEMO)(demo)
    app.command("exercise", help=_EXERCISE)(exercise)


def demo(
    out: Annotated[Path, typer.Option("--out", help=say("Folder for the products."))] = Path(
        "demo"
    ),
) -> None:
    out.mkdir(parents=True, exist_ok=True)
    show = Show(out)
    show.run("dossier", "load", "mali")
    if _have_real_data(show):
        area, known = "MLI", _DATES
    else:
        area, known = _exercise_country(show), _DATES[1:2]
        _record_of_mali(show)
    for day in known:
        for lang in ("fr", "en"):
            show.run(
                "brief",
                area,
                "--as-of",
                day,
                "--reconstruct",
                "--lang",
                lang,
                "--out",
                str(out / "briefs"),
            )
    show.close(area)


def exercise(
    folder: Annotated[
        Path | None, typer.Argument(help=say("Folder to write into; or start, next, score."))
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option("--seed", min=0, help=say("Run the month of reports of this seed.")),
    ] = None,
    as_json: AsJson = False,
) -> None:
    if folder is not None and str(folder) in _STEPS:
        _STEPS[str(folder)](seed, as_json)
        return
    if seed is not None:
        _month_of_reports(seed, as_json=as_json)
    if folder is None:
        if seed is None:
            raise UsageError(
                "say what to practise on",
                remedy="A folder for the files (tocsin exercise hadaria), or --seed N.",
            )
        return
    from tocsin.exercise import files

    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
        typer.echo(str(folder / name))


def _start(seed: int | None, as_json: bool) -> None:
    from tocsin.workflow import training

    if seed is None:
        raise UsageError("say which month to practise on", remedy="tocsin exercise start --seed N")
    _told(training.start(seed), as_json)


def _next(seed: int | None, as_json: bool) -> None:
    from tocsin.workflow import training

    del seed
    _told(training.feed(), as_json)


def _score(seed: int | None, as_json: bool) -> None:
    from tocsin.workflow import training

    del seed
    _told(training.score(), as_json)


def _told(answer: dict[str, object], as_json: bool) -> None:
    if as_json:
        print_json(answer)
        return
    typer.echo(say("EXERCISE: an invented country; nothing here happened."))
    for name, value in answer.items():
        typer.echo(f"{name:<18} {value}")


_STEPS = {"start": _start, "next": _next, "score": _score}


def _month_of_reports(seed: int, *, as_json: bool) -> None:
    from tocsin.workflow import practising

    marks = practising.as_plain(practising.practise(seed))
    if as_json:
        print_json(marks)
        return
    typer.echo(say("EXERCISE: an invented country; nothing here happened."))
    for name, value in marks.items():
        typer.echo(f"{name:<14} {value}")


@dataclass
class Show:
    """Runs commands as a person would type them, on the demo's own store, and shows them."""

    out: Path
    started: float = field(default_factory=time.monotonic)

    def run(self, *words: str, must: bool = True) -> bool:
        """Whether the command succeeded; one that must, and does not, ends the demo."""
        typer.secho(f"\n$ tocsin {shlex.join(words)}", bold=True)
        sys.stdout.flush()
        env = os.environ | {"TOCSIN_HOME": str((self.out / "store").resolve())}
        code = subprocess.run(  # noqa: S603  (our own command, words from this file)
            [sys.executable, "-m", "tocsin", *words], env=env, check=False
        ).returncode
        if code and must:
            raise typer.Exit(code)
        return code == 0

    def say(self, template: str, **fields: object) -> None:
        typer.echo("\n" + say(template).format(**fields))

    def close(self, area: str) -> None:
        self.say(
            "Done in {seconds} s. Products are in {folder}; begin with {first}.",
            seconds=round(time.monotonic() - self.started),
            folder=self.out,
            first=self.out / "briefs" / f"brief-{area}-2023-06-30.fr.html",
        )


def _have_real_data(show: Show) -> bool:
    """Bring real events into the demo's store: from the mirror, else from the publishers."""
    mirror = os.environ.get("TOCSIN_MIRROR", "")
    if mirror and Path(mirror).is_dir():
        show.run("ingest", mirror)
        _add_cercles(show, Path(mirror))
        return True
    show.say(
        "TOCSIN_MIRROR names no folder or address of official files: trying the publishers' sites."
        if not mirror
        else "Fetching from the mirror at {mirror}.",
        mirror=mirror,
    )
    got = [show.run("fetch", source, "--ingest", must=False) for source in _OFFICIAL]
    return all(got)  # ask for each, so that the user sees what every site says


def _record_of_mali(show: Show) -> None:
    """What is known of Mali needs no event data: the same dates, from the dossier alone."""
    for day in _DATES[1:]:
        for lang in ("fr", "en"):
            show.run(
                "record", "MLI", "--as-of", day, "--lang", lang, "--out", str(show.out / "briefs")
            )


def _add_cercles(show: Show, mirror: Path) -> None:
    """Cercles, where the mirror has them: from these Mali's regions of each year are made."""
    for cercles in sorted(mirror.glob("boundaries/*MLI_ADM2*.geojson")):
        show.run("places", "add", str(cercles), "--country", "MLI", "--level", "admin2")


def _exercise_country(show: Show) -> str:
    """The invented country, in place of real events; returns its code."""
    from tocsin.exercise import ISO3, NAME

    show.say(
        "No real event data could be had. To run the demo on Mali, put the official files into a"
        " folder, name it in TOCSIN_MIRROR and run this again (docs/how-to/bring-your-own-data.md"
        " lists them).\n\nEXERCISE: what follows runs on {name}, an invented country. Nothing in"
        " it happened, and every product says so.",
        name=NAME,
    )
    folder = show.out / "exercise"
    show.run("exercise", str(folder))
    show.run("ingest", str(folder / "hadaria-events.csv"))
    show.run(
        "places",
        "add",
        str(folder / "hadaria-regions.geojson"),
        "--country",
        ISO3,
        "--level",
        "admin1",
    )
    return ISO3
