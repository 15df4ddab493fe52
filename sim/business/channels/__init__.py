"""Ways of selling; importing this package makes the shipped ones known."""

from sim.business.channels import alibaba, aliexpress, store  # noqa: F401
from sim.business.channels.base import Channel, Part, channel, channel_names, register

__all__ = ["Channel", "Part", "channel", "channel_names", "register"]
