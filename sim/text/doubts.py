"""How sure the answer is, each doubt by its name: simulation, shops like yours, luck, and how the text is read.

`shops` shows shares of shops as a table does, `doubt_lines` says in sentences what the figures of the screen mean.
"""

from __future__ import annotations

from typing import Any

from sim.text.labels import Say
from sim.text.messages import paragraph
from sim.text.numbers import at_least, none_seen_note, rate_note
from sim.text.variants import doubt_sentences

Plain = dict[str, Any]


def shops(strategy: Plain) -> tuple[int, int, int] | None:
    """Return of 100 shops like yours how many lose, are open, win, summing to 100; None where a run cannot tell."""
    found = strategy.get("shops")
    if not found or "refused" in found:
        return None
    lose, win = round(100 * found["lose"]), round(100 * found["win"])
    if lose + win > 100:  # both were rounded up from a half
        win = 100 - lose
    return lose, 100 - lose - win, win


def shops_in_words(strategy: Plain, say: Say) -> str:
    """Return the three figures, a word where all shops are alike, a dash where a run cannot tell."""
    found = shops(strategy)
    if found is None:
        return "–"
    alike = {(100, 0, 0): "shops_all_lose", (0, 100, 0): "shops_all_open", (0, 0, 100): "shops_all_win"}.get(found)
    return say(alike) if alike else " / ".join(map(str, found))


def doubt_lines(summary: Plain, say: Say, file: str = "") -> list[str]:
    """Return what the figures mean, and under how many readings each strategy comes first, or that it was not asked."""
    lines = [say("doubt_simulation")]
    shares = [found for found in map(shops, summary["strategies"].values()) if found]
    if mixed := [found for found in shares if max(found) < 100]:
        lose, still_open, win = map(str, mixed[0])
        lines.append(say("doubt_shops", lose=lose, open=still_open, win=win))
    elif shares:
        lines.append(say("doubt_shops_alike"))
    lines.append(say("doubt_luck"))
    if any(at_least(strategy) for strategy in summary["strategies"].values()):
        lines.append(say("doubt_cash"))
    ways = summary["strategies"].values()
    chances = [way["probability_of_profit"]["settled_profit"]["pointwise"][-1] for way in ways]
    lines += filter(None, [none_seen_note(chances, say)])
    lines += rate_note(summary, say)
    found = summary.get("model_doubt")
    lines += doubt_sentences(found, say) if found else [say("readings_not_run", name=file or summary["scenario"])]
    return [paragraph(lines)]
