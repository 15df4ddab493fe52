"""Why the answer is so, in short sentences: `why_lines`."""

from __future__ import annotations

from typing import Any

from sim.text.labels import Say


def why_lines(summary: dict[str, Any], say: Say) -> list[str]:
    """Return the sentences."""
    return []
