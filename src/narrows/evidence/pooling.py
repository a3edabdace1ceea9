"""Pooling of effects: common and random effects, their intervals, heterogeneity, leave-one-out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from narrows.evidence.effects import RATIOS, Effect, Measure
from narrows.problem import InputError, Problem

Model: TypeAlias = Literal["fixed", "DL", "PM", "REML", "MH", "Peto"]
Interval: TypeAlias = Literal["wald", "hksj"]
MODELS: Final = ("fixed", "DL", "PM", "REML")
INTERVALS: Final = ("wald", "hksj")
_Z: Final = 1.959963984540054  # standard normal, 97.5 %
_STEPS: Final = 2000
_TOO_FAR: Final = Problem("effects or variances are too large or too small to be pooled", "studies", "check the units")


class NoConvergence(InputError):
    """The estimate of the between-study variance did not settle."""


class Weighted(msgspec.Struct, frozen=True, kw_only=True):
    """A study in a pool: its effect, variance, and weight in percent of all."""

    study: str
    yi: float
    vi: float
    weight: float


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """The result of pooling, on the scale of the analysis (logarithms for OR and RR).

    `i2` is in percent, `weight` in percent; `prediction_low` is None for a common-effect model.
    """

    measure: Measure
    model: Model
    ci: Interval
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    prediction_low: float | None
    prediction_high: float | None
    tau2: float
    i2: float
    q: float
    q_df: int
    q_p: float
    p: float
    k: int
    studies: tuple[Weighted, ...]
    notes: tuple[str, ...] = ()

    def shown(self, value: float | None) -> float | None:
        """A value of this pool as readers see it: ratios out of logarithms, shares out of log odds."""
        if value is None:
            return None
        if self.measure in RATIOS:
            return math.exp(value) if value < 700 else math.inf
        if self.measure == "PLO":
            return 1 / (1 + math.exp(-value))
        return value


def pool(effects: Sequence[Effect], *, measure: Measure, model: Model, ci: Interval) -> Pool:
    """Pool effects by inverse variance; every choice is named by the caller.

    fixed: common effect. DL: DerSimonian and Laird 1986, doi 10.1016/0197-2456(86)90046-2. PM: Paule and
    Mandel 1982, doi 10.6028/jres.087.022. REML: restricted maximum likelihood, Viechtbauer 2005,
    doi 10.3102/10769986030003261. wald: normal quantiles. hksj: Hartung and Knapp 2001,
    doi 10.1002/sim.791, Sidik and Jonkman 2002, doi 10.1002/sim.1262: t with k − 1 degrees of freedom.
    The prediction interval is that of metafor's predict(): estimate ± crit · √(se² + tau²), crit normal with
    wald and t(k − 1) with hksj (not the t(k − 2) of Higgins, Thompson and Spiegelhalter 2009).
    I² of a random model is 100 · tau²/(tau² + typical variance), of a common effect max(0, (Q − df)/Q).
    Raises InputError without effects or with a repeated study, NoConvergence when tau² does not settle.
    """
    if model not in MODELS:
        raise InputError(Problem(f"no model '{model}'", "model", f"one of {', '.join(MODELS)}"))
    if ci not in INTERVALS:
        raise InputError(Problem(f"no interval '{ci}'", "ci", f"one of {', '.join(INTERVALS)}"))
    check_effects(effects)
    try:
        result = _pool(effects, measure, model, ci)
    except (OverflowError, ZeroDivisionError) as error:
        raise InputError(_TOO_FAR) from error
    if not all(math.isfinite(v) for v in (result.estimate, result.se, result.q, result.tau2, result.i2)):
        raise InputError(_TOO_FAR)
    return result


def _pool(effects: Sequence[Effect], measure: Measure, model: Model, ci: Interval) -> Pool:
    k = len(effects)
    tau2 = 0.0 if model == "fixed" or k == 1 else tau_squared(effects, model)
    y = [e.yi for e in effects]
    w = [1 / (e.vi + tau2) for e in effects]
    total = math.fsum(w)
    estimate = math.fsum(wi * yi for wi, yi in zip(w, y, strict=True)) / total
    notes: list[str] = []
    variance = 1 / total
    crit: float = _Z
    used: Interval = ci
    if ci == "hksj" and k == 1:
        used = "wald"
        notes.append("one study: the Hartung-Knapp interval needs two; the normal interval is given instead")
    elif ci == "hksj":
        variance *= math.fsum(wi * (yi - estimate) ** 2 for wi, yi in zip(w, y, strict=True)) / (k - 1)
        crit = t_quantile(k - 1)
        if variance < 1 / total:
            notes.append("the Hartung-Knapp interval is narrower than the normal one here: the studies agree by chance")
        if model == "fixed":
            notes.append("the Hartung-Knapp interval is not meant for a common-effect model")
    se = math.sqrt(variance)
    statistic = estimate / se if se else math.copysign(math.inf, estimate) if estimate else 0.0
    p = two_sided_p(statistic, None if used == "wald" else k - 1)
    q, q_p = heterogeneity(effects)
    half = crit * math.sqrt(variance + tau2)
    if model != "fixed" and k == 1:
        notes.append("one study: spread between studies cannot be seen; the prediction interval equals the other")
    elif model != "fixed" and k < 5:
        notes.append(f"{k} studies: tau² and the prediction interval are very uncertain")
    return Pool(
        measure=measure,
        model=model,
        ci=used,
        estimate=estimate,
        se=se,
        ci_low=estimate - crit * se,
        ci_high=estimate + crit * se,
        prediction_low=None if model == "fixed" else estimate - half,
        prediction_high=None if model == "fixed" else estimate + half,
        tau2=tau2,
        i2=_i_squared(effects, tau2, q, model),
        q=q,
        q_df=k - 1,
        q_p=q_p,
        p=p,
        k=k,
        studies=weighted(effects, w),
        notes=tuple(notes),
    )


def leave_one_out(effects: Sequence[Effect], *, measure: Measure, model: Model, ci: Interval) -> dict[str, Pool]:
    """The pool without each study in turn, by the study left out; empty for fewer than two studies."""
    if len(effects) < 2:
        return {}
    return {
        left.study: pool([e for e in effects if e is not left], measure=measure, model=model, ci=ci) for left in effects
    }


def tau_squared(effects: Sequence[Effect], model: Model) -> float:
    """The between-study variance by DL, PM or REML, taken to convergence; never below 0.

    Raises NoConvergence when the search does not settle.
    """
    estimator = _ESTIMATORS.get(model)
    if estimator is None:
        raise InputError(Problem(f"'{model}' does not estimate tau²", "model", "DL, PM or REML"))
    return estimator([e.yi for e in effects], [e.vi for e in effects])


def heterogeneity(effects: Sequence[Effect]) -> tuple[float, float]:
    """Cochran's Q with inverse-variance weights, and its p value (chi-squared, k − 1)."""
    q = _q([e.yi for e in effects], [e.vi for e in effects], 0.0)
    return q, chi2_p(q, len(effects) - 1)


