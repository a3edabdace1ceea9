"""What a sentence speaks of: which treatments it names, and whether a claim is about one of them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from narrows.claims.words import classes_at, tokens_of

if TYPE_CHECKING:
    from narrows.knowledge import Knowledge

_GROUP_OF_CLASS = {
    "stemcell": "cells", "marrow": "cells", "fat": "cells", "cord": "cells", "amnio": "cells", "exosome": "exosomes", "cell": "cells",
    "platelet": "platelets", "steroid": "steroid", "epidural": "steroid", "surgery": "surgery", "decompress": "surgery",
    "fusion": "surgery", "surgeon": "surgery", "physio": "care", "drug": "care", "conservative": "care", "chiro": "care",
    "lifestyle": "care", "lightbed": "light", "prolo": "prolotherapy",
}  # fmt: skip
_GROUP_OF_OPTION = {
    "stem-cell-injection": "cells", "umbilical-cord-cells": "cells", "amniotic-products": "cells", "iv-stem-cells": "cells",
    "disc-stem-cells": "cells", "exosomes": "exosomes", "prp": "platelets", "prolotherapy": "prolotherapy",
    "red-light-therapy": "light", "epidural-steroid": "steroid", "decompression-surgery": "surgery", "fusion": "surgery",
    "surgery": "surgery", "conservative-care": "care", "physical-therapy": "care", "chiropractic": "care", "medication": "care",
    "self-care": "care", "supplements": "care",
}  # fmt: skip


@lru_cache(maxsize=1024)  # headings and lead-ins come up with every sentence below them
def treatments_in(text: str) -> frozenset[str]:
    """The groups of treatments that a text names; surgery that is only to be avoided does not count."""
    found: set[str] = set()
    names: set[str] = set()
    for classes in classes_at(tokens_of(text)):
        names.update(classes)
    for name in names:
        group = _GROUP_OF_CLASS.get(name)
        if group:
            found.add(group)
    if "avoidsurgery" in names:
        found.discard("surgery")
    return frozenset(found)


def claim_groups(knowledge: Knowledge) -> dict[str, frozenset[str]]:
    """For each claim the groups of treatments that it is about; empty for a claim about a condition or about any treatment."""
    return {
        c.id: frozenset(g for g in (_GROUP_OF_OPTION.get(a, "") for a in c.applies_to) if g)
        for c in knowledge.claims.values()
    }


_SPINE = frozenset({"stenosis", "spine", "neck", "lowerback", "disc", "facet", "ligament", "nerve", "spur"})


def about_another_condition(text: str) -> bool:
    """Whether a text speaks of another part of the body or another disease and not of the spine: a knee is not a stenosis."""
    names: set[str] = set()
    for classes in classes_at(tokens_of(text)):
        names.update(classes)
    return "otherdisease" in names and not names & _SPINE
