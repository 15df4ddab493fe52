"""The command `configs`: the scenarios and sweeps that come with the package, to be listed, read and copied."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options

TITLE = re.compile(r"^title: (.*)$", re.MULTILINE)


def configs(
    name: Annotated[str | None, typer.Argument(help="Which one; without a name, all are listed.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the copy goes; default: standard output.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    language: options.Language = options.LanguageChoice.AUTO,
) -> None:
    """List the scenarios and sweeps that come with the package, or copy one."""
    from sim.cli.output import check_target, write_text
    from sim.scenario import ConfigError
    from sim.scenario.shipped import shipped, standing_alone
    from sim.text.labels import label
    from sim.text.messages import suggest

    files = shipped()
    if name is None:
        if out is not None:
            raise ConfigError("--out: say which one is to be copied, as sim configs market --out market.yaml")
        for known, file in files.items():
            print(f"{known:24}{label(_title(file), language)}".rstrip())
        return
    if name not in files:
        raise ConfigError(f"{name}: {suggest(name, files, 'no scenario or sweep of this name comes with the package')}")
    text = standing_alone(files[name].read_text(encoding="utf-8"))
    if out is None:
        sys.stdout.write(text)
        return
    check_target(out)
    if out.is_file() and not force:
        raise ConfigError(f"{out}: is there already; choose another --out, or --force to replace it")
    write_text(out, text)
    print(f"{label('written', language)} {out}", file=sys.stderr)


def _title(file: Path) -> str:
    found = TITLE.search(file.read_text(encoding="utf-8"))
    return found[1].split(" #")[0].strip("\"' ") if found else ""