def check_effects(effects: Sequence[Effect]) -> None:
    """Raise InputError when there is no effect or a study stands twice."""
    if not effects:
        raise InputError(Problem("no study to pool", "studies", "name at least one study"))
    seen: set[str] = set()
    twice = {e.study for e in effects if e.study in seen or seen.add(e.study)}  # type: ignore[func-returns-value]
    if twice:
        raise InputError([Problem(f"'{s}' stands twice", "studies", "one row for each study") for s in sorted(twice)])


def weighted(effects: Sequence[Effect], weights: Sequence[float]) -> tuple[Weighted, ...]:
    """The studies with their weights in percent."""
    total = math.fsum(weights)
    return tuple(
        Weighted(study=e.study, yi=e.yi, vi=e.vi, weight=100 * w / total) for e, w in zip(effects, weights, strict=True)
    )


def t_quantile(df: int) -> float:
    """The 97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


def two_sided_p(statistic: float, df: int | None) -> float:
    """The two-sided p value of a z statistic (df None) or t statistic."""
    if df is None:
        return math.erfc(abs(statistic) / math.sqrt(2))
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(statistic)))


def chi2_p(q: float, df: int) -> float:
    """The upper tail of chi-squared; 1 without degrees of freedom."""
    if df < 1:
        return 1.0
    from scipy.special import chdtrc

    return float(chdtrc(df, q))


def _q(y: Sequence[float], v: Sequence[float], tau2: float) -> float:
    w = [1 / (vi + tau2) for vi in v]
    mean = math.fsum(wi * yi for wi, yi in zip(w, y, strict=True)) / math.fsum(w)
    return math.fsum(wi * (yi - mean) ** 2 for wi, yi in zip(w, y, strict=True))


def _typical_variance(v: Sequence[float]) -> float:
    # Higgins and Thompson 2002, doi 10.1002/sim.1186, equation 9
    s1 = math.fsum(1 / vi for vi in v)
    s2 = math.fsum(1 / vi**2 for vi in v)
    return (len(v) - 1) * s1 / (s1**2 - s2)


def _i_squared(effects: Sequence[Effect], tau2: float, q: float, model: Model) -> float:
    df = len(effects) - 1
    if df == 0:
        return 0.0
    if model == "fixed":
        return max(0.0, 100 * (q - df) / q) if q > 0 else 0.0
    return 100 * tau2 / (tau2 + _typical_variance([e.vi for e in effects]))


def _dersimonian_laird(y: Sequence[float], v: Sequence[float]) -> float:
    s1 = math.fsum(1 / vi for vi in v)
    s2 = math.fsum(1 / vi**2 for vi in v)
    return max(0.0, (_q(y, v, 0.0) - (len(y) - 1)) / (s1 - s2 / s1))


def _paule_mandel(y: Sequence[float], v: Sequence[float]) -> float:
    # The generalised Q falls with tau²; the root of Q = k − 1 is bracketed, then closed in by bisection and secant.
    df = len(y) - 1
    if _q(y, v, 0.0) <= df:
        return 0.0
    low, high = 0.0, max(v)
    for _ in range(_STEPS):
        if _q(y, v, high) <= df:
            break
        low, high = high, 2 * high
    else:
        raise NoConvergence(Problem("Paule-Mandel: no upper bound for tau²", "model", "try DL, and look at the data"))
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):  # nothing lies between two neighbouring numbers
            return middle
        if _q(y, v, middle) > df:
            low = middle
        else:
            high = middle
    raise NoConvergence(Problem("Paule-Mandel did not settle", "model", "try DL, and look at the data"))


def _reml(y: Sequence[float], v: Sequence[float]) -> float:
    # Fisher scoring from the Hedges estimate. A step that lowers the likelihood is halved, so that it cannot swing
    # between two values; a step below zero ends at zero.
    k = len(y)
    plain = math.fsum(y) / k
    tau2 = max(0.0, (math.fsum((yi - plain) ** 2 for yi in y) - math.fsum(v) * (1 - 1 / k)) / (k - 1))
    height = _restricted_likelihood(y, v, tau2)
    for _ in range(_STEPS):
        w = [1 / (vi + tau2) for vi in v]
        s1, s2, s3 = (math.fsum(wi**power for wi in w) for power in (1, 2, 3))
        mean = math.fsum(wi * yi for wi, yi in zip(w, y, strict=True)) / s1
        spread = math.fsum((wi * (yi - mean)) ** 2 for wi, yi in zip(w, y, strict=True))
        step = (spread - (s1 - s2 / s1)) / (s2 - 2 * s3 / s1 + (s2 / s1) ** 2)
        close = 1e-12 * max(tau2, 1e-3 * min(v))
        if abs(step) <= close or (tau2 == 0 and step <= 0):
            return tau2
        new = max(0.0, tau2 + step)
        higher = _restricted_likelihood(y, v, new)
        while higher < height and abs(new - tau2) > close:
            step /= 2
            new = max(0.0, tau2 + step)
            higher = _restricted_likelihood(y, v, new)
        if abs(new - tau2) <= close:  # the likelihood is flat to the last digit
            return new
        tau2, height = new, higher
    raise NoConvergence(Problem("REML did not settle", "model", "try DL or PM, and look at the data"))


def _restricted_likelihood(y: Sequence[float], v: Sequence[float], tau2: float) -> float:
    # twice the restricted log-likelihood without its constant
    w = [1 / (vi + tau2) for vi in v]
    return math.fsum(math.log(wi) for wi in w) - math.log(math.fsum(w)) - _q(y, v, tau2)


_ESTIMATORS: Final[dict[str, Callable[[Sequence[float], Sequence[float]], float]]] = {
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "REML": _reml,
}
