"""Config folders for tests: a right one, and changes to it."""

from collections.abc import Mapping
from pathlib import Path

from monitor.settings import Settings, load_settings

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ENVIRON = {"HOOK_SECRET": SECRET}

RIGHT: dict[str, str] = {
    "monitor.toml": (
        'timezone = "Europe/Berlin"\n[fetch]\ncontact = '
        '"mailto:desk@example.org"\n[smtp]\nfrom = "monitor@example.org"\n'
    ),
    "feeds.toml": (
        '[[feed]]\nurl = "https://gazette.example/rss"\ntitle = "Gazette"\ntags = '
        '["harbour"]\nevery = "15m"\n\n'
        '[[feed]]\nurl = "https://tribune.example/atom"\n'
    ),
    "channels.toml": (
        '[desk]\ntype = "email"\nto = ["desk@example.org"]\n\n'
        '[hook]\ntype = "webhook"\nurl = "https://hooks.example.org/x"\nsecret_env = '
        '"HOOK_SECRET"\n'
    ),
    "cases/night-ferry.toml": (
        'title = "Night ferry"\nquery = "ferry NEAR/5 harbour"\nfeeds = ["Gazette", '
        '"tag:harbour"]\n\n'
        '[[alert]]\nchannel = "desk"\nwhen = "daily 08:00"\n'
    ),
}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def load(
    folder: Path,
    changes: Mapping[str, str | bytes] | None = None,
    environ: Mapping[str, str] = ENVIRON,
) -> Settings:
    """Loads the right folder with some files replaced."""
    return load_settings(write(folder, {**RIGHT, **(changes or {})}), environ)
