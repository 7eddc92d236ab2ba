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
from typing import Any

import httpx
import pytest

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# A guard against what hangs, in seconds. The driver itself gives up a script after 30, which on a
# machine with much else to do is what axe takes to look at one page.
PATIENCE_S = 300
_OPENINGS, _LOST = 4, "Not attached to an active page"
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
        # With scripts off the driver loses sight of a page now and then.
        for _ in range(_OPENINGS - 1):
            answer = self._client.post(f"{self._path}/url", json={"url": url})
            if _LOST not in answer.text:
                _require(answer)
                return
        self._post("/url", {"url": url})

    def turn_scripts(self, *, on: bool) -> None:
        """Lets pages run scripts or not; those of a test run only where pages' own may."""
        self._cdp("Emulation.setScriptExecutionDisabled", {"value": not on})

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
        answer = self._client.post(self._path + path, json=body)
        _require(answer)
        return answer.json()["value"]


def _require(answer: httpx.Response) -> None:
    assert answer.is_success, answer.text


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Starts a browser and ends it."""
    browser, driver = find_browser()
    process = subprocess.Popen(
        [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        with httpx.Client(base_url=_address(process), timeout=PATIENCE_S + 30) as client:
            milliseconds = PATIENCE_S * 1000
            wanted = {
                "timeouts": {"script": milliseconds, "pageLoad": milliseconds},
                "goog:chromeOptions": {"binary": browser, "args": list(OPTIONS)},
                "goog:loggingPrefs": {"performance": "ALL"},
            }
            body = {"capabilities": {"alwaysMatch": wanted}}
            answer = client.post("/session", json=body)
            assert answer.is_success, answer.text
            session = answer.json()["value"]["sessionId"]
            yield Browser(client, session)
            client.delete(f"/session/{session}")
    finally:
        process.terminate()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    """Returns where the driver listens, which it says when it does."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"started successfully on port (\d+)", line):
            return f"http://127.0.0.1:{found[1]}"
    raise AssertionError("the driver of the browser did not start")
