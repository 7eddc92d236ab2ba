"""The file system of a database, by what the machine says is mounted."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.store.upkeep.file_systems import find_network_system

MOUNTS = r"""
/dev/vda1 / ext4 rw,relatime 0 0
tmpfs /tmp tmpfs rw 0 0
attic:/news /srv/news nfs4 rw,vers=4.2 0 0
/dev/vdb1 /srv/news/local ext4 rw 0 0
//attic/desk /srv/our\040desk cifs rw 0 0
desk@attic: /home/desk/attic fuse.sshfs rw 0 0
/dev/sda1 /mnt/stick fuseblk rw 0 0
/dev/vdc1 /srv/twice ext4 rw 0 0
attic:/twice /srv/twice nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/news/monitor.db", "nfs4"),
        ("/srv/news/deeper/monitor.db", "nfs4"),
        ("/srv/our desk/monitor.db", "cifs"),
        ("/home/desk/attic/monitor.db", "fuse.sshfs"),
        ("/srv/twice/monitor.db", "nfs"),
        ("/srv/news/local/monitor.db", ""),
        ("/srv/newspaper/monitor.db", ""),
        ("/mnt/stick/monitor.db", ""),
        ("/var/lib/monitor/monitor.db", ""),
    ],
)
def test_a_file_lies_on_the_system_that_is_mounted_nearest(
    tmp_path: Path, path: str, kind: str
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.lstrip())

    assert find_network_system(Path(path), mounts) == kind


def test_a_link_is_followed_to_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda1 / ext4 rw 0 0\nattic:/ {tmp_path}/far nfs4 rw 0 0\n")

    assert find_network_system(tmp_path / "near" / "monitor.db", mounts) == "nfs4"


def test_a_machine_that_does_not_say_has_none(tmp_path: Path) -> None:
    assert find_network_system(tmp_path / "monitor.db", tmp_path / "nothing") == ""


def test_the_disk_of_this_machine_is_none(tmp_path: Path) -> None:
    assert find_network_system(tmp_path / "monitor.db") == ""
