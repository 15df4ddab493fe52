"""Declarations of everything that can be set: dotted key, unit, range, default, source.

:func:`declared` lists them all, as they are in their channel; ``COMMON`` names what every scenario has beside its
channels.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.business.channels import channel, channel_names
from sim.business.market import Market
from sim.business.parameters import Parameter, parameters_of
from sim.business.solvency import Solvency

COMMON: dict[str, type] = {"market": Market, "wallet": Solvency}
"""By key of the scenario: the class that declares its numbers."""


def declared() -> Iterator[tuple[str, Parameter, object]]:
    """Yield (dotted key, declaration, default) of everything that can be set, as they are in its channel."""
    for owner, kind in COMMON.items():
        for name, parameter in parameters_of(kind).items():
            yield f"{owner}.{name}", parameter, parameter.default
    for channel_name in channel_names():
        for part in channel(channel_name).parts:
            meaning = f"Whether this takes part: {part.mechanism.does or part.section}."
            if part.part_of:
                meaning += f" Off while '{part.part_of}' is."
            elif part.required:
                meaning += " Always on: the channel would have no meaning without it."
            switch = Parameter("switch", part.enabled, meaning=meaning)
            yield f"{channel_name}.{part.section}.enabled", switch, part.enabled
            for name, parameter in part.parameters.items():
                yield f"{channel_name}.{part.section}.{name}", parameter, parameter.default
