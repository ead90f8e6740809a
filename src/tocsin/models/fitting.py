"""Shares of the pool, fitted on past origins.

The CRPS of a linear pool is a quadratic form in its shares: with a_i the mean distance of
component i to the truth and b_ij the mean distance between draws of i and j, it is
sum a_i w_i - 1/2 sum b_ij w_i w_j. So the components are drawn once, and any shares are judged
from these few numbers a row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tocsin.evaluation.kernels import IGNORANCE_EDGES
from tocsin.models.memory import Floats

DRAWS_SCORED = 1000  # the log score is that of a forecast of so many draws
# The shares of one state are held to those of all by this many rows' worth of evidence.
_PULL = 0.02


@dataclass(frozen=True, eq=False)
class Evidence:
    """What past forecasts of C components say about any pool of them, N rows.

    Attributes
    ----------
    distance, log_distance : (N, C) mean distance of draws to truth, in deaths and in log(1 + y)
    between, log_between : (N, C, C) mean distance between draws
    hit : (N, C) share of draws in the observed category of deaths
    scale : (N,) one plus the unit's deaths a month: what a death weighs there
    state, group : (N,) indices of the unit's state and of the group of horizons
    """

    distance: Floats
    between: Floats
    log_distance: Floats
    log_between: Floats
    hit: Floats
    scale: Floats
    state: NDArray[np.intp]
    group: NDArray[np.intp]

    def rows(self, chosen: NDArray[np.bool_]) -> "Evidence":
        """The evidence of some rows."""
        return Evidence(*(getattr(self, name)[chosen] for name in _FIELDS))

    def crps(self, shares: Floats) -> Floats:
        """(N,) CRPS of the pool."""
        return _pooled(self.distance, self.between, shares)

    def log_crps(self, shares: Floats) -> Floats:
        """(N,) CRPS of the pool on log(1 + y)."""
        return _pooled(self.log_distance, self.log_between, shares)

    def ign(self, shares: Floats) -> Floats:
        """(N,) log score of the pool, in bits."""
        share = (DRAWS_SCORED * (self.hit @ shares) + 1) / (DRAWS_SCORED + len(IGNORANCE_EDGES))
        bits: Floats = -np.log2(share)
        return bits


_FIELDS = tuple(Evidence.__dataclass_fields__)


def build_evidence(
    samples: Sequence[NDArray[np.int32]],
    observed: Floats,
    scale: Floats,
    state: NDArray[np.intp],
    group: NDArray[np.intp],
) -> Evidence:
    """Evidence from C matrices of draws (N, S) and N observations."""
    plain = [part.astype(np.float64) for part in samples]
    distance, between = _distances(plain, observed)
    logs = [np.log1p(part) for part in plain]
    log_distance, log_between = _distances(logs, np.log1p(observed))
    edges = np.array([*IGNORANCE_EDGES, np.inf])
    category = np.searchsorted(edges, observed, side="right") - 1
    low, high = edges[category][:, None], edges[category + 1][:, None]
    hit = np.stack([((part >= low) & (part < high)).mean(axis=1) for part in plain], axis=1)
    return Evidence(distance, between, log_distance, log_between, hit, scale, state, group)


def join_evidence(parts: Sequence[Evidence]) -> Evidence:
    """Evidence of several origins, one below the other."""
    return Evidence(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


def fit_shares(evidence: Evidence, states: int, groups: int) -> NDArray[np.float64]:
    """(states, groups, C) shares that lower three kinds of CRPS and the log score together.

    The CRPS counts on the natural scale, relative to the unit's level, and on the log scale; each
    is measured against equal shares, and the log score counts half. Shares of one state and group
    are held to those of all rows of the state, and these to those of all rows.
    """
    count = evidence.distance.shape[1]
    everywhere = _fit(evidence, np.full(count, 1 / count), 0.0)
    shares = np.empty((states, groups, count))
    for state in range(states):
        here = evidence.rows(evidence.state == state)
        own = _fit(here, everywhere, _PULL) if len(here.scale) else everywhere
        for group in range(groups):
            rows = here.rows(here.group == group)
            shares[state, group] = _fit(rows, own, 5 * _PULL) if len(rows.scale) else own
    return shares


def _fit(evidence: Evidence, prior: Floats, pull: float) -> Floats:
    equal = np.full(len(prior), 1 / len(prior))
    terms = (
        (evidence.distance.mean(0), evidence.between.mean(0)),
        (
            (evidence.distance / evidence.scale[:, None]).mean(0),
            (evidence.between / evidence.scale[:, None, None]).mean(0),
        ),
        (evidence.log_distance.mean(0), evidence.log_between.mean(0)),
    )
    marks = [max(a @ equal - 0.5 * equal @ b @ equal, 1e-9) for a, b in terms]
    mark = max(float(evidence.ign(equal).mean()), 1e-9)

    def loss(free: Floats) -> float:
        shares = _softmax(free)
        crps = sum(
            (a @ shares - 0.5 * shares @ b @ shares) / m
            for (a, b), m in zip(terms, marks, strict=True)
        )
        held = pull * float(((shares - prior) ** 2).sum()) * len(prior)
        return float(crps / 3 + 0.5 * evidence.ign(shares).mean() / mark + held)

    start = np.log(np.maximum(prior, 1e-3))
    return _softmax(minimize(loss, start, method="L-BFGS-B", options={"maxiter": 80}).x)


def _softmax(free: Floats) -> Floats:
    raised = np.exp(free - free.max())
    shares: Floats = raised / raised.sum()
    return shares


def _pooled(distance: Floats, between: Floats, shares: Floats) -> Floats:
    pooled: Floats = distance @ shares - 0.5 * np.einsum("nij,i,j->n", between, shares, shares)
    return pooled


def _distances(samples: list[Floats], observed: Floats) -> tuple[Floats, Floats]:
    """(N, C) mean distance to the truth and (N, C, C) mean distance between draws."""
    count, rows = len(samples), len(observed)
    distance = np.stack([np.abs(part - observed[:, None]).mean(axis=1) for part in samples], 1)
    within = [_spread(part) for part in samples]
    between = np.empty((rows, count, count))
    for i in range(count):
        between[:, i, i] = within[i]
        for j in range(i):
            # The spread of both together holds a quarter of each and half of that between them.
            joint = _spread(np.concatenate([samples[i], samples[j]], axis=1))
            between[:, i, j] = between[:, j, i] = 2 * joint - (within[i] + within[j]) / 2
    return distance, between


def _spread(draws: Floats) -> Floats:
    """Mean distance between two draws of each row."""
    size = draws.shape[1]
    rank = 2 * (2.0 * np.arange(1, size + 1) - size - 1) / size**2
    spread: Floats = np.sort(draws, axis=1) @ rank
    return spread
