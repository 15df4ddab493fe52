"""Templates of the pages: one layout, one style, one script for all; `render` escapes whatever is filled in."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from sim.text.labels import speaker

ASSETS = resources.files("sim.show.report") / "assets"


def asset(name: str) -> str:
    """Return a file of the page as text."""
    return (ASSETS / name).read_text(encoding="utf-8")


def render(template: str, language: str, **content: Any) -> str:
    """Return a page.

    Parameters
    ----------
    template : str
        A file of the package that fills the layout.
    content : Any
        With ``title``, ``question`` and ``provenance``, which the layout asks for, and what the template does.
    """
    style, script = asset("page.css"), asset("page.js")
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(asset),
    )
    return environment.get_template(template).render(
        say=speaker(language),
        language={"en": "en", "zh": "zh-Hans"}[language],
        # Markup: these are files of the package, no word of a scenario is in them.
        style=Markup(style),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        **content,
    )
