"""What all tests share: one seed, fixed unless SIM_TEST_SEED says otherwise, and a Ctrl-C that is heard."""

import os
import signal

import numpy as np
import pytest

DEFAULT_SEED = 20_260_907


SPEAKING = ("LANG", "LC_ALL", "LC_MESSAGES")
"""What a system says its language by: programs of tests speak English, unless asked to."""


def pytest_configure():
    for name in SPEAKING:
        os.environ.pop(name, None)
    os.environ["LC_ALL"] = "C.UTF-8"
    if "PYTEST_XDIST_WORKER" in os.environ:
        # Tests share the cores already: a run that is told no number of processes takes one.
        os.environ.setdefault("LOKY_MAX_CPU_COUNT", "1")
    # In the background of a script Ctrl-C is ignored, and every program that a test starts would inherit that.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def seed():
    return int(os.environ.get("SIM_TEST_SEED", DEFAULT_SEED))


@pytest.fixture
def rng(seed):
    return np.random.default_rng(seed)
