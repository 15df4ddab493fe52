"""Ctrl-C while the program itself is still being read: it ends, and shows nothing of its inside."""

import signal
import subprocess
import sys

import pytest

from sim.cli import app
from sim.cli.app import INTERRUPTED

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

PRESSED_EARLY = """
import os, signal, sys

class Impatient:
    def find_spec(self, name, *_):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Impatient())
from sim.__main__ import main
sys.argv = ["sim", "--help"]
main()
"""


def begun(before=""):
    return subprocess.run(
        [sys.executable, "-c", before + PRESSED_EARLY], capture_output=True, text=True, check=False, timeout=60
    )


def test_ctrl_c_in_the_first_moments_ends_the_program_without_a_word():
    ended = begun("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n")
    assert (ended.returncode, ended.stdout, ended.stderr) == (-signal.SIGINT, "", "")


def test_a_program_in_the_background_that_was_told_to_ignore_ctrl_c_goes_on_ignoring_it():
    ended = begun("import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n")
    assert ended.returncode == 0, ended.stderr
    assert "How likely is a profit" in ended.stdout


def test_ctrl_c_before_the_command_is_understood_is_heard(monkeypatch, capsys):
    def pressed():
        raise KeyboardInterrupt

    monkeypatch.setattr(app, "app", pressed)
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == INTERRUPTED
    assert capsys.readouterr().err == "stopped; nothing half-written\n"


def test_the_program_begins_as_a_module_too():
    ended = subprocess.run([sys.executable, "-m", "sim", "--help"], capture_output=True, text=True, check=True)
    assert "How likely is a profit" in ended.stdout
