"""`narrows pool`: pool the studies of an outcome from the knowledge, or of a file."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from narrows import knowledge as ground
from narrows.problem import InputError, Problem

if TYPE_CHECKING:
    from narrows.evidence.effects import Effect, Measure, Table2x2
    from narrows.evidence.pooling import Interval, Model, Pool

MODELS = ("fixed", "DL", "PM", "REML", "MH", "Peto")
DEFAULT_MODEL: Final = "REML"
DEFAULT_CI: Final = "wald"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to pool, and how."""
    parser.add_argument(
        "--studies", metavar="F.csv", help="study,yi,vi | study,mean1,sd1,n1,mean2,sd2,n2 | study,events1,n1,events2,n2"
    )
    parser.add_argument("--outcome", metavar="NAME", help="an outcome of the knowledge, for example odi")
    parser.add_argument("--months", type=float, metavar="M", help="the horizon in months")
    parser.add_argument("--option", metavar="A", help="the option; the difference is option minus versus")
    parser.add_argument("--versus", metavar="B", help="the comparator; without it the change in the option's own arms")
    parser.add_argument("--condition", metavar="C", help="a condition of the studies (lumbar-spinal-stenosis)")
    parser.add_argument("--window", type=float, metavar="M", help="how many months a study may lie from the horizon")
    parser.add_argument("--with-marked", action="store_true", help="also rows that are derived or carry a caution")
    parser.add_argument("--model", choices=MODELS, help=f"({DEFAULT_MODEL}); MH and Peto are for counts of rare events")
    parser.add_argument("--ci", choices=("wald", "hksj"), help=f"({DEFAULT_CI})")
    parser.add_argument("--measure", choices=("MD", "SMD", "OR", "RR", "RD"), help="means: MD; counts: OR unless named")
    parser.add_argument("--forest", metavar="F.svg", help="write a forest plot")


def run(arguments: argparse.Namespace) -> int:
    """Pool and print."""
    from narrows import cli

    _check(arguments)
    answer, pool, title = _of_file(arguments) if arguments.studies else _of_knowledge(arguments)
    if arguments.forest:
        _draw(arguments.forest, pool, title, answer)
    if arguments.json:
        cli.print_json(answer)
    else:
        from narrows.evidence.pool_table import show

        show(answer, title)
    return 0


def _check(arguments: argparse.Namespace) -> None:
    asked = {name: getattr(arguments, name) for name in ("outcome", "months", "option")}
    beside = [f"--{n}" for n in (*asked, "versus", "condition", "window") if getattr(arguments, n) is not None]
    problems = []
    if arguments.studies and beside:
        problems.append(
            Problem(f"--studies and {', '.join(beside)}", "narrows pool", "a file or the knowledge, not both")
        )
    if arguments.studies and arguments.with_marked:
        problems.append(Problem("--studies and --with-marked", "narrows pool", "marks stand in the knowledge alone"))
    if not arguments.studies:
        problems += [
            Problem(f"--{name} is missing", "narrows pool", "name --outcome, --months and --option, or --studies F.csv")
            for name, given in asked.items()
            if given is None
        ]
    if arguments.window is not None and not arguments.window >= 0:
        problems.append(Problem(f"--window {arguments.window:g}", "narrows pool", "0 or more months"))
    if arguments.model in ("MH", "Peto"):
        if arguments.ci == "hksj":
            problems.append(Problem(f"--ci hksj with {arguments.model}", "narrows pool", "leave --ci out"))
        if not arguments.studies:
            problems.append(Problem(f"--model {arguments.model} needs counts", "narrows pool", "give --studies F.csv"))
    if problems:
        raise InputError(problems)


def _of_file(arguments: argparse.Namespace) -> tuple[dict[str, Any], Pool, str]:
    from narrows.evidence import studies_file

    path = Path(arguments.studies)
    file = studies_file.read(path)
    named = arguments.measure
    if arguments.model == "Peto" and named is None:
        named = "OR"
    measure = studies_file.measure_of(file, named)
    if arguments.model in ("MH", "Peto"):
        if file.shape != "counts":
            raise InputError(Problem(f"--model {arguments.model} needs counts", str(path), "events1, n1, events2, n2"))
        pool = _rare(arguments.model, measure, studies_file.tables_of(file))
        notes: list[str] = []
    else:
        effects = studies_file.effects_of(file, measure)
        pool, notes = _usual(arguments, measure, effects)
        if file.shape == "counts":
            notes += _rare_note(measure, [t for _, t in studies_file.tables_of(file)])
    if file.shape == "counts" and arguments.measure is None and measure == "OR" and arguments.model != "Peto":
        notes.append("no --measure was named: odds ratios")
    return _answer(pool, notes, ()), pool, path.name


