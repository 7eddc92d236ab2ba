"""A real browser for tests of what people look at: Chromium, driven by its own driver.

Where neither is installed, whoever asks for it is skipped and says why. Names of programs can be
given in MONITOR_CHROMIUM and MONITOR_CHROMEDRIVER.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# A guard against what hangs, in seconds. The driver itself gives up a script after 30, which on a
# machine with much else to do is what axe takes to look at one page.
PATIENCE_S = 300
# What the driver says, once in some fifty times, of a page that is just giving way to the next.
BETWEEN_PAGES = ("Not attached to an active page", "Cannot take screenshot with 0 width")
NO_SCRIPTS = {"profile.managed_default_content_settings.javascript": 2}
OPTIONS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--hide-scrollbars", "--no-first-run", "--disable-background-networking"),
)


def find_browser() -> tuple[str, str]:
    """Returns the programs of the browser and of its driver.

    Raises:
        pytest.skip.Exception: one of them is not installed.
    """
    names = (os.environ.get("MONITOR_CHROMIUM", ""), *CHROMIUM)
    browser = next(filter(None, map(shutil.which, filter(None, names))), None)
    driver = shutil.which(os.environ.get("MONITOR_CHROMEDRIVER", "chromedriver"))
    if not browser or not driver:
        pytest.skip("no Chromium with its driver: install chromium and chromium-driver")
    return browser, driver


class Browser:
    """A browser in which pages are opened, looked at and drawn."""

    def __init__(self, client: httpx.Client, session: str) -> None:
        self._client = client
        self._path = f"/session/{session}"

    def look_like(self, *, width: int, scheme: str) -> None:
        """Sets the width of the screen in pixels, and whether it is light or dark."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self._cdp("Emulation.setDeviceMetricsOverride", size)
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self._cdp("Emulation.setEmulatedMedia", {"features": [feature]})

    def show(self, page: str) -> None:
        """Opens a page that is given as text."""
        self.requests()
        content = base64.b64encode(page.encode()).decode()
        self._post("/url", {"url": f"data:text/html;charset=utf-8;base64,{content}"})

    def open(self, url: str) -> None:
        """Opens a page at an address and waits until all of it is there."""
        self._post("/url", {"url": url})

    def run(self, script: str) -> Any:
        """Returns what a script returns in the page; a promise is waited for."""
        return self._post("/execute/sync", {"script": script, "args": []})

    def limits(self) -> dict[str, int]:
        """Returns how long the driver waits for what, in milliseconds."""
        answer = self._client.get(f"{self._path}/timeouts")
        assert answer.is_success, answer.text
        limits: dict[str, int] = answer.json()["value"]
        return limits

    def requests(self) -> list[str]:
        """Returns the addresses that pages asked for since the last time, their own left out."""
        entries = self._post("/se/log", {"type": "performance"})
        told = [json.loads(one["message"])["message"] for one in entries]
        sent = [one["params"] for one in told if one["method"] == "Network.requestWillBeSent"]
        urls = [one["request"]["url"] for one in sent]
        return [url for url in urls if not url.startswith("data:text/html")]

    def picture(self) -> bytes:
        """Returns the whole page as a PNG."""
        shot = self._cdp("Page.captureScreenshot", {"captureBeyondViewport": True})
        return base64.b64decode(shot["data"])

    def _cdp(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._post("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        end = monotonic() + PATIENCE_S
        answer = self._client.post(self._path + path, json=body)
        while any(words in answer.text for words in BETWEEN_PAGES) and monotonic() < end:
            sleep(0.05)
            answer = self._client.post(self._path + path, json=body)
        assert answer.is_success, answer.text
        return answer.json()["value"]


@contextmanager
def open_browser(*, scripts: bool = True) -> Iterator[Browser]:
    """Starts a browser, in which pages may run scripts or not, and ends it."""
    browser, driver = find_browser()
    with subprocess.Popen(
        [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            with httpx.Client(base_url=_address(process), timeout=PATIENCE_S + 30) as client:
                yield from _session(client, browser, scripts=scripts)
        finally:
            # Its output is not read to the end: what the browser left behind may hold it open.
            process.kill()


def _session(client: httpx.Client, browser: str, *, scripts: bool) -> Iterator[Browser]:
    milliseconds = PATIENCE_S * 1000
    wanted = {
        "timeouts": {"script": milliseconds, "pageLoad": milliseconds},
        "goog:chromeOptions": {
            "binary": browser,
            "args": list(OPTIONS),
            "prefs": {} if scripts else NO_SCRIPTS,
        },
        "goog:loggingPrefs": {"performance": "ALL"},
    }
    answer = client.post("/session", json={"capabilities": {"alwaysMatch": wanted}})
    assert answer.is_success, answer.text
    session = answer.json()["value"]["sessionId"]
    try:
        yield Browser(client, session)
    finally:
        client.delete(f"/session/{session}")


def _address(process: subprocess.Popen[str]) -> str:
    """Returns where the driver listens, which it says when it does."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return f"http://127.0.0.1:{found[1]}"
    raise AssertionError("the driver of the browser did not start")
