"""Words about what `sim readings` tries: names of variants (`variant_name`), and the answer in sentences.

The screen of a run, that of the study, the picture and the page share them.
"""

from __future__ import annotations

import json
from typing import Any

from sim.randomness.distributions import from_leaf, is_distribution
from sim.text.labels import Say, catalogue
from sim.text.numbers import points, signed


def variant_name(tried: dict[str, Any], say: Say) -> str:
    """Return a variant in words: a reading and its option, or a key and its value."""
    if tried["kind"] == "doubt":
        return f"{tried['name']} = {value_in_words(tried['option'], say)}"
    name, option = tried["name"], tried["option"]
    known = catalogue("en")
    # A reading of a later version, or one that has no words yet, is shown by its own name.
    words = say(f"reading_{name}") if f"reading_{name}" in known else name.replace("_", " ")
    return f"{words}: {say(f'option_{option}') if f'option_{option}' in known else option.replace('_', ' ')}"


def value_in_words(value: Any, say: Say) -> str:
    """Return a value as YAML holds it; of a distribution, its family and its mean."""
    if isinstance(value, dict) and is_distribution(value):
        family = next(key for key in value if key != "truncate")
        return say("readings_mean", family=say(family), mean=f"{from_leaf(value).mean:.4g}")
    return f"{value:.6g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False).strip('"')


def doubt_sentences(found: dict[str, Any], say: Say) -> list[str]:
    """Return under how many variants each strategy is to be taken, and which one moves a chance most."""
    if not found["tried"]:
        return [say("readings_none"), *p4p_sentences(found, say)]
    counted = found["first"].items()
    parts = "; ".join(say("readings_part", name=say(name), count=count) for name, count in counted)
    most = found["tried"][0]
    lines = [say("readings_first", count=len(found["tried"]), parts=parts)]
    if most["strategies"]:
        name, shift = max(most["strategies"].items(), key=lambda item: abs(item[1]["chance_difference"]["estimate"]))
        moved = difference_with_error(shift["chance_difference"], 100.0, 1)
        lines.append(say("readings_moved_most", variant=variant_name(most, say), name=say(name), points=moved))
    return lines + p4p_sentences(found, say)


def p4p_sentences(found: dict[str, Any], say: Say) -> list[str]:
    """Return a sentence for each strategy that is better off without P4P; answers of earlier versions do not say."""
    lines = []
    for name, gap in found.get("better_without_p4p", {}).items():
        cost, low, high = (f"{gap['gain'][end]:,.0f}" for end in ("estimate", "low", "high"))
        words = {"cost": cost, "low": low, "high": high, "currency": found["currency"]}
        better = f"{100 * gap['better']['estimate']:.0f}"
        lines.append(say("readings_p4p_off", name=say(name), better=better, **words))
    return lines


def difference_with_error(difference: dict[str, Any], scale: float, digits: int) -> str:
    """Return a difference and how far its interval's farther end is from it; one world has no interval."""
    middle, low, high = (difference[name] for name in ("estimate", "low", "high"))
    if low is None or high is None:
        return f"{signed(scale * middle, digits)} [–]"
    half = scale * max(high - middle, middle - low)
    return f"{signed(scale * middle, digits)} ±{points(half) if digits else f'{half:,.0f}'}"