def _of_knowledge(arguments: argparse.Namespace) -> tuple[dict[str, Any], Pool, str]:
    from narrows.evidence import question
    from narrows.evidence.words import option_name

    knowledge = ground.load(arguments.knowledge)
    found = question.ask(
        knowledge,
        outcome=arguments.outcome,
        months=arguments.months,
        option=arguments.option,
        versus=arguments.versus,
        condition=arguments.condition or question.DEFAULT_CONDITION,
        measure=arguments.measure,
        window=arguments.window,
        with_marked=arguments.with_marked,
    )
    pool, notes = _usual(arguments, found.measure, found.effects)
    notes += [
        f"{c.study} is a review; its row holds {c.trials or 'several'} trials" for c in found.comparisons if c.review
    ]
    if arguments.versus is None:
        notes.append("no comparison: this is what people came to, not what the treatment did")
    against = f" against {option_name(knowledge, arguments.versus).lower()}" if arguments.versus else ", no comparison"
    title = f"{found.outcome.label}, {arguments.months:g} months: {option_name(knowledge, arguments.option).lower()}{against}"
    answer = _answer(pool, notes, found.left_out)
    answer |= {
        "outcome": found.outcome.id,
        "unit": found.outcome.unit,
        "better": found.outcome.better,
        "condition": found.condition,
        "months": found.months,
        "window_months": found.window,
        "option": arguments.option,
        "versus": arguments.versus,
        "knowledge": knowledge.stamp,
    }
    if found.comparisons:
        from narrows.evidence.certainty import of_comparison

        judged = of_comparison(found.comparisons, pool, found.outcome, knowledge.studies, knowledge.certainty_rules)
        answer["certainty"] = {
            "level": judged.level,
            "steps": [{"domain": s.domain, "steps": s.steps, "reason": s.reason} for s in judged.steps],
        }
    return answer, pool, title


def _usual(arguments: argparse.Namespace, measure: Measure, effects: tuple[Effect, ...]) -> tuple[Pool, list[str]]:
    from narrows.evidence.pooling import pool

    notes = [
        f"no --{name} was named: {default}"
        for name, default in (("model", DEFAULT_MODEL), ("ci", DEFAULT_CI))
        if getattr(arguments, name) is None
    ]
    model: Model = arguments.model or DEFAULT_MODEL
    interval: Interval = arguments.ci or DEFAULT_CI
    return pool(effects, measure=measure, model=model, ci=interval), notes


def _rare(model: Literal["MH", "Peto"], measure: Measure, tables: tuple[tuple[str, Table2x2], ...]) -> Pool:
    from narrows.evidence.rare import rare_events

    return rare_events(tables, measure=measure, method=model)


def _rare_note(measure: Measure, tables: list[Table2x2]) -> list[str]:
    from narrows.evidence.rare import are_rare

    if measure in ("OR", "RR") and are_rare(tables):
        return ["events are rare or a cell is empty (one half was added there): compare --model MH, or Peto for OR"]
    return []


def _answer(pool: Pool, notes: list[str], left_out: tuple[Any, ...]) -> dict[str, Any]:
    import msgspec

    return {
        "measure": pool.measure,
        "model": pool.model,
        "ci": pool.ci,
        "estimate": _shown(pool, pool.estimate),
        "ci_low": _shown(pool, pool.ci_low),
        "ci_high": _shown(pool, pool.ci_high),
        "prediction_low": _shown(pool, pool.prediction_low),
        "prediction_high": _shown(pool, pool.prediction_high),
        "se": pool.se,
        "p": pool.p,
        "tau2": pool.tau2,
        "i2": pool.i2,
        "q": pool.q,
        "q_df": pool.q_df,
        "q_p": pool.q_p,
        "k": pool.k,
        "studies": [msgspec.to_builtins(s) for s in pool.studies],
        "leave_one_out": _leave_one_out(pool),
        "left_out": [msgspec.to_builtins(entry) for entry in left_out],
        "notes": [*pool.notes, *notes],
    }


def _shown(pool: Pool, value: float | None) -> float | None:
    """A value as readers see it; None where it runs out of all numbers (an interval of a ratio can)."""
    shown = pool.shown(value)
    return shown if shown is None or math.isfinite(shown) else None


def _leave_one_out(pool: Pool) -> list[dict[str, Any]]:
    from narrows.evidence.effects import Effect
    from narrows.evidence.pooling import leave_one_out

    if pool.model in ("MH", "Peto"):
        return []
    effects = [Effect(study=s.study, yi=s.yi, vi=s.vi) for s in pool.studies]
    without = leave_one_out(effects, measure=pool.measure, model=pool.model, ci=pool.ci)
    return [
        {
            "without": study,
            "estimate": _shown(p, p.estimate),
            "ci_low": _shown(p, p.ci_low),
            "ci_high": _shown(p, p.ci_high),
            "tau2": p.tau2,
            "i2": p.i2,
        }
        for study, p in without.items()
    ]


def _draw(target: str, pool: Pool, title: str, answer: dict[str, Any]) -> None:
    from narrows.evidence import forest

    names = {"OR": "odds ratio", "RR": "risk ratio", "RD": "difference of shares", "MC": "mean change"}
    unit = f"difference, {answer['unit']}" if answer.get("unit") else "difference of means"
    sides = {"lower": ("better", "worse"), "higher": ("worse", "better")}.get(answer.get("better", ""), ("", ""))
    foot = f"I² {pool.i2:.0f} %, tau² {pool.tau2:.3g}, Q {pool.q:.2f} on {pool.q_df}; interval: {pool.ci}"
    picture = forest.svg(
        forest.lines(pool),
        title=title,
        axis=unit if pool.measure == "MD" else names.get(pool.measure, pool.measure),
        left=sides[0],
        right=sides[1],
        ratio=pool.measure in ("OR", "RR"),
        foot=foot,
    )
    try:
        Path(target).write_text(picture, encoding="utf-8")
    except OSError as error:
        raise InputError(Problem(f"cannot be written: {error.strerror}", target, "name another file")) from error
