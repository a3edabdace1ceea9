"""Cases that are wrong are refused whole: every problem, its place, its mend."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

from narrows.case import Case, Sides, read
from narrows.knowledge import Knowledge
from narrows.problem import InputError

Reader = Callable[..., list[Case]]


def problems(read_case: Reader, text: str | bytes, name: str = "case.toml") -> list[str]:
    """The problems of a file as lines."""
    with pytest.raises(InputError) as refused:
        read_case(text, name)
    return [str(p) for p in refused.value.problems]


def test_a_whole_case(case_file: Reader) -> None:
    """Findings, sides, levels, reasons and the date come in as they stand."""
    (case,) = case_file(
        """
        id = "ruth"
        as_of = 2026-01-15
        levels_read = ["lumbar"]
        [findings]
        age = 72
        leg_power_mrc = { left = 4, right = 5 }
        [missing]
        hba1c = "refused"
        [levels."L4-L5"]
        dural_sac_csa = 62
        lateral_recess_grade = { left = 3 }
        """
    )
    assert case.id == "ruth"
    assert case.findings["leg_power_mrc"] == Sides(4, 5)
    assert case.levels["L4-L5"] == {"dural_sac_csa": 62, "lateral_recess_grade": Sides(3, None)}
    assert case.missing == {"hba1c": "refused"}
    assert case.levels_read == ("lumbar",)


def test_a_case_with_nothing_known(case_file: Reader) -> None:
    """One line is a case."""
    (case,) = case_file('id = "someone"')
    assert case.findings == {}
    assert "No date was given" in case.notices[0]


def test_all_problems_together(case_file: Reader) -> None:
    """A file with many faults names each of them with its line."""
    found = problems(
        case_file,
        """\
        id = "x"
        as_of = 2031-01-01
        levels_read = ["lumber"]
        [findings]
        age = 172
        agee = 3
        leg_pain = 1
        dural_sac_csa = 62
        back_pain_nrs = nan
        leg_power_mrc = { left = 4, rigth = 5 }
        neck_pain = { left = true }
        [levels."L6-L7"]
        dural_sac_csa = 3
        [levels."C3-C4"]
        dural_sac_csa = 62
        age = 3
        [missing]
        hba1c = "forgot"
        """,
    )
    wanted = [
        "line 2, as_of: 2031-01-01 lies in the future",
        "line 3, levels_read: no region 'lumber' (did you mean lumbar?)",
        "line 5, findings.age: age 172 a is above 120 a",
        "line 6, findings.agee: no finding 'agee' (did you mean age?)",
        "line 7, findings.leg_pain: leg_pain is true or false, not 1",
        "line 8, findings.dural_sac_csa: dural_sac_csa belongs to a level",
        "line 9, findings.back_pain_nrs: back_pain_nrs: nan is no value",
        "line 10, findings.leg_power_mrc: leg_power_mrc: 'rigth' is no side",
        "line 11, findings.neck_pain: neck_pain has no left and right",
        "line 12, levels.L6-L7: no level 'L6-L7'",
        "line 15, levels.C3-C4.dural_sac_csa: dural_sac_csa is a lumbar finding",
        "line 16, levels.C3-C4.age: age belongs to the person",
        "line 18, missing.hba1c: 'forgot' is no reason",
    ]
    assert len(found) == len(wanted)
    for line in wanted:
        assert any(line in problem for problem in found), line


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "case.toml", "the file is empty"),
        (b"  \n", "case.json", "the file is empty"),
        (b"\x00\x01\x02binary", "case.toml", "binary"),
        ("id = 'Ren\xe9'".encode("latin-1"), "case.toml", "not UTF-8"),
        (b"id = \n", "case.toml", "not TOML"),
        (b"[findings]\nage = 3\nage = 4\n", "case.toml", "not TOML"),
        (b'{"id": "x", "findings": {"age": 3, "age": 4}}', "case.json", "key 'age' stands twice"),
        (b'{"findings": {"age": NaN}}', "case.json", "NaN is no value"),
        (b'{"findings": {"age": Infinity}}', "case.json", "Infinity is no value"),
        (b'{"id": "x"', "case.json", "not JSON"),
        (b"[" * 100_000, "case.json", "nested too deeply"),
        (b'["a"]', "case.json", "a case is a table"),
        (b"id,age\nx,3,4\n", "case.csv", "3 cells where the header has 2"),
        (b"id,age,age\nx,3,4\n", "case.csv", "column 'age' stands twice"),
        (b"id,agee\nx,3\n", "case.csv", "no finding 'agee'"),
        (b"id,age\n", "case.csv", "a header and no people"),
        (b"id,age\nx,old\n", "case.csv", "age is a number"),
        (b"#" * 10_000_001, "case.toml", "larger than 10 MB"),
        (b"[findings]\nsex = nan\n", "case.toml", "nan is none of its codes"),
        (b"[findings]\nantiplatelet = inf\n", "case.toml", "inf is none of its codes"),
        (b"[findings]\nage = " + b"9" * 400, "case.toml", "age is far too large"),
        (b"[findings]\nage = " + b"9" * 5000, "case.toml", "a number is far too large"),
        (b'{"findings": {"age": ' + b"9" * 5000 + b"}}", "case.json", "a number is far too large"),
        (b"id,age\nx," + b"9" * 5000 + b"\n", "case.csv", "inf is no value"),
        (b"a." * 60 + b"a = 1", "case.toml", "nested too deeply"),
        (b"[]", "case.json", "an empty list"),
        (b'as_of = "2026-01-15 or so"', "case.toml", "is no date"),
        (b"as_of = 0026-11-20", "case.toml", "lies too far back"),
        (b'{"id": "\\ud800"}', "case.json", "short text on one line"),
        (b'{"id": "\\u001b[31m"}', "case.json", "short text on one line"),
        (b"[saved]\ndigests = 5", "case.toml", "saved is not as"),
        (b"[saved]\ncriteria = [1]", "case.toml", "saved is not as"),
        (b"[saved]\ndigests = { criteria = { a = 1 } }", "case.toml", "saved is not as"),
        (b"id,,age\nx,,70\n", "case.csv", "a column has no name"),
        (b"id,leg_power_mrc@left,leg_power_mrc\nx,3,5\n", "case.csv", "once without a side and once with one"),
    ],
)
def test_files_that_are_no_case(content: bytes, name: str, said: str, case_file: Reader) -> None:
    """Empty, binary, huge, wrong encoding, wrong form."""
    assert any(said in line for line in problems(case_file, content, name))


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ("leg_pain = false\nleg_pain_bilateral = true", "no leg pain, and leg pain on both sides"),
        ("procedure_received = 'none'\nnew_deficit_after_procedure = true", "no procedure was done"),
        ("age = 50\nsymptom_duration_months = 900", "symptoms for 900 months at the age of 50"),
    ],
)
def test_contradictions(findings: str, said: str, case_file: Reader) -> None:
    """Answers that cannot both be right are refused with both named."""
    assert any(said in line for line in problems(case_file, f"[findings]\n{findings}\n"))


def test_a_value_and_a_reason_for_having_none(case_file: Reader) -> None:
    """One of the two is wrong."""
    text = '[findings]\nage = 3\n[missing]\nage = "refused"\n'
    assert "a value and a reason" in problems(case_file, text)[0]


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        ("'5.5 ft'", "height", 167.64),
        ("{ value = 150, unit = 'lb' }", "weight", 68.0388555),
        ("'0.3 km'", "walking_distance", 300),
        ("'101.3 [degF]'", "body_temperature", 38.5),
        ("'48 mmol/mol'", "hba1c", 6.54304),
        ("'136 g/L'", "haemoglobin", 13.6),
        ("'2 a'", "symptom_duration_months", 24),
    ],
)
def test_units_are_turned_into_those_of_the_dictionary(
    given: str, name: str, expected: float, case_file: Reader
) -> None:
    """UCUM units and the spellings that people write."""
    (case,) = case_file(f"[findings]\n{name} = {given}\n")
    assert case.findings[name] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("given", "name", "said"),
    [
        ("'3 kg'", "walking_distance", "cannot be turned into m"),
        ("'3 parsec'", "walking_distance", "unknown unit 'parsec'"),
        ("'48 mmol/mol'", "disc_height_loss_percent", "belongs to a level"),
        ("{ value = 3, units = 'm' }", "walking_distance", "keys value and unit"),
        ("{ value = true, unit = 'm' }", "walking_distance", "takes no unit"),
    ],
)
def test_units_that_cannot_be_turned(given: str, name: str, said: str, case_file: Reader) -> None:
    """What cannot be converted is refused."""
    assert said in problems(case_file, f"[findings]\n{name} = {given}\n")[0]


def test_derived_findings_say_so(case_file: Reader) -> None:
    """Body-mass index and the worst level are worked out and marked; what was entered stays."""
    (case,) = case_file(
        """
        levels_read = ["lumbar"]
        [findings]
        height = 170
        weight = 85
        [levels."L3-L4"]
        lee_central_grade = 1
        [levels."L4-L5"]
        lee_central_grade = 3
        """
    )
    assert case.findings["body_mass_index"] == 29.4
    assert case.findings["lumbar_stenosis_severity"] == "severe"
    assert set(case.derived) == {"body_mass_index", "lumbar_stenosis_severity"}
    (entered,) = case_file("[findings]\nheight = 170\nweight = 85\nbody_mass_index = 31\n")
    assert entered.findings["body_mass_index"] == 31
    assert "body_mass_index was entered as 31" in " ".join(entered.notices)


def test_csv_rows(case_file: Reader) -> None:
    """One row a person; sides and levels in the column's name; reasons in the cell."""
    cases = case_file(
        "id,as_of,levels_read,age,leg_pain,hba1c,leg_power_mrc@left,dural_sac_csa@L4-L5,schizas_grade@L4-L5\n"
        "a,2026-01-01,lumbar,42,yes,refused,3,62,C\n"
        "b,2026-01-02,,,,,,,\n",
        "people.csv",
    )
    assert [c.id for c in cases] == ["a", "b"]
    assert cases[0].findings == {
        "age": 42,
        "leg_pain": True,
        "leg_power_mrc": Sides(3, None),
        "lumbar_stenosis_severity": "severe",
    }
    assert cases[0].levels == {"L4-L5": {"dural_sac_csa": 62, "schizas_grade": "C"}}
    assert cases[0].missing == {"hba1c": "refused"}
    assert cases[1].findings == {}


