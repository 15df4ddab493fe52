"""Renew the screen shown in README.md and README.zh.md: ``python -m tests.conformance.renew_readme`` (the default run; a minute)."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

README = Path("README.md")
CHINESE = Path("README.zh.md")
HEAD_ENDS = "Chance that the month"


def screen_head(language: str) -> str:
    """Return what the main job prints, up to the chances by month."""
    with tempfile.TemporaryDirectory() as folder:
        words = ("run", "configs/article.yaml", "--out", str(Path(folder) / "run"), "--language", language)
        command = [sys.executable, "-c", "from sim.cli.app import main; main()", *words]
        printed = subprocess.run(command, capture_output=True, check=True).stdout.decode()
    head = printed.split(HEAD_ENDS, maxsplit=1)[0]
    return "\n".join(line.rstrip() for line in head.splitlines()).rstrip()


def renewed(page: str, screen: str) -> str:
    """Return the page with the screen in place of the one it shows."""
    return re.sub(r"```text\n.*?\n```", lambda _: f"```text\n{screen}\n```", page, flags=re.DOTALL)


if __name__ == "__main__":
    for page, language in ((README, "en"), (CHINESE, "zh")):
        page.write_text(renewed(page.read_text(encoding="utf-8"), screen_head(language)), encoding="utf-8")
