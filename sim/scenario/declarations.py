"""Declarations of everything that can be set: dotted key, unit, range, default, source.

:func:`declared` lists them all, as they are in their channel; ``COMMON`` names what every scenario has beside its
channels.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.business.channels import channel, channel_names
from sim.business.market import Market
from sim.business.parameters import Parameter, parameters_of
from sim.business.solvency import Solvency

COMMON: dict[str, type] = {"market": Market, "wallet": Solvency}
"""By key of the scenario: the class that declares its numbers."""


COMES = Parameter("number", 1.0, unit="yes (1) or no (0)", meaning="Whether a proposed rule comes.")
"""Of a trade rule: nobody sets it, every world draws it."""


def declared(rules: Iterable[str] = ()) -> Iterator[tuple[str, Parameter, object]]:
    """Yield (dotted key, declaration, default) of everything that can be set, as they are in its channel.

    Parameters
    ----------
    rules : iterable of str
        Names of trade rules: what can be set of each, and whether it comes, is yielded too.
    """
    names = list(rules)
    for owner, kind in COMMON.items():
        for name, parameter in parameters_of(kind).items():
            yield f"{owner}.{name}", parameter, parameter.default
            if parameter.entry is not None:
                yield from _of_entries(f"{owner}.{name}", parameter.entry, names)
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


def _of_entries(key: str, entry: type, names: Iterable[str]) -> Iterator[tuple[str, Parameter, object]]:
    for name in names:
        fields = parameters_of(entry) | {"comes": COMES}
        yield from ((f"{key}.{name}.{field}", parameter, parameter.default) for field, parameter in fields.items())
