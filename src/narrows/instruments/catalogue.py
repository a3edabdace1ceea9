"""Finds an instrument by its name, however it is spelt."""

from __future__ import annotations

import re

from narrows.knowledge import Knowledge
from narrows.knowledge.records.instrument import Instrument
from narrows.problem import InputError, Problem, nearest


def plain(name: str) -> str:
    """A name without capitals, hyphens and blanks: EQ-5D-5L and eq5d5l are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def instrument_of(name: str, knowledge: Knowledge) -> Instrument:
    """The instrument of this id (PHQ-9, phq9 and phq_9 are the same).

    Raises InputError with the nearest known ids.
    """
    exact = knowledge.instruments.get(name)
    if exact is not None:
        return exact
    known = {plain(key): instrument for key, instrument in knowledge.instruments.items()}
    found = known.get(plain(name))
    if found is not None:
        return found
    close = [known[key].id for key in nearest(plain(name), known)]
    begins = [i.id for key, i in known.items() if plain(name) and key.startswith(plain(name)) and i.id not in close]
    suggestions = [*close, *begins]
    fix = f"did you mean {' or '.join(suggestions)}?" if suggestions else f"known: {', '.join(knowledge.instruments)}"
    raise InputError(Problem(f"no instrument '{name}'", "instrument", fix))
