"""The manual of pooling: a table in, an answer out, against figures printed elsewhere."""

from __future__ import annotations

import pytest

from narrows.evidence.effects import (
    Effect,
    Moments,
    Table2x2,
    mean_difference,
    standardised_mean_difference,
    two_by_two,
)
from narrows.evidence.pooling import pool
from narrows.evidence.rare import rare_events

# BCG vaccine against tuberculosis, Colditz and others 1994: cases and people, vaccinated and not.
BCG = {
    "Aronson 1948": (4, 123, 11, 139),
    "Ferguson and Simes 1949": (6, 306, 29, 303),
    "Rosenthal 1960": (3, 231, 11, 220),
    "Hart and Sutherland 1977": (62, 13598, 248, 12867),
    "Frimodt-Moller 1973": (33, 5069, 47, 5808),
    "Stein and Aronson 1953": (180, 1541, 372, 1451),
    "Vandiviere 1973": (8, 2545, 10, 629),
    "TPT Madras 1980": (505, 88391, 499, 88391),
    "Coetzee and Berjak 1968": (29, 7499, 45, 7277),
    "Rosenthal 1961": (17, 1716, 65, 1665),
    "Comstock 1974": (186, 50634, 141, 27338),
    "Comstock and Webster 1969": (5, 2498, 3, 2341),
    "Comstock 1976": (27, 16913, 29, 17854),
}


def risk_ratios():
    return [two_by_two("RR", name, Table2x2(*row)) for name, row in BCG.items()]


def test_bcg_risk_ratio_as_printed_by_viechtbauer():
    # Viechtbauer 2010, J Stat Softw 36(3), doi 10.18637/jss.v036.i03: REML, section 3 (four digits printed)
    found = pool(risk_ratios(), measure="RR", model="REML", ci="wald")
    printed = {"estimate": -0.7145, "se": 0.1798, "ci_low": -1.0669, "ci_high": -0.3622, "tau2": 0.3132, "i2": 92.22}
    for name, value in printed.items():
        assert getattr(found, name) == pytest.approx(value, abs=6e-5 if name != "i2" else 6e-3), name
    assert found.q == pytest.approx(152.2330, abs=6e-5)
    assert (found.k, found.q_df) == (13, 12)
    shown = [found.shown(v) for v in (found.estimate, found.prediction_low, found.prediction_high)]
    assert shown == pytest.approx([0.4894, 0.1546, 1.5490], abs=6e-5)


EMPTY_CELLS = [
    # events1, n1, events2, n2, measure, what one half in each cell gives
    (0, 10, 3, 10, "OR", (0.5 * 7.5) / (10.5 * 3.5)),
    (0, 10, 3, 10, "RR", (0.5 / 11) / (3.5 / 11)),
    (0, 12, 0, 12, "OR", 1.0),
    (2, 10, 3, 10, "OR", (2 * 7) / (8 * 3)),  # no empty cell: nothing is added
]


@pytest.mark.parametrize(("a", "n1", "c", "n2", "measure", "ratio"), EMPTY_CELLS)
def test_one_half_is_added_only_where_a_cell_is_empty(a, n1, c, n2, measure, ratio):
    found = pool([two_by_two(measure, "s", Table2x2(a, n1, c, n2))], measure=measure, model="fixed", ci="wald")
    assert found.shown(found.estimate) == pytest.approx(ratio)


def test_peto_and_mantel_haenszel_add_nothing():
    tables = [("a", Table2x2(0, 100, 2, 100)), ("b", Table2x2(1, 100, 3, 100)), ("c", Table2x2(0, 50, 0, 50))]
    mh = rare_events(tables, measure="OR", method="MH")
    by_hand = (0 * 98 / 200 + 1 * 97 / 200) / (100 * 2 / 200 + 99 * 3 / 200)
    assert mh.shown(mh.estimate) == pytest.approx(by_hand)
    assert any("c" in note for note in mh.notes)
    peto = rare_events(tables, measure="OR", method="Peto")
    assert peto.estimate < 0
    assert peto.studies[2].weight == 0


def test_unequal_variances_are_not_made_equal():
    first, second = Moments(10, 2, 10), Moments(14, 8, 40)
    assert mean_difference("s", first, second).vi == pytest.approx(4 / 10 + 64 / 40)


def test_hedges_g_is_smaller_than_the_plain_ratio():
    first, second = Moments(12, 4, 8), Moments(8, 4, 8)
    found = standardised_mean_difference("s", first, second)
    assert 0.94 < found.yi < 0.95  # J(14) = 0.9455…
    assert found.vi == pytest.approx(1 / 8 + 1 / 8 + found.yi**2 / 32)


@pytest.mark.parametrize(
    ("effects", "estimate", "tau2"),
    [
        ([(1.0, 1.0), (1.0, 1.0)], 1.0, 0.0),  # they agree: nothing lies between them
        ([(0.0, 1.0), (4.0, 1.0)], 2.0, 7.0),  # (4² / 2 − 1) by hand: the variance of two, less the sampling
    ],
)
@pytest.mark.parametrize("model", ["DL", "PM", "REML"])
def test_two_equally_precise_studies_can_be_done_by_hand(effects, estimate, tau2, model):
    made = [Effect(study=str(i), yi=y, vi=v) for i, (y, v) in enumerate(effects)]
    found = pool(made, measure="MD", model=model, ci="wald")
    assert found.estimate == pytest.approx(estimate)
    assert found.tau2 == pytest.approx(tau2, abs=1e-9)
