"""A package outside that registers a picture and a section of the page."""

import importlib
import sys

import pytest

from sim.show import registry

OUTSIDE = '''
from sim.show.plots.style import axes_of, chosen
from sim.show.registry import PageSection, picture, section


@picture
def days_of_cash(result, strategy=None, ax=None, language="en"):
    """Draw how cash at the end is spread."""
    ax, name = axes_of(ax), chosen(result, strategy)
    ax.hist(result.record(name).monthly["cash"][-1])
    ax.set_title({"en": "Cash & its end", "zh": "期末现金"}[language])
    return ax


@section(after="statements")
def cash_at_the_end(result, summary, language):
    rows = [(name, (f"{found['ruin'][-1]['estimate']:.1%}", found["ruin"][-1]["estimate"]))
            for name, found in summary["strategies"].items()]
    return PageSection("Cash <b>at the end</b>", ["What is <i>left</i>."], ("Strategy", "Out of cash"), rows,
                   picture="days_of_cash", strategies=result.strategies[:1], description="For the ear.")
'''


@pytest.fixture
def outside(tmp_path, monkeypatch):
    """Import the package; its registrations end with the test."""
    (tmp_path / "outside_package.py").write_text(OUTSIDE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("outside_package")
    del sys.modules["outside_package"], registry.PICTURES["days_of_cash"], registry.PAGE_SECTIONS["cash_at_the_end"]
