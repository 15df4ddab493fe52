"""Versions of the project side by side: each in a folder of its own, installed in environments of its own."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from measuring.turns import NotMeasured, last_line

REPOSITORY = Path(__file__).resolve().parents[2]

COMPLETE = "complete"
"""File that says that an environment was made to the end."""


@dataclass(frozen=True)
class Version:
    """A checkout.

    Parameters
    ----------
    name : str
        As people read it.
    folder : Path
        Its files; jobs are run there.
    environments : Path
        Folder of environments, each by a hash of what is installed in it.
    """

    name: str
    folder: Path
    environments: Path

    def extras(self) -> set[str]:
        """Return the names of the optional dependencies it has."""
        project = tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return set(project.get("optional-dependencies", {}))

    def python(self, *extras: str) -> Path:
        """Return the interpreter of an environment that has this version; it is made when first asked for."""
        missing = set(extras) - self.extras()
        if missing:
            raise NotMeasured(f"this version has no extra `{min(missing)}`")
        environment = self.environments / self.digest(*extras)
        if not (environment / COMPLETE).exists():
            shutil.rmtree(environment, ignore_errors=True)
            print(f"making an environment of {self.name} {list(extras) or ''}", file=sys.stderr, flush=True)
            self._install(environment, extras)
            (environment / COMPLETE).touch()
        return environment / "bin" / "python"

    def digest(self, *extras: str) -> str:
        """Return a hash of the package, its constraints, the extras and the Python that an environment is made with."""
        found = hashlib.sha256(repr((sys.version, extras)).encode())
        modules = sorted(file for file in self.folder.glob("sim/**/*") if file.is_file())
        for file in (self.folder / "pyproject.toml", self.folder / "constraints.txt", *modules):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            found.update(f"{file.relative_to(self.folder).as_posix()} {content}\n".encode())
        return found.hexdigest()[:16]

    def _install(self, environment: Path, extras: tuple[str, ...]) -> None:
        wanted = f".[{','.join(extras)}]" if extras else "."
        pip: list[str | Path] = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
        run([sys.executable, "-m", "venv", environment], self.folder)
        run([*pip, "--disable-pip-version-check", "-c", "constraints.txt", wanted], self.folder)


def run(command: list[str | Path], folder: Path) -> None:
    """Run a step of the installation."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"no environment could be made: {last_line(done.stderr)}")


def former(commit: str, folder: Path, environments: Path) -> Version:
    """Return a named commit, its files unpacked into a new folder."""
    short = git("rev-parse", "--short", "--verify", f"{commit}^{{commit}}").decode().strip()
    with tarfile.open(fileobj=io.BytesIO(git("archive", "--format=tar", short))) as archive:
        archive.extractall(folder, filter="data")
    return Version(f"before, {short}", folder, environments)


def present(folder: Path, environments: Path) -> Version:
    """Return the working tree as it is now, uncommitted changes too, copied into a new folder."""
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0"):
        if name and (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, folder / name)
    return Version(f"after, {git('describe', '--always', '--dirty').decode().strip()}", folder, environments)


def git(*arguments: str) -> bytes:
    """Return what git answers; its complaint ends the program."""
    done = subprocess.run(["git", "-C", REPOSITORY, *arguments], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]}: {last_line(done.stderr.decode())}")
    return done.stdout
