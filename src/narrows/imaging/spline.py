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
        low, high, step, left, right = self._where(x)
        inside = left * self.values[low] + right * self.values[high]
        cubic = (left**3 - left) * self.bends[low] + (right**3 - right) * self.bends[high]
        return inside + cubic * step**2 / 6 + self._beyond(x)[:, None] * self.slope(self._clipped(x))

    def slope(self, x: Floats) -> Floats:
        """First derivatives at x."""
        low, high, step, left, right = self._where(x)
        straight = (self.values[high] - self.values[low]) / step
        bent = (3 * right**2 - 1) * self.bends[high] - (3 * left**2 - 1) * self.bends[low]
        return straight + bent * step / 6

    def _clipped(self, x: Floats) -> Floats:
        return np.clip(x, self.knots[0], self.knots[-1])

    def _beyond(self, x: Floats) -> Floats:
        return x - self._clipped(x)

    def _where(self, x: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats, Floats, Floats]:
        inside = self._clipped(np.asarray(x, dtype=float))
        high = np.clip(np.searchsorted(self.knots, inside, side="right"), 1, len(self.knots) - 1)
        low = high - 1
        step = (self.knots[high] - self.knots[low])[:, None]
        right = (inside - self.knots[low])[:, None] / step
        return low, high, step, 1 - right, right


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
    found = np.array(right, dtype=float)
    for i in range(n):
        if i + 1 < n:
            found[i + 1] -= lower_one[i] * found[i]
        if i + 2 < n:
            found[i + 2] -= lower_two[i] * found[i]
    found /= np.array(d)[:, None]
    for i in range(n - 2, -1, -1):
        found[i] -= lower_one[i] * found[i + 1]
        if i + 2 < n:
            found[i] -= lower_two[i] * found[i + 2]
    return found
