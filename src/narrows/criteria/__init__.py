"""One text, two ways, one reason: conditions over findings, for one person and for many."""

from narrows.criteria.facts import Facts, facts_of
from narrows.criteria.rules import Answer, Rule, Rules, rules_of

__all__ = ["Answer", "Facts", "Rule", "Rules", "facts_of", "rules_of"]
