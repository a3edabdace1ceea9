"""A clinic's folder that is broken or hostile: refused with its file and line, never a traceback, never half-taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from narrows.criteria import rules_of
from narrows.knowledge import load, read
from narrows.problem import InputError

RULE = """
[[criterion]]
id = "clinic-rule"
label = "Ours"
kind = "caution"
scope = "person"
when = "age > 5"
says = "Something."
sources = ["nass-2011"]
source_kind = "guideline"
verified = true
read_on = 2026-11-20
review_by = 2028-11-20
applies_to = ["decompression"]
"""


def refused_when_read(folder: Path, ours: Path) -> str:
    """The problems of a folder laid over an empty one."""
    with pytest.raises(InputError) as refused:
        read.gather([ours, folder])
    return str(refused.value)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A clinic's folder, and an empty one to lay it over."""
    (tmp_path / "clinic" / "criteria").mkdir(parents=True)
    (tmp_path / "ours").mkdir()
    return tmp_path / "clinic", tmp_path / "ours"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\x01\xff", "not UTF-8 text"),
        (b"a = " + b"[" * 5000, "nested too deeply"),
        (b"a = " + b"9" * 5000, "a number far too large"),
        (b"# " + b"x" * 5_000_001, "larger than 5 MB"),
        ((RULE * 2).encode(), "stands twice"),
        (b"criterion = 5", "write [[criterion]]"),
        (b"criterion = [1]", "write [[criterion]]"),
        (RULE.replace("clinic-rule", "\\u001b[31m").encode(), "cannot be shown"),
        ((RULE + "[[criterion.points]]\nwhen = 'fever'\nadd = 99999999999999999999\n").encode(), "far too large"),
    ],
)
def test_files(content: bytes, said: str, folders: tuple[Path, Path]) -> None:
    """One bad file."""
    (folders[0] / "criteria" / "a.toml").write_bytes(content)
    problems = refused_when_read(*folders)
    assert said in problems
    assert "a.toml" in problems


def test_what_is_no_file(folders: tuple[Path, Path]) -> None:
    """A folder named like a file, a link to nothing, a device without an end."""
    (folders[0] / "criteria" / "a.toml").mkdir()
    (folders[0] / "criteria" / "b.toml").symlink_to("/nowhere")
    (folders[0] / "criteria" / "c.toml").symlink_to("/dev/zero")
    problems = refused_when_read(*folders)
    assert problems.count("this is no plain file") == 3
    assert len(read.digest([folders[0]])) == 64


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('["decompression"]', '["descompression"]', "'descompression' is none of options"),
        ('["nass-2011"]', '["nass-2001"]', "'nass-2001' is none of sources"),
        ('"caution"', '"red-flag"', "a red flag without an urgency"),
        ('"caution"', '"contraindication"', "a contraindication without its strength"),
        ("verified = true", 'verified = true\nassume = { age = "old" }', "assume: age is a number"),
        ("verified = true", "withdrawn_on = 2026-01-01\nverified = true", "a day and a reason"),
    ],
)
def test_rules(old: str, new: str, said: str, folders: tuple[Path, Path]) -> None:
    """A rule that names what is not there, or says half of what a rule of its kind says."""
    (folders[0] / "criteria" / "a.toml").write_text(RULE.replace(old, new))
    with pytest.raises(InputError) as refused:
        rules_of(load([folders[0]]))
    assert said in str(refused.value)
    assert "a.toml, line 2" in str(refused.value)
