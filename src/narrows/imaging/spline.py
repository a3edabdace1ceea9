"""Natural cubic smoothing spline through weighted points, in as many dimensions as the points have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spline:
    """A natural cubic spline: values and second derivatives at its knots; straight beyond its ends."""

    knots: Floats
    values: Floats
    bends: Floats

    def __call__(self, x: Floats) -> Floats:
        """Values at x; shape (len(x), dimensions)."""
        return self.with_slope(x)[0]

    def with_slope(self, x: Floats) -> tuple[Floats, Floats]:
        """Values and first derivatives at x, each of shape (len(x), dimensions)."""
        x = np.asarray(x, dtype=float)
        knots = self.knots
        inside = np.minimum(np.maximum(x, knots[0]), knots[-1])
        high = np.minimum(np.maximum(np.searchsorted(knots, inside, side="right"), 1), len(knots) - 1)
        low = high - 1
        begin = knots[low]
        step = (knots[high] - begin)[:, None]
        right = (inside - begin)[:, None] / step
        left = 1 - right
        before, after = self.values[low], self.values[high]
        bend_before, bend_after = self.bends[low] * step, self.bends[high] * step
        bent = (3 * right * right - 1) * bend_after - (3 * left * left - 1) * bend_before
        slope = (after - before) / step + bent / 6
        cubic = (left * left - 1) * left * bend_before + (right * right - 1) * right * bend_after
        value = left * before + right * after + cubic * step / 6
        return value + (x - inside)[:, None] * slope, slope


def smooth(x: Floats, y: Floats, weights: Floats, stiffness: float) -> Spline:
    """The spline g that makes sum(w (y - g)^2) + stiffness * integral(g''^2) least (Reinsch 1967,
    doi:10.1007/BF02162161).

    x: increasing, length n >= 3; y: (n, d); weights: positive, length n. Stiffness 0 passes through every point.
    """
    step = np.diff(x)
    before, after = 1 / step[:-1], 1 / step[1:]
    middle = -before - after
    bend_of_y = before[:, None] * y[:-2] + middle[:, None] * y[1:-1] + after[:, None] * y[2:]
    slack = stiffness / weights
    diagonal = (step[:-1] + step[1:]) / 3 + before**2 * slack[:-2] + middle**2 * slack[1:-1] + after**2 * slack[2:]
    first = step[1:-1] / 6 + middle[:-1] * before[1:] * slack[1:-2] + after[:-1] * middle[1:] * slack[2:-1]
    second = after[:-2] * before[2:] * slack[2:-2]
    bends = np.vstack(
        [np.zeros((1, y.shape[1])), _solved(diagonal, first, second, bend_of_y), np.zeros((1, y.shape[1]))]
    )
    pull = np.zeros_like(bends)
    pull[:-2] += before[:, None] * bends[1:-1]
    pull[1:-1] += middle[:, None] * bends[1:-1]
    pull[2:] += after[:, None] * bends[1:-1]
    return Spline(x, y - slack[:, None] * pull, bends)


def _solved(diagonal: Floats, first: Floats, second: Floats, right: Floats) -> Floats:
    """Solve a symmetric system of five diagonals (L D L'); a loop over a few hundred rows beats starting threads."""
    n = len(diagonal)
    d, one, two = diagonal.tolist(), [*first.tolist(), 0.0], [*second.tolist(), 0.0, 0.0]
    lower_one, lower_two = [0.0] * n, [0.0] * n
    for i in range(n):
        lower_one[i] = one[i] / d[i] if i + 1 < n else 0.0
        lower_two[i] = two[i] / d[i] if i + 2 < n else 0.0
        if i + 1 < n:
            d[i + 1] -= lower_one[i] * one[i]
            if i + 2 < n:
                one[i + 1] -= lower_one[i] * two[i]
                d[i + 2] -= lower_two[i] * two[i]
    columns = []
    for column in right.T.tolist():  # plain numbers: a call per row would cost more than its sums
        for i in range(1, n):
            column[i] -= lower_one[i - 1] * column[i - 1]
            if i > 1:
                column[i] -= lower_two[i - 2] * column[i - 2]
        column = [value / scale for value, scale in zip(column, d, strict=True)]
        for i in range(n - 2, -1, -1):
            column[i] -= lower_one[i] * column[i + 1]
            if i + 2 < n:
                column[i] -= lower_two[i] * column[i + 2]
        columns.append(column)
    return np.array(columns).T
