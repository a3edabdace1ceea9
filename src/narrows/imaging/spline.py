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
    The system is solved densely: n is a few hundred at most.
    """
    step = np.diff(x)
    n = len(x)
    inner = np.arange(n - 2)
    second = np.zeros((n, n - 2))
    second[inner, inner] = 1 / step[:-1]
    second[inner + 1, inner] = -1 / step[:-1] - 1 / step[1:]
    second[inner + 2, inner] = 1 / step[1:]
    gram = np.zeros((n - 2, n - 2))
    gram[inner, inner] = (step[:-1] + step[1:]) / 3
    gram[inner[:-1], inner[:-1] + 1] = gram[inner[:-1] + 1, inner[:-1]] = step[1:-1] / 6
    system = gram if stiffness == 0 else gram + stiffness * (second.T / weights) @ second
    bends = np.linalg.solve(system, second.T @ y)
    values = y if stiffness == 0 else y - stiffness * (second @ bends) / weights[:, None]
    ends = np.zeros((1, y.shape[1]))
    return Spline(x, values, np.vstack([ends, bends, ends]))
