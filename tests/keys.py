"""All keys that the shipped channels declare, and scenarios in which each of them has an effect."""

import os

from sim.business.channels import channel
from sim.business.parameters import parameters_of
from sim.scenario.declarations import COMMON, declared

SHIPPED = ("store", "alibaba", "aliexpress")

REQUIRED = {f"{name}.{part.section}.enabled" for name in SHIPPED for part in channel(name).parts if part.required}

KEYS = {
    key: (parameter, default)
    for key, parameter, default in declared()
    if key.split(".")[0] in {*SHIPPED, *COMMON} and key not in REQUIRED
}
"""By dotted key: declaration and default; without the switches that cannot be switched."""


def this_part(keys):
    """Return all keys, or with ``SIM_KEYS=2/3`` in the environment the second third of them."""
    part, of = (int(number) for number in os.environ.get("SIM_KEYS", "1/1").split("/"))
    return list(keys)[part - 1 :: of]


def rule(name, **values):
    """Return changes, by dotted key, that put a trade rule into the calendar."""
    return {f"market.trade_rules.{name}.{key}": value for key, value in {"starts": "2026-01-01", **values}.items()}


def shipped_channels(key):
    """Return channels of a strategy that knows this key."""
    owner = key.split(".")[0]
    return ("store",) if owner in COMMON else (owner,)


def in_use(key):
    """Return channels of one strategy, and changes by dotted key, with which this key has what it needs."""
    owner, *section, field = key.split(".")
    if not section:
        wanted = parameters_of(COMMON[owner])[field].used_when
        return ("store",), _changes(owner, wanted)
    part = next(part for part in channel(owner).parts if part.section == section[0])
    declaration = parameters_of(part.mechanism).get(field)
    wanted = part.mechanism.used_when + (() if declaration is None else declaration.used_when)
    alone = not any("alongside" in each.keys for each in wanted)
    channels = (owner,) if alone else ("alibaba", "store") if owner == "store" else (owner, "store")
    changes = {} if part.enabled and field != "enabled" else {f"{owner}.{section[0]}.enabled": True}
    if field == "enabled" and part.enabled:
        changes = {}
    return channels, changes | _changes(f"{owner}.{section[0]}", wanted)


def _changes(place, wanted):
    changes = {}
    for each in wanted:
        key = each.keys[0] if each.keys else "months"
        if key == "charged":
            changes |= rule("eu", destination="eu", item_kind_fee=3)
        if key in ("counts", "months", "alongside", "own_charges", "charged") or key.startswith(("*", "anywhere")):
            continue
        inner = f"{place.rpartition('.')[0]}.{key}" if "." in key else f"{place}.{key}"
        known = KEYS.get(inner)
        if known is None:  # a section that this channel does not have
            continue
        if "." in key:
            changes[inner.rpartition(".")[0] + ".enabled"] = True
        if each.values:
            changes[inner] = each.values[0]
        elif each.unlike is not None:
            changes[inner] = each.unlike + 0.5 if each.unlike + 0.5 <= known[0].high else each.unlike - 0.5
            if known[0].unit in ("days", "money", "money a month"):
                changes[inner] = each.unlike + 20
        elif isinstance(each.above, str):
            changes[f"{place}.{each.above}"] = 0
        else:
            changes[inner] = 3 * each.above
    return changes
