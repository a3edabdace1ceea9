"""What every entry of the knowledge has: when it was read and when it is to be read again."""

from __future__ import annotations

import datetime

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A piece of an entry; a key that is not named here refuses the file."""


class Review(Part, frozen=True, kw_only=True):
    """Who read an entry with a clinician's eye, and when."""

    name: str
    profession: str
    date: datetime.date


class Entry(Part, frozen=True, kw_only=True):
    """An entry of the knowledge: read on a day, due to be read again on another."""

    read_on: datetime.date
    review_by: datetime.date
    withdrawn_on: datetime.date | None = None
    withdrawn_because: str | None = None
    reviewed_by: tuple[Review, ...] = ()


class Gap(Entry, frozen=True, kw_only=True):
    """What was looked for and could not be read."""

    about: str
    detail: str
