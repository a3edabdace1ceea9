"""Findings worked out from others, each marked as derived with the words that say how."""

from __future__ import annotations

from narrows.case.case import Case, Sides, Value
from narrows.case.entry import Place
from narrows.knowledge import Knowledge
from narrows.problem import InputError, Problem

#: Central grade of a level to the word of the overall severity (Lee 2011 grades; Schizas 2010 as in data/criteria/imaging.toml).
_LEE_WORD = {0: "none", 1: "mild", 2: "moderate", 3: "severe"}
#: Grades A1 to A4 mean "no or minor", which is no single word: nothing is derived from them.
_SCHIZAS_WORD = {"B": "moderate", "C": "severe", "D": "severe"}
_ORDER = ("none", "mild", "moderate", "severe")


def derive(case: Case, knowledge: Knowledge, place: Place) -> None:
    """Add what follows from what is known: what need not be asked, body-mass index, worst level, scores of questionnaires.

    A value that was entered is never replaced; a score that disagrees with an entered value is told in the notices.
    Raises InputError when answers do not fit their questionnaire.
    """
    _implications(case, knowledge)
    _body_mass_index(case)
    _worst_level(case)
    _scores(case, knowledge, place)


def _implications(case: Case, knowledge: Knowledge) -> None:
    for rule in knowledge.implications.values():
        value = case.findings.get(rule.when)
        reached = rule.at_least is not None and isinstance(value, int | float) and value >= rule.at_least
        if rule.finding not in case.findings and (reached or (value is not None and value == rule.equals)):
            _put(case, rule.finding, rule.value, rule.says)


def _body_mass_index(case: Case) -> None:
    height, weight = case.findings.get("height"), case.findings.get("weight")
    if isinstance(height, int | float) and isinstance(weight, int | float):
        index = round(weight / (height / 100) ** 2, 1)
        if 10 <= index <= 80:
            _put(case, "body_mass_index", index, f"weight {weight:g} kg over height {height / 100:g} m squared")
        else:
            case.notices.append(f"Height {height:g} cm and weight {weight:g} kg give no plausible body-mass index.")


def _worst_level(case: Case) -> None:
    worst: tuple[int, str, str] | None = None
    for level, values in case.levels.items():
        word = _word(values)
        if word is not None and (worst is None or _ORDER.index(word) > worst[0]):
            worst = (_ORDER.index(word), word, level)
    # A mild or normal worst level says little of the levels that nobody looked at.
    if worst is not None and (worst[1] in ("moderate", "severe") or "lumbar" in case.levels_read):
        _put(case, "lumbar_stenosis_severity", worst[1], f"worst recorded level, {worst[2]}")


def _word(values: dict[str, Value | Sides]) -> str | None:
    lee = values.get("lee_central_grade")
    if isinstance(lee, int) and not isinstance(lee, bool):
        return _LEE_WORD.get(lee)
    schizas = values.get("schizas_grade")
    return _SCHIZAS_WORD.get(schizas) if isinstance(schizas, str) else None


def _scores(case: Case, knowledge: Knowledge, place: Place) -> None:
    if not case.answers:
        return
    from narrows.instruments import score  # late: most cases hold no raw answers

    problems: list[Problem] = []
    for instrument, answers in case.answers.items():
        try:
            result = score(instrument, answers, knowledge)
        except InputError as error:
            where = place(f"answers.{instrument}")
            problems.extend(
                Problem(f"{p.where}: {p.problem}" if p.where else p.problem, where, p.fix) for p in error.problems
            )
            continue
        case.notices.extend(f"{instrument}: {note}" for note in result.notes)
        for name, value in result.fills.items():
            _put(case, name, value, f"scored from the answers to {instrument}")
    if problems:
        raise InputError(problems)


def _put(case: Case, name: str, value: Value, how: str) -> None:
    entered = case.findings.get(name)
    if entered is None:
        case.findings[name] = value
        case.derived[name] = how
        case.missing.pop(name, None)
    elif entered != value:
        case.notices.append(f"{name} was entered as {entered}; {how} gives {value}. The entered value is used.")
