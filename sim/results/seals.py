"""The digests by which a saved run is held against itself: whatever was changed since is named, never read.

`sealed` completes a manifest: the digest of every file of the run, and one over the manifest itself. `check_manifest`
and `check_files` hold a folder against it. Manifests of earlier versions have the digest of the summary alone: what
they say is held against the hashes they give of run, scenario and result (`check_result`); of their statements nothing
is known.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.results.atomic_writes import StorageError

MANIFEST, SUMMARY, SHEET = "manifest.json", "summary.json", "statements.csv"
TABLES = ("monthly", "paths", "worlds")
"""Tables of a run whose paths were kept, by the names of their files."""

DIGESTS, SEAL = "files", "manifest_sha256"
"""Keys of the manifest: digests of data files by name, and the digest of everything else in it."""

REMEDY = "run the scenario again with --force"


def hash_of(content: Any) -> str:
    """Return the SHA-256 of plain data, the same before it is written as JSON and after it is read."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def digest(file: Path) -> str:
    """Return the SHA-256 of a file; a pipe, which would be waited for, is none."""
    if not file.is_file():
        raise StorageError(f"{file}: is missing or was changed: it is no file; {REMEDY}")
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sealed(content: dict[str, Any], digests: Mapping[str, str]) -> dict[str, Any]:
    """Return a manifest with the digests of its run's data files and, over all of it, its own."""
    whole = content | {DIGESTS: dict(digests)}
    return whole | {SEAL: hash_of(whole)}


def check_manifest(folder: Path, content: dict[str, Any], summary: dict[str, Any]) -> None:
    """Refuse a manifest or a summary that is not what was written.

    Raises
    ------
    StorageError
        Naming the file.
    """
    try:
        whole = _is_whole(content, summary)
    except (LookupError, TypeError, AttributeError):  # what an earlier version wrote is not there, or not its kind
        whole = False
    if not whole:
        raise StorageError(f"{folder / MANIFEST}: was changed since the run was saved; {REMEDY}")
    if content.get("summary_sha256") != digest(folder / SUMMARY):
        raise StorageError(f"{folder / SUMMARY}: was changed since the run was saved; {REMEDY}")


def _is_whole(content: dict[str, Any], summary: dict[str, Any]) -> bool:
    if SEAL in content:
        return bool(content[SEAL] == hash_of({key: value for key, value in content.items() if key != SEAL}))
    # Of an earlier version: all that decides the answer stands in it twice, or in the summary too.
    same = all(content[key] == summary[key] for key in ("worlds", "replicates", "keep", "stop"))
    hashes = (content["scenario_sha256"], content["run_hash"]) == (hash_of(content["scenario"]), _former(content))
    return same and hashes and isinstance(content["wall_seconds"], float) and math.isfinite(content["wall_seconds"])


def _former(content: dict[str, Any]) -> str:
    stop = content["stop"] or {"asked_worlds": content["worlds"], "goal": {"precision": None, "most_paths": None}}
    asked = {key: content[key] for key in ("scenario", "seed", "replicates", "keep")}
    goal = {"precision": stop["goal"]["precision"], "max_paths": stop["goal"]["most_paths"]}
    given = {"given": content["given"]} if content["given"] else {}
    return hash_of(
        asked | goal | given | {"worlds": stop["asked_worlds"], "version": content["versions"]["seller-sim"]}
    )


def check_files(folder: Path, content: dict[str, Any]) -> None:
    """Refuse a run one of whose data files is missing or is not what the manifest says; the manifest was checked."""
    tables = [f"{name}.parquet" for name in TABLES] if content["keep"] == "paths" else []
    known = content.get(DIGESTS, dict.fromkeys([*tables, SHEET]))
    for name, expected in known.items():
        if digest(folder / name) != expected and expected is not None:
            raise StorageError(f"{folder / name}: is missing or was changed since the run was saved; {REMEDY}")


def check_result(folder: Path, content: dict[str, Any], found: str) -> None:
    """Refuse tables of an earlier version whose numbers are not those of its manifest; of them no digests are known."""
    if DIGESTS not in content and content.get("result_sha256") != found:
        raise StorageError(f"{folder}: a table of this run is missing or was changed since it was saved; {REMEDY}")
