"""The weights by which the chance of violence in quiet units is told, fitted on past origins."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tocsin.models.memory import Floats
from tocsin.models.returning import Returns

# Features of quiet units, whether the month was deadly, and how many months ahead it lay.
Rows = tuple[Floats, NDArray[np.bool_], NDArray[np.intp]]
# First horizon of each group that has weights of its own.
GROUPS = (1, 2, 4, 7)
_RIDGE = 1e-4


def fit_returns(rows: Floats, happened: NDArray[np.bool_], horizon: NDArray[np.intp]) -> Returns:
    """Logistic regressions, one for each group of horizons, held a little to small weights.

    Parameters
    ----------
    rows : (N, F) features of quiet units, the first of them 1
    happened : (N,) whether the month was deadly
    horizon : (N,) months ahead
    """
    group = np.searchsorted(GROUPS, horizon, side="right") - 1
    weights = [
        tuple(_logistic(rows[group == one], happened[group == one]).round(4).tolist())
        for one in range(len(GROUPS))
    ]
    return Returns(GROUPS, tuple(weights))


def _logistic(rows: Floats, happened: NDArray[np.bool_]) -> Floats:
    truth = happened.astype(np.float64)

    def loss(weights: Floats) -> tuple[float, Floats]:
        logit = rows @ weights
        free = np.concatenate([[0.0], weights[1:]])
        value = np.mean(np.logaddexp(0, logit) - truth * logit) + _RIDGE * float(free @ free)
        slope = rows.T @ (1 / (1 + np.exp(-logit)) - truth) / len(truth) + 2 * _RIDGE * free
        return float(value), slope

    found: Floats = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    return found


def join_rows(parts: Sequence[Rows]) -> Rows:
    """Rows of several origins, one below the other."""
    rows, happened, horizon = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(happened), np.concatenate(horizon)
