"""What is seen of a sentence: words, pairs of words, classes of meaning, figures, negation, what stands above and around."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

from narrows.claims.context import Context
from narrows.claims.words import Token, classes_at, tokens_of, word_set

_STOP = word_set(
    "a an the of to in on at by for with from as and or is are be been being was were it its this that these those there here i you "
    "your he she his her they their them we our us my me which who whom what how when where do does did has have had will would "
    "into about than then so such also more very just only if but up out over"
)
_NEGATIONS = word_set(
    "not no never without cannot can't don't doesn't isn't aren't hasn't haven't won't nor neither none nobody nothing lack lacks lacking "
    "wasn't weren't couldn't wouldn't shouldn't didn't hardly unlikely fail fails failed unable non"
)
_REACH = 5  # words after a negation that it denies
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per ?cent)")
_MONEY = re.compile(r"[$€£]\s?\d|\d[\d,]*\s*(?:dollars|usd|euros)\b", re.IGNORECASE)


def features_of(text: str) -> dict[str, float]:
    """The features of a text with their weights, before they are scaled.

    Names: w: stem, b: two stems, c: class, cc: two classes, nw:/nc: the same under a negation, s: shape.
    """
    tokens = tokens_of(text)
    classes = classes_at(tokens)
    found: dict[str, float] = {}
    stems = [t.stem for t in tokens]
    denied = _denied(tokens)
    content = [i for i, t in enumerate(tokens) if t.word not in _STOP and t.word[0].isalpha()]
    for i in content:
        found["w:" + stems[i]] = 1.0
        if denied[i]:
            found["nw:" + stems[i]] = 0.7
    for i, j in pairwise(content):
        if j - i <= 3:
            found[f"b:{stems[i]} {stems[j]}"] = 0.7
    for i in range(len(tokens) - 1):
        if (tokens[i].word in _STOP) != (tokens[i + 1].word in _STOP):
            found[f"b:{stems[i]} {stems[i + 1]}"] = 0.35
    present: dict[str, bool] = {}
    for i, names in enumerate(classes):
        for name in names:
            present[name] = present.get(name, False) or denied[i]
    for name, no in present.items():
        found["c:" + name] = 0.8
        if no:
            found["nc:" + name] = 0.8
    for one, other in combinations(sorted(present)[:24], 2):
        found[f"cc:{one}&{other}"] = 0.35
    for name in _shape(text, tokens):
        found["s:" + name] = 0.8
        for other in present:
            found[f"sc:{name}&{other}"] = 0.3
    return found


def heading_features(heading: str) -> dict[str, float]:
    """The features of what stands above a sentence, under names of their own."""
    if not heading:
        return {}
    tokens = tokens_of(heading)
    found = {"h:" + t.stem: 0.4 for t in tokens if t.word not in _STOP}
    for names in classes_at(tokens):
        for name in names:
            found["hc:" + name] = 0.4
    return found


def context_features(own: dict[str, float], context: Context) -> dict[str, float]:
    """The features of a sentence crossed with the treatment that it leaves unsaid; none where it names one itself."""
    found: dict[str, float] = {}
    for group in sorted(context.implied):
        found["x:" + group] = 0.8
        for name in own:
            if name.startswith("c:"):
                found[f"xc:{group}&{name[2:]}"] = 0.5
            elif name.startswith("w:"):
                found[f"xw:{group}&{name[2:]}"] = 0.4
    return found


def _denied(tokens: list[Token]) -> list[bool]:
    denied, left = [], 0
    for token in tokens:
        denied.append(left > 0)
        left = _REACH if token.word in _NEGATIONS or token.word.endswith("n't") else max(0, left - 1)
    return denied


def _shape(text: str, tokens: list[Token]) -> list[str]:
    shape = []
    words = {t.word for t in tokens}
    shares = [float(v) for v in _PERCENT.findall(text.lower())]
    if shares:
        shape.append("percent")
        shape.append("percent-high" if max(shares) >= 50 else "percent-low")
    if _MONEY.search(text):
        shape.append("money")
    if any(t.word[0].isdigit() for t in tokens):
        shape.append("figure")
    if words & {"we", "our", "us", "i", "my"}:
        shape.append("speaker")
    if words & {"you", "your"}:
        shape.append("reader")
    if words & {"he", "she", "his", "her"}:
        shape.append("one-person")
    if re.search(
        r"\b(?:et al|p\s?[<=]\s?0|n\s?=\s?\d|cohort|randomi[sz]ed|meta-analys|systematic review|this study|in this)\b",
        text,
        re.IGNORECASE,
    ):
        shape.append("paper")
    if len(tokens) <= 6:
        shape.append("short")
    elif len(tokens) >= 28:
        shape.append("long")
    return shape
