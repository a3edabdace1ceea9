"""What was learnt from examples: the weight of each feature for each claim and each warning sign, read from data."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from narrows.claims.context import Context
from narrows.claims.features import context_features, features_of, heading_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HEADING_SHARE = 0.5  # how much what stands above weighs against the sentence itself
CONTEXT_SHARE = 0.6  # and the treatment that it leaves unsaid
NONE = "none"


def scaled_features(text: str, context: Context) -> dict[str, float]:
    """Features of a sentence scaled to length one, with those of what stands above and around it beside them, shorter."""
    own = features_of(text)
    found = _scaled(own, 1.0)
    found.update(_scaled(heading_features(context.above), HEADING_SHARE))
    found.update(_scaled(context_features(own, context), CONTEXT_SHARE))
    return found


def _scaled(features: dict[str, float], length: float) -> dict[str, float]:
    size = sum(v * v for v in features.values()) ** 0.5 or 1.0
    return {name: length * value / size for name, value in features.items()}


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Weights by feature (rows) and claim or sign (columns); stored as small integers with one scale per column."""

    vocabulary: dict[str, int]
    claims: tuple[str, ...]  # the last is 'none'
    signs: tuple[str, ...]
    claim_rows: NDArray[np.int8]
    claim_scale: Floats
    claim_offset: Floats
    sign_rows: NDArray[np.int8]
    sign_scale: Floats
    sign_offset: Floats
    settings: dict[str, Any]  # how scores become decisions: data/decision.json

    def scores(self, features: dict[str, float]) -> tuple[Floats, Floats]:
        """Scores of the claims (before they are made shares of one) and of the signs (log odds) for scaled features."""
        import numpy as np

        place = self.vocabulary.get
        known = [(row, value) for name, value in features.items() if (row := place(name)) is not None]
        if not known:
            return self.claim_offset.copy(), self.sign_offset.copy()
        rows = np.array([k[0] for k in known], dtype=np.intp)
        values = np.array([k[1] for k in known])
        claims = (values @ self.claim_rows[rows]) * self.claim_scale + self.claim_offset
        signs = (values @ self.sign_rows[rows]) * self.sign_scale + self.sign_offset
        return claims, signs


def shares(scores: Floats) -> Floats:
    """Scores as shares of one (softmax)."""
    import numpy as np

    raised = np.exp(scores - scores.max())
    result: Floats = raised / raised.sum()
    return result


@lru_cache(maxsize=1)
def learned_weights() -> Weights:
    """The weights that come with the package."""
    return read_weights(resources.files("narrows.claims").joinpath("data/weights.npz").read_bytes())


def read_weights(data: bytes) -> Weights:
    """Weights from the bytes of a weights.npz, with the decisions that come with the package."""
    import numpy as np

    decisions = resources.files("narrows.claims").joinpath("data/decision.json").read_text("utf-8")
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        names = bytes(stored["vocabulary"]).decode().split("\n")
        columns = json.loads(bytes(stored["columns"]).decode())
        return Weights(
            vocabulary={name: i for i, name in enumerate(names)},
            claims=tuple(columns["claims"]),
            signs=tuple(columns["signs"]),
            claim_rows=stored["claim_rows"],
            claim_scale=stored["claim_scale"].astype(np.float64),
            claim_offset=stored["claim_offset"].astype(np.float64),
            sign_rows=stored["sign_rows"],
            sign_scale=stored["sign_scale"].astype(np.float64),
            sign_offset=stored["sign_offset"].astype(np.float64),
            settings=json.loads(decisions),
        )


def packed(
    vocabulary: dict[str, int],
    claims: list[str],
    signs: list[str],
    claim_weights: tuple[Floats, Floats],
    sign_weights: tuple[Floats, Floats],
) -> bytes:
    """Weights as the bytes of weights.npz; rows are features, columns claims or signs."""
    import numpy as np

    def small(weights: Floats) -> tuple[NDArray[np.int8], Floats]:
        scale = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
        return np.round(weights / scale).astype(np.int8), scale

    claim_rows, claim_scale = small(claim_weights[0])
    sign_rows, sign_scale = small(sign_weights[0])
    names = "\n".join(sorted(vocabulary, key=lambda n: vocabulary[n]))
    columns = json.dumps({"claims": claims, "signs": signs})
    target = io.BytesIO()
    np.savez_compressed(
        target,
        vocabulary=np.frombuffer(names.encode(), dtype=np.uint8),
        columns=np.frombuffer(columns.encode(), dtype=np.uint8),
        claim_rows=claim_rows,
        claim_scale=claim_scale.astype(np.float32),
        claim_offset=claim_weights[1].astype(np.float32),
        sign_rows=sign_rows,
        sign_scale=sign_scale.astype(np.float32),
        sign_offset=sign_weights[1].astype(np.float32),
    )
    return target.getvalue()
