"""Shared by the tests of the evidence: the knowledge, small studies and comparisons."""

import datetime

import msgspec
import pytest

from narrows import knowledge as ground
from narrows.evidence.comparisons import ArmReached, Comparison
from narrows.evidence.effects import Effect
from narrows.knowledge.records.study import Study

DAY = datetime.date(2026, 11, 20)


@pytest.fixture(scope="session")
def known():
    return ground.load([])


@pytest.fixture(scope="session")
def study():
    def make(**more):
        plain = {
            "id": "s",
            "title": "t",
            "design": "rct",
            "blinding": "none",
            "region": "lumbar",
            "condition": "lumbar-spinal-stenosis",
            "risk_of_bias": "low",
            "risk_reason": "r",
            "arm": [],
            "read_on": DAY,
            "review_by": DAY,
        }
        return msgspec.convert({**plain, **more}, Study)

    return make


@pytest.fixture(scope="session")
def comparison():
    def make(study, **more):
        base = Comparison(
            id=f"{study}#1",
            study=study,
            condition="c",
            outcome="odi",
            measure="MD",
            option="x",
            versus="y",
            arm=ArmReached(study=study, arm="a", option="x", label="X"),
            arm_versus=ArmReached(study=study, arm="b", option="y", label="Y"),
            estimate=-2.0,
            low=-3.0,
            high=-1.0,
            effect=Effect(study=study, yi=-2.0, vi=0.26),
            months=12,
            n=100,
            group="as-randomised",
            rank=1,
        )
        return msgspec.structs.replace(base, **more)

    return make
