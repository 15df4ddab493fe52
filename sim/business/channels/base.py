"""A channel: a named tuple of mechanisms, executed in that order every day.

A :class:`Channel` is made of :class:`Part` objects. A new one is one file like ``store.py`` that calls
:func:`register`; :func:`channel` and :func:`channel_names` find it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sim.business.mechanisms.base import Mechanism, Phase
from sim.business.parameters import Parameter, parameters_of

Default = tuple[str, object] | tuple[str, object, str]
"""Name, value and, unless it is a judgement without a source, where the value comes from."""

JUDGEMENT = "[j]"


@dataclass(frozen=True)
class Part:
    """One place in a channel's day.

    Parameters
    ----------
    section : str
        Name in YAML, unique in the channel.
    required : bool
        Whether switching it off would leave the channel without meaning.
    defaults : tuple of (str, Any) or (str, Any, str)
        Values that differ, in this channel, from the mechanism's own defaults, and their sources: a mechanism's source
        speaks of its own value only.
    enabled : bool
        Whether it takes part unless the scenario says otherwise.
    part_of : str
        Section it serves: while that one is switched off, this one is too.
    """

    section: str
    mechanism: type[Mechanism]
    required: bool = False
    defaults: tuple[Default, ...] = ()
    enabled: bool = True
    part_of: str = ""

    @property
    def values(self) -> dict[str, object]:
        """The channel's own defaults by name."""
        return {default[0]: default[1] for default in self.defaults}

    @property
    def parameters(self) -> dict[str, Parameter]:
        """What the mechanism declares, with default and source as they are in this channel."""
        found = parameters_of(self.mechanism)
        for name, value, *source in self.defaults:
            found[name] = replace(found[name], default=value, source=str(source[0]) if source else JUDGEMENT)
        return found


@dataclass(frozen=True)
class Channel:
    """One way of selling.

    Parameters
    ----------
    title : str
        For people.
    parts : tuple of Part
        The day's order: receipts first, then trading.
    strategy : str
        Name of the strategy that sells by this channel alone, as it is offered; the channel's own by default.
    to_write : tuple of str
        Keys, ``section.number``, some in each text, of what a seller knows, can look up or should doubt: they stand in
        the file that ``sim init`` writes. By default every number.
    """

    name: str
    title: str
    parts: tuple[Part, ...]
    strategy: str = ""
    to_write: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "strategy", self.strategy or self.name)
        phases = [part.mechanism.phase for part in self.parts]
        if phases != sorted(phases):
            raise ValueError(f"channel '{self.name}': receipts must stand before trading, trading before closing")
        sections = [part.section for part in self.parts]
        if len(set(sections)) != len(sections):
            raise ValueError(f"channel '{self.name}': a section name stands twice")
        for part in self.parts:
            if part.part_of and (part.part_of not in sections or self.part(part.part_of).part_of):
                raise ValueError(
                    f"channel '{self.name}': '{part.section}' is part of '{part.part_of}', which cannot be"
                )

    def part(self, section: str) -> Part:
        """Return the part of this section."""
        return next(part for part in self.parts if part.section == section)

    def keys_to_write(self) -> list[str]:
        """Return the keys of ``to_write``, or of every number of the channel."""
        every = [f"{part.section}.{name}" for part in self.parts for name in part.parameters]
        return " ".join(self.to_write).split() or every

    def plan(self) -> list[tuple[int, str, str, str]]:
        """Return the day's order as rows: position, phase, section, what it does."""
        return [
            (position, Phase(part.mechanism.phase).name.lower(), part.section, part.mechanism.does)
            for position, part in enumerate(self.parts, 1)
        ]


_CHANNELS: dict[str, Channel] = {}


def register(channel: Channel) -> Channel:
    """Make a channel known by its name; a second one of the same name replaces it."""
    _CHANNELS[channel.name] = channel
    return channel


def channel(name: str) -> Channel:
    """Return a registered channel."""
    return _CHANNELS[name]


def single_channel_strategies() -> dict[str, tuple[str, ...]]:
    """Return, by name, the strategies that sell by one registered channel alone."""
    return {found.strategy: (name,) for name, found in _CHANNELS.items()}


def channel_names() -> tuple[str, ...]:
    """Return the names of all registered channels."""
    return tuple(_CHANNELS)
