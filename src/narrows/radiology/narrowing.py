"""Narrowing of canal, lateral recess and foramen: stenosis, encroachment, patent, normal."""

from __future__ import annotations

from typing import Final

from narrows.radiology.phrases import (
    NOUN_PHRASE,
    QUALS,
    Line,
    Mention,
    Quality,
    afterwards,
    back,
    forward,
    merge,
    noun_phrase,
    qualities,
    sites_of,
    subject,
)

_SUBJECT: Final = (*NOUN_PHRASE, "COP", "COLON", "LEVEL", "THIS", "SCOPE", "PREP", "NEG", "SAC", "HEDGE")
_OBJECT: Final = (*NOUN_PHRASE, "PREP", "SAC", "TOUCH", "STEN")
_SIDED: Final = ("foramen", "recess")


def narrowings(line: Line) -> list[Mention]:
    """Every narrowing or openness that the sentence states, by site ("central", "foramen", "recess")."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind == "STEN" or (token.kind in ("TOUCH", "COMPR") and _acts_on_site(line, i)):
            out.extend(_narrowed(line, i))
        elif token.kind == "WEAK" and line.context.denied[i]:
            out.extend(_stated(line, i, _named_before(line, i)))
    for i, token in enumerate(line.tokens):
        if token.kind in ("PAT", "NORM", "NORMP"):
            out.extend(_open(line, i))
    out.extend(_labelled(line))
    return out


def _acts_on_site(line: Line, i: int) -> bool:
    """'Effaces the left lateral recess', 'foraminal impingement': words of pressure whose object is a passage."""
    word = line.word(i)
    if line.kind(i) == "TOUCH" and not word.startswith(("effac", "crowd")):
        return False
    ahead = forward(line, i, ("PREP", "DET", "SIDE", "BOTH", "SEV", "AND"))
    following = ahead[-1] + 1 if ahead else i + 1
    if any(line.kind(k) == "PREP" and line.word(k) not in ("of", "on", "upon", "to") for k in ahead):
        return False  # "the roots are compressed in the lateral recesses"
    if line.kind(following) == "SITE" and (line.tokens[following].value != "central" or word.startswith("effac")):
        return line.kind(following + 1) not in ("FORM", "DISC")
    if line.kind(i) == "COMPR":
        return line.kind(i - 1) == "SITE" and line.tokens[i - 1].value in _SIDED
    return False


def _named_before(line: Line, i: int) -> list[tuple[str, list[Quality], int]]:
    found = sites_of(line, noun_phrase(line, i))
    if found:
        return found
    chain = subject(line, i, _SUBJECT)
    if not any(line.kind(k) in ("COP", "COLON", "NEG", "SAC") for k in chain):
        return []
    found = [s for s in sites_of(line, chain) if s[2] not in line.used]
    if not found and any(line.kind(k) == "SAC" for k in chain):
        sac = next(k for k in chain if line.kind(k) == "SAC")
        return [("central", [], sac)]
    return found


def _named_after(line: Line, i: int) -> list[tuple[str, list[Quality], int]]:
    chain = forward(line, i, _OBJECT)
    cut = next((n for n, k in enumerate(chain) if line.kind(k) in ("STEN", "TOUCH") and n > 0), len(chain))
    if cut < len(chain):
        # the next narrowing keeps its own sites: "narrowing of the canal and foraminal stenosis"
        own = set(back(line, chain[cut], NOUN_PHRASE))
        ands = [k for k in own if line.kind(k) in ("AND", "COMMA", "OR")]
        limit = min(ands) if ands else chain[cut]
        chain = [k for k in chain if k < limit]
    for n, k in enumerate(chain):
        if line.kind(k) == "SITE" and line.kind(k + 1) in ("FORM", "DISC", "DOC"):
            chain = chain[:n]
            break
    first = next((k for k in chain if line.kind(k) in ("SITE", "SAC")), None)
    if first is None:
        return []
    if line.kind(first) == "SAC":
        return [("central", [], first)]
    # a comma before the first site begins something else
    if any(line.kind(k) in ("COMMA",) for k in chain if k < first):
        return []
    return sites_of(line, chain)


def _narrowed(line: Line, i: int) -> list[Mention]:
    object_first = _has_object(line, i)
    before = (
        []
        if object_first and line.word(i).endswith("s") and not line.word(i).endswith("is")
        else sites_of(line, noun_phrase(line, i))
    )
    before = before or ([] if object_first else _named_before(line, i))
    sites = before or _named_after(line, i)
    own = _own_quality(line, i)
    if not sites:
        word = line.word(i)
        site = _site_before(line, i)
        if (site == "central" and not word.startswith("steno")) or line.kind(i - 1) == "SKIP":
            return []
        sites = [(site, [], i)]
    elif before:
        own = []
    return [*_stated(line, i, sites, own), *(_other_side(line, i, sites) if before else [])]


def _site_before(line: Line, i: int) -> str:
    """'Mild foraminal stenosis on the left, no stenosis on the right': a bare word with a side keeps the site."""
    later, _ = afterwards(line, i)
    if any(q.side for q in later):
        before = [k for k in range(i) if line.kind(k) == "SITE" and line.tokens[k].value in _SIDED]
        if before:
            return str(line.tokens[before[-1]].value)
    return "central"


def _has_object(line: Line, i: int) -> bool:
    """'narrows both recesses': the site follows the word at once."""
    ahead = forward(line, i, ("DET", "SIDE", "BOTH", "SEV"))
    return line.kind(ahead[-1] + 1 if ahead else i + 1) == "SITE" and line.word(i).endswith(("s", "ing"))


def _other_side(line: Line, i: int, sites: list[tuple[str, list[Quality], int]]) -> list[Mention]:
    """'Mild left and no right foraminal stenosis': the side before the denial is narrowed."""
    chain = back(line, i, NOUN_PHRASE)
    first = chain[0] if chain else i
    if line.kind(first - 1) != "NEG" or line.kind(first - 2) not in ("AND", "COMMA") or sites[0][0] not in _SIDED:
        return []
    quals = qualities(line, back(line, first - 2, QUALS))
    return [line.mention(sites[0][0], i, quality=q, denied="", doubted="") for q in quals if q.side]


def _own_quality(line: Line, i: int) -> list[Quality]:
    chain = noun_phrase(line, i)
    cut = max((n + 1 for n, k in enumerate(chain) if line.kind(k) == "COMMA"), default=0)
    return qualities(line, [k for k in chain[cut:] if line.kind(k) != "SITE"])


def _stated(
    line: Line, i: int, sites: list[tuple[str, list[Quality], int]], own: list[Quality] | None = None
) -> list[Mention]:
    last = max([i, *(s[2] for s in sites)])
    later, taken = afterwards(line, last)
    if last != i and not later:
        later, taken = afterwards(line, i)
    out: list[Mention] = []
    for site, quals, k in sites:
        line.used.add(k)
        given = merge(own or [], quals) if own else quals
        given = merge(given, later) if later else given
        for quality in given or [Quality()]:
            kept = quality if site in _SIDED else Quality(quality.grade, "")
            mention = line.mention(site, i, [k, *taken], quality=kept)
            if not any(m.what == site and m.quality == kept for m in out):
                out.append(mention)
    return out


def _open(line: Line, i: int) -> list[Mention]:
    kind = line.kind(i)
    chain = forward(line, i, (*NOUN_PHRASE, "PREP") if kind == "NORMP" else NOUN_PHRASE)
    for n, k in enumerate(chain):
        if line.kind(k) == "SITE" and line.kind(k + 1) in ("STEN", "FORM", "DISC", "DOC", "W", "FPROC"):
            kept = [m for m in chain[:n] if line.kind(m) == "SITE"]
            chain = [m for m in chain[:n] if kept and m <= kept[-1]]
            break
    sites = [s for s in sites_of(line, chain) if s[2] not in line.used]
    if kind == "NORMP" and sites and not any(line.kind(k) == "PREP" for k in chain):
        sites = []
    if not sites or kind == "PAT":
        chain = subject(line, i, _SUBJECT)
        named = [s for s in sites_of(line, chain) if s[2] not in line.used]
        if kind in ("NORM", "NORMP") and not (
            any(line.kind(k) in ("COP", "COLON") for k in chain) or line.kind(i - 1) == "SITE" or kind == "NORMP"
        ):
            named = []
        sites = named + sites if kind == "PAT" else (sites or named)
    out: list[Mention] = []
    later = afterwards(line, i)[0]
    really = kind == "PAT" and line.context.denied[i] and not line.word(i).startswith("not")
    for site, quals, k in sites:
        line.used.add(k)
        sides = [q.side for q in quals if q.side] or [q.side for q in later if q.side and q.grade is None] or [""]
        for side in sides:
            grade_denied = "sig" if line.tokens[i].value == "sig" else "plain"
            out.append(
                line.mention(
                    site,
                    i,
                    [k],
                    quality=Quality(None, side if site in _SIDED else ""),
                    denied="" if really else grade_denied,
                    doubted="",
                )
            )
    return out


def _labelled(line: Line) -> list[Mention]:
    """'Canal: moderate. Foramina: right mild, left none' and cells of a table under such a heading."""
    out: list[Mention] = []
    for i, token in enumerate(line.tokens):
        if token.kind != "SITE" or i in line.used:
            continue
        ahead = forward(line, i, ("SITE", "AND", "SLASH", "COMMA", "DET", "SIDE", "BOTH"))
        colon = (ahead[-1] if ahead else i) + 1
        if line.kind(colon) == "STEN":
            continue
        if line.kind(colon) == "POSTNEG":
            line.used.add(i)
            side = next((q.side for q in _side_before(line, i)), "") if token.value in _SIDED else ""
            out.append(line.mention(str(token.value), i, [colon], quality=Quality(None, side), denied="plain"))
            continue
        if line.kind(colon) != "COLON":
            continue
        quals, taken = afterwards(line, colon - 1)
        denied = "plain" if line.kind(colon + 1) in ("POSTNEG", "NEG") else ""
        if not quals and not denied:
            continue
        line.used.add(i)
        named = [q.side for q in _side_before(line, i)]
        for quality in quals or [Quality()]:
            side = quality.side or (named[0] if named else "")
            kept = Quality(quality.grade, side if token.value in _SIDED else "")
            out.append(line.mention(str(token.value), i, taken, quality=kept, denied=denied))
    return out


def _side_before(line: Line, i: int) -> list[Quality]:
    return qualities(line, [k for k in (i - 1, i + 1) if line.kind(k) in ("SIDE", "BOTH")])
