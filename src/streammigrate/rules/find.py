"""Finding rules for people: by id, by member, by area, by ceiling."""

from __future__ import annotations

from streammigrate import rules
from streammigrate.errors import UsageError
from streammigrate.rules.catalogue import all_rules, find_rule
from streammigrate.rules.model import Rule

CEILINGS = ("safe", "unsafe", "manual")


def select(area: str = "", ceiling: str = "") -> tuple[Rule, ...]:
    """Return the rules of an area and a ceiling, all where they are empty. Raises UsageError for an unknown one."""
    known = sorted(rules.areas())
    if area and area not in known:
        raise UsageError(f"there is no area {area!r} (known: {', '.join(known)})")
    if ceiling and ceiling not in CEILINGS:
        raise UsageError(f"--ceiling takes {', '.join(CEILINGS)}, not {ceiling!r}")
    return tuple(rule for rule in all_rules() if area in ("", rule.area) and ceiling in ("", rule.ceiling))


def find(text: str) -> Rule:
    """Return the rule with an id, or of a member: in full, or its last name where only one rule has that.

    Raises UsageError, naming what is near, for anything else.
    """
    wanted = text.strip()
    found = find_rule(wanted)
    if found is not None:
        return found
    for key in (_whole, _last):
        matching = [rule for rule in all_rules() if key(rule) == wanted.lower()]
        if len(matching) == 1:
            return matching[0]
        if matching:
            raise UsageError(
                f"{wanted!r} is {', '.join(f'{rule.v1} ({rule.id})' for rule in matching)}; name one of them"
            )
    from difflib import get_close_matches

    names = {key(rule): rule.v1 for rule in all_rules() for key in (_last, _whole)}
    near = list(dict.fromkeys(names[name] for name in get_close_matches(wanted.lower(), sorted(names), n=3)))
    hint = f" (near: {', '.join(near)})" if near else ""
    raise UsageError(f"there is no rule {wanted!r}{hint}; `streammigrate rules list` shows all")


def _whole(rule: Rule) -> str:
    return rule.v1.lower()


def _last(rule: Rule) -> str:
    return rule.v1.rpartition(".")[2].lower()
