"""A file of the command is written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrows.cli import write_file
from narrows.problem import InputError


def test_what_stood_there_is_replaced_whole(tmp_path: Path) -> None:
    """Nothing else is left in the folder, and a link still leads to its file."""
    target, link = tmp_path / "a.html", tmp_path / "link.html"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    write_file(str(link), b"new")
    assert target.read_bytes() == b"new"
    assert link.is_symlink()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "link.html"]


def test_a_place_that_is_none_is_told(tmp_path: Path) -> None:
    """A folder that is not there, and a folder where a file should be."""
    for name in (tmp_path / "no" / "a.html", tmp_path):
        with pytest.raises(InputError, match="cannot be written"):
            write_file(str(name), b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing() -> None:
    """A device without room."""
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with pytest.raises(InputError, match="No space left"):
        write_file("/dev/full", b"x" * 100_000)
