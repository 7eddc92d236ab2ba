"""The channels that a config names."""

import io

from monitor.channels import build_channels
from monitor.channels.console import ConsoleChannel
from monitor.channels.email import EmailChannel
from monitor.channels.webhook import WebhookChannel
from tests.channels.servers import PlainPoster
from tests.settings.folders import load


def test_every_channel_of_the_config_is_built_and_the_console_is_always_there(tmp_path):
    channels = build_channels(load(tmp_path), PlainPoster(), io.StringIO())

    assert {name: type(channel) for name, channel in channels.items()} == {
        "console": ConsoleChannel,
        "desk": EmailChannel,
        "hook": WebhookChannel,
    }


def test_a_channel_may_be_named_console(tmp_path):
    channels = build_channels(
        load(
            tmp_path, {"channels.toml": '[console]\ntype = "console"\n[desk]\ntype = "console"\n'}
        ),
        PlainPoster(),
        io.StringIO(),
    )

    assert set(channels) == {"console", "desk"}
