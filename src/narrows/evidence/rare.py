"""Pooling of rare events without corrections for zero cells: Mantel-Haenszel and Peto."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from narrows.evidence.effects import Effect, Measure, Table2x2, check_table, two_by_two
from narrows.evidence.pooling import Model, Pool, chi2_p, two_sided_p, weighted
from narrows.problem import InputError, Problem

_Z = 1.959963984540054
RARE = 0.01  # Cochrane Handbook, chapter 10, section 10.4.4.1: below 1 % the usual methods are biased


def rare_events(studies: Sequence[tuple[str, Table2x2]], *, measure: Measure, method: Literal["MH", "Peto"]) -> Pool:
    """Pool 2 × 2 tables by Mantel-Haenszel (OR, RR, RD) or Peto (OR).

    Both assume a common effect. Studies without any event (or with nothing but events) add nothing to OR and RR,
    and are named in the notes. Q uses the single studies' effects, as metafor's rma.mh and rma.peto do.
    Mantel and Haenszel 1959, doi 10.1093/jnci/22.4.719; Robins, Breslow and Greenland 1986, doi 10.2307/2531052;
    Greenland and Robins 1985, doi 10.2307/2530643; Sato 1989; Yusuf and others 1985,
    doi 10.1016/S0033-0620(85)80003-7.
    Raises InputError when no study has an event, or the method cannot give the measure.
    """
    if not studies:
        raise InputError(Problem("no study to pool", "studies", "name at least one study"))
    for study, table in studies:
        check_table(study, table)
    if method == "Peto":
        return _peto(studies, measure)
    return _mantel_haenszel(studies, measure)


def are_rare(tables: Sequence[Table2x2]) -> bool:
    """Whether events are so rare, or cells so empty, that one half added to zeros would shape the answer."""
    share = sum(t.events1 + t.events2 for t in tables) / sum(t.n1 + t.n2 for t in tables)
    return share < RARE or any(min(t.events1, t.events2) == 0 for t in tables)


def _mantel_haenszel(studies: Sequence[tuple[str, Table2x2]], measure: Measure) -> Pool:
    tables = [t.cells for _, t in studies]
    if measure == "OR":
        r = [a * d / (a + b + c + d) for a, b, c, d in tables]
        s = [b * c / (a + b + c + d) for a, b, c, d in tables]
        sum_r, sum_s = _positive(r, measure), _positive(s, measure)
        p = [(a + d) / (a + b + c + d) for a, b, c, d in tables]
        estimate = math.log(sum_r / sum_s)
        variance = (
            math.fsum(pi * ri for pi, ri in zip(p, r, strict=True)) / (2 * sum_r**2)
            + math.fsum(pi * si + (1 - pi) * ri for pi, ri, si in zip(p, r, s, strict=True)) / (2 * sum_r * sum_s)
            + math.fsum((1 - pi) * si for pi, si in zip(p, s, strict=True)) / (2 * sum_s**2)
        )
        weights = s
    elif measure == "RR":
        r = [a * (c + d) / (a + b + c + d) for a, b, c, d in tables]
        s = [c * (a + b) / (a + b + c + d) for a, b, c, d in tables]
        sum_r, sum_s = _positive(r, measure), _positive(s, measure)
        estimate = math.log(sum_r / sum_s)
        variance = math.fsum(
            ((a + b) * (c + d) * (a + c) - a * c * (a + b + c + d)) / (a + b + c + d) ** 2 for a, b, c, d in tables
        ) / (sum_r * sum_s)
        weights = s
    elif measure == "RD":
        weights = [(a + b) * (c + d) / (a + b + c + d) for a, b, c, d in tables]
        total = math.fsum(weights)
        estimate = math.fsum((a * (c + d) - c * (a + b)) / (a + b + c + d) for a, b, c, d in tables) / total
        variance = _sato(tables, estimate) / total**2
        if variance <= 0:
            raise InputError(Problem("no study has an event", "studies", "a difference of 0 has no interval here"))
    else:
        raise InputError(Problem(f"Mantel-Haenszel cannot give {measure}", "measure", "choose OR, RR or RD"))
    effects = [two_by_two(measure, study, table) for study, table in studies if _informs(table)]
    return _result(studies, effects, weights, measure, "MH", estimate, variance)


def _sato(tables: Sequence[tuple[float, float, float, float]], estimate: float) -> float:
    first, second = [], []
    for a, b, c, d in tables:
        n1, n2 = a + b, c + d
        n = n1 + n2
        first.append(c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2)
        second.append((a * d + c * b) / n)
    return estimate * math.fsum(first) + math.fsum(second) / 2


def _peto(studies: Sequence[tuple[str, Table2x2]], measure: Measure) -> Pool:
    if measure != "OR":
        raise InputError(Problem(f"Peto's method cannot give {measure}", "measure", "it gives OR alone"))
    differences, variances, effects = [], [], []
    for study, table in studies:
        a, b, c, d = table.cells
        n1, n2, n = table.n1, table.n2, table.n1 + table.n2
        v = n1 * n2 * ((a + c) / n) * ((b + d) / (n - 1)) / n
        o = a - n1 * (a + c) / n
        differences.append(o)
        variances.append(v)
        if v > 0:
            effects.append(Effect(study=study, yi=o / v, vi=1 / v))
    total = math.fsum(variances)
    if total <= 0:
        raise InputError(Problem("no study has an event", "studies", "an odds ratio needs events"))
    estimate = math.fsum(differences) / total
    return _result(studies, effects, variances, measure, "Peto", estimate, 1 / total)


def _result(
    studies: Sequence[tuple[str, Table2x2]],
    effects: Sequence[Effect],
    weights: Sequence[float],
    measure: Measure,
    method: Model,
    estimate: float,
    variance: float,
) -> Pool:
    se = math.sqrt(variance)
    q = math.fsum((e.yi - estimate) ** 2 / e.vi for e in effects)
    df = max(0, len(effects) - 1)
    silent = [study for study, table in studies if not _informs(table)]
    shown = [two_by_two(measure, study, table) for study, table in studies]
    notes = [f"no event, or nothing but events, in {', '.join(silent)}: it adds nothing to the ratio"] if silent else []
    if measure == "RD":
        notes = []
    return Pool(
        measure=measure,
        model=method,
        ci="wald",
        estimate=estimate,
        se=se,
        ci_low=estimate - _Z * se,
        ci_high=estimate + _Z * se,
        prediction_low=None,
        prediction_high=None,
        tau2=0.0,
        i2=max(0.0, 100 * (q - df) / q) if q > 0 else 0.0,
        q=q,
        q_df=df,
        q_p=chi2_p(q, df),
        p=two_sided_p(estimate / se, None),
        k=len(studies),
        studies=weighted(shown, weights),
        notes=tuple(notes),
    )


def _informs(table: Table2x2) -> bool:
    events = table.events1 + table.events2
    return 0 < events < table.n1 + table.n2


def _positive(terms: Sequence[float], measure: Measure) -> float:
    total = math.fsum(terms)
    if total <= 0:
        raise InputError(
            Problem(f"one arm has no event in any study: no {measure}", "studies", "use Peto's method, or RD")
        )
    return total
