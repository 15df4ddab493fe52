"""Channels, the ways of selling; importing this package registers the shipped ones."""

from sim.business.channels import alibaba, aliexpress, store  # noqa: F401
from sim.business.channels.base import Channel, Part, channel, channel_names, register, single_channel_strategies

__all__ = ["Channel", "Part", "channel", "channel_names", "register", "single_channel_strategies"]
