"""A page as it was read: its text, the blocks it stands in, and the sentences with their places."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "html", "pdf", "markdown"]
Role = Literal["prose", "heading", "item", "row", "aside"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that belongs together: a paragraph, a heading, a list item, a row of a table."""

    start: int
    end: int
    role: Role
    one_sentence: bool = False  # a line that is known to hold one statement is not split


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its place in the text read and with what stands around it."""

    start: int
    end: int
    text: str
    role: Role
    heading: str = ""  # the heading or question above it
    before: str = ""  # the sentence before it in the same block

    @property
    def question(self) -> bool:
        """Whether it asks and therefore states nothing."""
        return self.text.rstrip("\"')”’ ").endswith("?")


@dataclass(frozen=True, slots=True)
class Page:
    """The text read, with its blocks; offsets count characters of `text`."""

    text: str
    blocks: tuple[Block, ...]
    kind: Kind
    name: str
    notes: tuple[str, ...] = ()  # what was left out or kept apart while reading
    facts: dict[str, str] = field(default_factory=dict)  # author, date, links: what the file says beside its text

    @property
    def words(self) -> int:
        """How many words the text has."""
        return len(self.text.split())
