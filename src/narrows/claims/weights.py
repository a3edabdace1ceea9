"""What was learnt from examples: the weight of each feature for each claim and each warning sign, read from data."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from narrows.claims.features import features_of, heading_features

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HEADING_SHARE = 0.5  # how much the heading weighs against the sentence itself
NONE = "none"


def scaled_features(text: str, heading: str) -> dict[str, float]:
    """Features of a sentence scaled to length one, with those of its heading beside them at half that length."""
    own = features_of(text)
    size = sum(v * v for v in own.values()) ** 0.5 or 1.0
    found = {name: value / size for name, value in own.items()}
    above = heading_features(heading)
    size = sum(v * v for v in above.values()) ** 0.5 or 1.0
    found.update({name: HEADING_SHARE * value / size for name, value in above.items()})
    return found


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

    def reasons(self, text: str, claim: str, most: int = 5) -> list[str]:
        """The words and classes of a text that speak most for a claim, strongest first."""
        import numpy as np

        if claim not in self.claims:
            return []
        column = self.claims.index(claim)
        found = []
        for name, value in scaled_features(text, "").items():
            row = self.vocabulary.get(name)
            if row is not None and not name.startswith("g:"):
                weight = float(self.claim_rows[row, column]) * float(self.claim_scale[column])
                rest = float(np.mean(self.claim_rows[row] * self.claim_scale))
                found.append((value * (weight - rest), name.partition(":")[2]))
        return [name for score, name in sorted(found, reverse=True)[:most] if score > 0]


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
