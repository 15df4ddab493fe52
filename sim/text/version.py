"""The version of the package that is installed."""

from __future__ import annotations

from importlib import metadata


def package_version() -> str:
    """Return the installed version of the package."""
    try:
        return metadata.version("seller-sim")
    except metadata.PackageNotFoundError:
        return "unknown"
