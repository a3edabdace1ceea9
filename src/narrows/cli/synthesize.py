"""`narrows synthesize N --seed S --out F`: invented people, each row marked."""

from __future__ import annotations

import argparse
from pathlib import Path

from narrows import knowledge as ground
from narrows.cli import print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many, from which seed, where to."""
    parser.add_argument("count", metavar="N", type=int, help="how many people")
    parser.add_argument("--seed", metavar="S", type=int, default=1, help="the same seed gives the same people (1)")
    parser.add_argument("--out", metavar="F", required=True, help="a table: .parquet or .csv")
    parser.add_argument(
        "--follow-up", metavar="F", help="write a second table: scores at later visits, drop-out and its reason"
    )
    parser.add_argument("--visits", metavar="MONTHS", help="with --follow-up: months after the first day (3,12,24)")


def run(arguments: argparse.Namespace) -> int:
    """Make them and say from what."""
    from narrows.population.courses import VISITS, courses, visits_of
    from narrows.population.synthesis import cohorts, synthesize
    from narrows.problem import InputError, Problem

    if arguments.seed < 0:
        raise InputError(Problem(f"{arguments.seed} is no seed", "--seed", "a whole number from 0"))
    knowledge = ground.load(arguments.knowledge)
    later = Path(arguments.follow_up) if arguments.follow_up else None
    if arguments.visits is not None and later is None:
        raise InputError(Problem("visits without a table for them", "--visits", "add --follow-up F"))
    visits = VISITS if arguments.visits is None else visits_of(arguments.visits)
    made = synthesize(arguments.count, arguments.seed, Path(arguments.out), knowledge, follow_up=later, visits=visits)
    used = [
        {"study": c.study, "kind": c.kind, "age_mean": c.mean, "age_sd": c.sd, "n": c.n} for c in cohorts(knowledge)
    ]
    if arguments.json:
        told = {"people": made, "seed": arguments.seed, "out": arguments.out, "synthetic": True, "cohorts": used}
        if later:
            changes = [
                {"treatment": c.treatment, "silent_after_a_year": c.silent, "measure": name, **change._asdict()}
                for c in courses(knowledge)
                for name, change in c.changes.items()
            ]
            told["follow_up"] = {"out": arguments.follow_up, "visits": visits, "changes": changes}
        print_json(told)
        return 0
    print(
        f"{made} invented people in {arguments.out} (seed {arguments.seed}). Every row says so in its column 'synthetic'."
    )
    print(
        "Ages as published by "
        + ", ".join(str(c["study"]) for c in used)
        + "; what else is assumed stands in docs/population.md."
    )
    if later:
        print(
            f"Visits after {', '.join(map(str, visits))} months in {arguments.follow_up}: mean changes as published, "
            "who is treated how and why people fall silent are assumed."
        )
    return 0
