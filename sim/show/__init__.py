"""Pictures, pages and sliders: all that is drawn.

`registry` takes pictures and sections of the page from packages outside.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    # `sim.plots` leads here: pictures are loaded when the first is asked for.
    if name != "plots":
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return import_module("sim.show.plots")
