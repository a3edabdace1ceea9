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


def run(arguments: argparse.Namespace) -> int:
    """Make them and say from what."""
    from narrows.population.synthesis import cohorts, synthesize
    from narrows.problem import InputError, Problem

    if arguments.seed < 0:
        raise InputError(Problem(f"{arguments.seed} is no seed", "--seed", "a whole number from 0"))
    knowledge = ground.load(arguments.knowledge)
    made = synthesize(arguments.count, arguments.seed, Path(arguments.out), knowledge)
    used = [
        {"study": c.study, "kind": c.kind, "age_mean": c.mean, "age_sd": c.sd, "n": c.n} for c in cohorts(knowledge)
    ]
    if arguments.json:
        print_json({"people": made, "seed": arguments.seed, "out": arguments.out, "synthetic": True, "cohorts": used})
        return 0
    print(
        f"{made} invented people in {arguments.out} (seed {arguments.seed}). Every row says so in its column 'synthetic'."
    )
    print(
        "Ages as published by "
        + ", ".join(str(c["study"]) for c in used)
        + "; what else is assumed stands in docs/population.md."
    )
    return 0
