"""What is wrong, where, and what would mend it: the one shape of every error."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input."""

    problem: str
    where: str = ""
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f" ({self.fix})" if self.fix else ""
        return printable(f"{place}{self.problem}{mend}")

    def as_dict(self) -> dict[str, str]:
        """The problem as the JSON shape {problem, where, fix}."""
        return asdict(self)


def printable(text: str) -> str:
    """A text with every character that a terminal might obey, or cannot write, spelt out: names come from strangers."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class InputError(Exception):
    """The input is wrong; carries every problem found in it, never the first alone."""

    exit_code = 2

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class NotInstalled(Exception):
    """Something that this command needs is not installed."""

    exit_code = 3

    def __init__(self, what: str, fix: str) -> None:
        self.problems = (Problem(f"{what} is not installed", fix=fix),)
        super().__init__(str(self.problems[0]))


def nearest(name: str, known: Iterable[str], most: int = 3) -> Sequence[str]:
    """The known names that look most like a name, best first."""
    import difflib  # late: only errors need it

    names = list(known)
    return difflib.get_close_matches(name, names, n=most, cutoff=0.6) or difflib.get_close_matches(
        name.lower(), names, n=most, cutoff=0.6
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that suggests the nearest known names, or nothing."""
    close = nearest(name, known)
    return f"did you mean {' or '.join(close)}?" if close else ""
