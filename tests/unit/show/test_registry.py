"""What may be registered as a picture or as a section of the page."""

import subprocess
import sys

import pytest

from sim.show.registry import PAGE_SECTIONS, PICTURES, PageSection, picture, section


def cash_fan(result, ax=None, language="en"):
    """Bear the name of a picture that is there."""


def test_a_cell_of_a_notebook_may_register_its_picture_again(outside):
    again = picture(outside.days_of_cash)
    assert PICTURES["days_of_cash"] is again
    assert section(after="answer")(outside.cash_at_the_end) is outside.cash_at_the_end
    assert PAGE_SECTIONS["cash_at_the_end"][0] == "answer"


def test_the_name_of_another_modules_picture_is_refused(outside):
    import sim.show.plots  # noqa: F401

    with pytest.raises(ValueError, match=r"'cash_fan' is registered already, by sim\.show\.plots\.money"):
        picture(cash_fan)

    def cash_at_the_end(result, summary, language):
        return None

    with pytest.raises(ValueError, match="'cash_at_the_end' is registered already, by outside_package"):
        section(after="facts")(cash_at_the_end)


def test_a_place_that_the_page_has_not_is_refused():
    with pytest.raises(ValueError, match="no place 'footer' on the page; there are: answer, strategies, doubt"):
        section(after="footer")


def test_a_table_whose_rows_do_not_fit_its_columns_is_refused():
    with pytest.raises(ValueError, match="section 'Cash': a row has as many cells as there are columns"):
        PageSection("Cash", columns=("a", "b"), rows=[("1", "2"), ("3",)])


def test_registering_loads_no_drawing_library():
    code = "import sys, sim.show.registry; print({'matplotlib', 'numpy', 'jinja2'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
