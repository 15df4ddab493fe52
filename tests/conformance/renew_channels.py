"""Renew ``docs/channels.md``, the day of every channel: ``python -m tests.conformance.renew_channels``."""

from pathlib import Path

from sim.business.channels import channel, channel_names

PAGE = Path("docs/channels.md")

BEGIN = "<!-- plans: begin -->"
END = "<!-- plans: end -->"


def plans():
    """Return one table a channel."""
    blocks = []
    for name in channel_names():
        found = channel(name)
        rows = [f"| {position} | {phase} | `{section}` | {does} |" for position, phase, section, does in found.plan()]
        head = [
            f"## {found.title} (`{name}`)",
            "",
            "| | part of the day | section | what happens |",
            "|---|---|---|---|",
        ]
        blocks.append("\n".join([*head, *rows]))
    return "\n\n".join(blocks)


def renewed(page: str):
    """Return the page with the tables between its markers made anew."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n\n{plans()}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
