"""The product's settings with a channel layer, for the panel that `group_send` feeds."""

from config.settings.base import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels.layers.InMemoryChannelLayer",
        # By default it drops in silence what is more than a hundred.
        "CONFIG": {"capacity": 1_000_000},
    }
}
