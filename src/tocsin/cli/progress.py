"""A bar or a word on stderr for work that takes a while; nothing where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext


@contextmanager
def bar_of(label: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar of `total` steps, and the function that moves it; it goes when the work is done."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=quiet or not console.is_terminal
    ) as bar:
        task = bar.add_task(label, total=total or None)
        waiting = 0

        def step(count: int) -> None:
            nonlocal waiting
            waiting += count
            if waiting >= 200:  # drawing a line a statement would take longer than writing it
                bar.advance(task, waiting)
                waiting = 0

        yield step
        bar.advance(task, waiting)


def waiting(label: str) -> AbstractContextManager[object]:
    """A word with a turning sign while work is done."""
    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(label)
