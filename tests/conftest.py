"""What all tests share: one seed, fixed unless SIM_TEST_SEED says otherwise."""

import os

import numpy as np
import pytest

DEFAULT_SEED = 20_260_907


@pytest.fixture(scope="session")
def seed():
    return int(os.environ.get("SIM_TEST_SEED", DEFAULT_SEED))


@pytest.fixture
def rng(seed):
    return np.random.default_rng(seed)