def test_standard_input(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads JSON when the first character is a bracket, else TOML."""
    for text in (json.dumps({"id": "j", "findings": {"age": 3}}), 'id = "j"\n[findings]\nage = 3\n'):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        (case,) = read("-", knowledge)
        assert case.findings == {"age": 3}


def test_a_missing_file_names_what_is_there(tmp_path, knowledge: Knowledge) -> None:  # type: ignore[no-untyped-def]
    """The nearest files are named."""
    (tmp_path / "ruth.toml").write_text("id = 'r'")
    with pytest.raises(InputError, match=r"ruth\.toml"):
        list(read(str(tmp_path / "rut.toml"), knowledge))


def test_a_wrong_column_is_told_once(case_file: Reader) -> None:
    """Not once for every row; what is wrong in the rows is told beside it."""
    found = problems(case_file, "id,agee,sex\na,1,female\nb,2,femal\nc,3,male\n", "people.csv")
    assert len(found) == 2
    assert found[0].startswith("people.csv, line 1, column 'agee': no finding 'agee'")
    assert "line 3" in found[1]


@pytest.mark.parametrize("name", ["case.toml", "case.json", "people.csv"])
def test_a_flood_of_problems_is_cut_and_says_so(name: str, case_file: Reader) -> None:
    """A file of another kind is refused quickly, with the first problems and the word that there are more."""
    names = [f"finding_{i}" for i in range(1000)]
    text = {
        "case.toml": "[findings]\n" + "\n".join(f"{n} = 1" for n in names),
        "case.json": json.dumps({"findings": dict.fromkeys(names, 1)}),
        "people.csv": "id," + ",".join(names) + "\nx" + ",1" * len(names) + "\n",
    }[name]
    found = problems(case_file, text, name)
    assert len(found) == 201
    assert "there are more problems" in found[-1]


def test_names_from_strangers_do_not_steer_the_terminal(case_file: Reader) -> None:
    """An escape sequence in a key is spelt out in the message."""
    (line,) = problems(case_file, '"\\u001b[31mred" = 1')
    assert "\x1b" not in line
    assert "\\x1b[31mred" in line


def test_the_name_in_capitals_is_suggested(case_file: Reader) -> None:
    """A slip of the shift key finds its finding."""
    assert any("did you mean age?" in line for line in problems(case_file, "[findings]\nAGE = 3"))


def test_what_follows_from_another_answer_is_not_asked(case_file: Reader) -> None:
    """Pregnancy at 72 and in a man; what is entered stays, and the answer says that the other is derived."""
    old, man, young, told = case_file(
        "id,as_of,age,sex,pregnant\na,2026-01-01,72,,\nb,2026-01-01,41,male,\nc,2026-01-01,41,female,\nd,2026-01-01,57,,yes\n",
        "people.csv",
    )
    assert old.findings["pregnant"] is man.findings["pregnant"] is False
    assert "55" in old.derived["pregnant"]
    assert "pregnant" not in young.findings
    assert told.findings["pregnant"] is True
    assert "pregnant" not in told.derived
