"""Devices, FIFOs and limits on files are Linux's: elsewhere there is nothing to fuzz with."""

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_fuzz.py"]
