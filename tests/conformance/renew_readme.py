"""Renew the screens shown in README.md and README.zh.md: ``python -m tests.conformance.renew_readme``; two minutes."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path("README.md")
CHINESE = Path("README.zh.md")
LINES_AFTER = 1
"""Where it was written and how long it took: that differs from run to run."""


def screen_shown(language: str) -> str:
    """Return what the main job prints of the answer."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("run", "configs/article.yaml", "--out", str(Path(folder) / "run"), "--language", language)
        command = [sys.executable, "-c", "from sim.cli.app import main; main()", *words]
        printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    return "\n".join(line.rstrip() for line in printed.splitlines()[:-LINES_AFTER]).rstrip()


def renewed(page: str, screen: str) -> str:
    """Return the page with the screen in place of the one it shows."""
    return re.sub(r"```text\n.*?\n```", lambda _: f"```text\n{screen}\n```", page, flags=re.DOTALL)


if __name__ == "__main__":
    for page, language in ((README, "en"), (CHINESE, "zh")):
        page.write_text(renewed(page.read_text(encoding="utf-8"), screen_shown(language)), encoding="utf-8")
