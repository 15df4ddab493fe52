"""The scenarios and sweeps that come with the package, by name: ``article``, ``market``, ``sweeps/capital`` ...

They stand in ``configs/``: within the package where it was installed from a wheel, beside it in a checkout.
"""

from __future__ import annotations

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SUFFIX = ".yaml"


def shipped() -> dict[str, Path]:
    """Return the files that come with the package, by the names they are asked for by."""
    folder = next((place for place in (PACKAGE / "configs", PACKAGE.parent / "configs") if place.is_dir()), None)
    files = sorted(folder.rglob(f"*{SUFFIX}")) if folder else []
    return {file.relative_to(folder).with_suffix("").as_posix(): file for file in files if folder}


def standing_alone(text: str) -> str:
    """Return a shipped file's text as it can stand anywhere: what it rests on is named, not looked for beside it."""
    known = "|".join(map(re.escape, shipped()))
    # In comments too: the copy lies where it was put, not in a checkout.
    text = re.sub(rf"\bconfigs/(?:sweeps/)?([a-z_]+\{SUFFIX})\b", r"\1", text)
    return re.sub(rf"^(extends|base): (?:\.\./)?({known})\{SUFFIX}$", r"\1: \2", text, flags=re.MULTILINE)


def named_beside(folder: Path, name: str) -> Path | None:
    """Return the file of this name in a folder, or else the shipped one that is called so; None where there is none."""
    try:
        found = (folder / name).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return None
    return folder / name if found else shipped().get(name)
