"""Work spread over processes of this machine, or over the workers of a Dask cluster.

Every piece of work carries its own seed and results come back in the order of the pieces, so one
process, four processes and a cluster that loses a machine half way all give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from tocsin.errors import FetchFailed, ToolMissing, UsageError
from tocsin.evaluation.fan import Fan, in_turn

Piece = TypeVar("Piece")
Result = TypeVar("Result")

_SECONDS_TO_CONNECT = 20
# A piece is tried again when the worker that held it dies; four deaths are no accident.
_TRIES = 4


@contextmanager
def fan(workers: int = 1, scheduler: str = "") -> Iterator[Fan]:
    """What does the pieces of work while the block runs.

    Parameters
    ----------
    workers : processes on this machine; 1 is this process alone
    scheduler : address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``; its workers do the
        work, and `workers` must be left at 1

    Raises
    ------
    UsageError, ToolMissing (Dask is not installed), FetchFailed (nobody answers there)

    >>> with fan(workers=1) as over:
    ...     list(over(abs, [-1, 2]))
    [1, 2]
    """
    if workers < 1 or (scheduler and workers > 1):
        raise UsageError(
            "{workers} workers and the scheduler {scheduler!r} do not go together",
            remedy="Give --workers, 1 or more, or --scheduler, not both.",
            workers=workers,
            scheduler=scheduler,
        )
    if scheduler:
        with _connected(scheduler) as client:
            yield _Cluster(client)
    elif workers > 1:
        yield _Processes(workers)
    else:
        yield in_turn


@dataclass(frozen=True)
class _Processes:
    """Processes of this machine, kept by joblib."""

    workers: int

    def __call__(
        self, work: Callable[[Piece], Result], pieces: Sequence[Piece]
    ) -> Iterator[Result]:
        from joblib import Parallel, delayed
        from joblib.externals.loky.process_executor import TerminatedWorkerError

        parallel = Parallel(n_jobs=self.workers, return_as="generator", pre_dispatch="n_jobs")
        try:
            yield from parallel(delayed(work)(piece) for piece in pieces)
        except TerminatedWorkerError:
            raise FetchFailed(
                "a worker process was killed, perhaps for want of memory",
                remedy="Run again with fewer --workers.",
            ) from None


@dataclass(frozen=True)
class _Cluster:
    """The workers of a Dask cluster."""

    client: Any

    def __call__(
        self, work: Callable[[Piece], Result], pieces: Sequence[Piece]
    ) -> Iterator[Result]:
        from distributed import KilledWorker

        # What all pieces share (a history of many MB) travels once to each worker.
        shared = self.client.scatter(work, broadcast=True, hash=False)
        futures = self.client.map(_apply, [shared] * len(pieces), pieces, pure=False)
        try:
            while futures:
                future = futures.pop(0)
                yield future.result()
                future.release()
        except KilledWorker:
            raise FetchFailed(
                "a piece of work was lost with its worker {tries} times",
                remedy="Look at the workers' logs; give each more memory.",
                tries=_TRIES,
            ) from None
        finally:
            self.client.cancel(futures)


def _apply(work: Callable[[Piece], Result], piece: Piece) -> Result:
    return work(piece)


@contextmanager
def _connected(scheduler: str) -> Iterator[Any]:
    try:
        from distributed import Client
    except ImportError:
        raise ToolMissing(
            "work over a cluster needs Dask, which is not installed",
            remedy='Install it with: pip install "tocsin[cluster]".',
        ) from None
    try:
        client = Client(scheduler, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as problem:
        raise FetchFailed(
            "no Dask scheduler answers at {scheduler} ({problem})",
            remedy="Start one with: dask scheduler. Then give its address.",
            scheduler=scheduler,
            problem=str(problem).splitlines()[0][:120],
        ) from None
    with client:
        yield client
