"""The sources of a report: numbered in the order in which the pages name them, with links."""

from __future__ import annotations

from collections.abc import Iterable

from narrows.knowledge import Knowledge
from narrows.report.content import Line, Medium, Run, line, link, soft

#: What the knowledge writes where no source was found; it is no source.
NOT_FOUND = "not found"


class SourceList:
    """Gathers the sources that the pages name; the same source keeps its number."""

    def __init__(self, knowledge: Knowledge, medium: Medium = "screen") -> None:
        self._knowledge = knowledge
        self._medium = medium
        self._numbers: dict[str, int] = {}

    def refs(self, ids: Iterable[str]) -> Line:
        """References as linked numbers, for the end of a sentence; an empty line when there are none."""
        runs: list[Run] = []
        for source in dict.fromkeys(i for i in ids if i and i != NOT_FOUND):
            number = self._numbers.setdefault(source, len(self._numbers) + 1)
            runs += [Run(", ")] if runs else []
            runs.append(link(str(number), f"#s{number}"))
        return (soft(" ["), *runs, soft("]")) if runs else ()

    def entries(self) -> tuple[Line, ...]:
        """Every source named so far, in the order of its number: its citation with its link."""
        return tuple(self._citation(source) for source in self._numbers)

    def _citation(self, source: str) -> Line:
        known = self._knowledge.sources.get(source)
        if known is not None:
            address = f"https://doi.org/{known.doi}" if known.doi else known.url
            year = f" {known.year}." if known.year and str(known.year) not in known.citation else ""
            return self._joined(known.citation + ("" if known.citation.endswith(".") else ".") + year, address)
        study = self._knowledge.studies.get(source)
        if study is not None:
            address = f"https://doi.org/{study.doi}" if study.doi else study.url
            return self._joined(f"{study.title}. {study.year or 'year not printed'}. Design: {study.design}.", address)
        statement = self._knowledge.recommendations.get(source)
        if statement is not None:
            return self._joined(f"{statement.issuer}, {statement.year}: {statement.option}.", statement.url)
        if source.startswith(("https://", "http://")):
            return line(link(source, source))
        if " " in source:  # a citation in words: the text was read without an address
            return line(source)
        return line(f"{source} (not among the sources of the knowledge in use)")

    def _joined(self, text: str, address: str | None) -> Line:
        """A citation with its link: the address in full on paper, where nobody can click; its site on the screen."""
        shown = address.removeprefix("https://").removeprefix("http://").removeprefix("www.") if address else ""
        if self._medium == "screen":
            shown = shown.partition("/")[0]
        tail: tuple[Run, ...] = (Run(" "), link(shown, address)) if address else ()
        return line(text, *tail)
