"""Pages in a real browser: everybody can use them, they need no script and run none, and a long
timeline is a page like another.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from monitor.pages.rendering import PageValues, render
from monitor.store.views.developments import DevelopmentView
from tests.browser import PATIENCE_S, Browser, open_browser
from tests.pages.conftest import HOSTILE, TOKEN, Desk
from tests.pages.test_app import paths
from tests.pages.test_timeline import JUNE, timeline_of, told

SCREENS = [(360, "dark"), (900, "light")]
MANY = 5_000
AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
FAULTS = """
return axe.run(document).then((found) => found.violations
  .filter((one) => ['serious', 'critical'].includes(one.impact))
  .map((one) => `${one.id}: ${one.nodes[0].html}`));
"""
WIDTHS = "return [document.documentElement.scrollWidth, window.innerWidth]"
# What a hole in a template would let an outlet write into a page.
INJECT = """
const script = document.createElement('script');
script.textContent = "document.title = 'read'";
document.body.append(script);
const image = document.createElement('img');
image.setAttribute('onerror', "document.title = 'read'");
image.src = 'http://127.0.0.1:%d/x.png';
document.body.append(image);
document.body.insertAdjacentHTML('beforeend', '<p id=hung style="position: fixed">x</p>');
return new Promise((done) => setTimeout(() => done(
  [document.title, getComputedStyle(document.getElementById('hung')).position]), 300));
"""


# Words of tables that stand on two lines; an address has no blank and may.
BROKEN = """
const broken = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  if (!walker.currentNode.parentElement.closest('td, th')) continue;
  for (const word of walker.currentNode.data.matchAll(/[\\w,]{2,20}/g)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, word.index);
    range.setEnd(walker.currentNode, word.index + word[0].length);
    if (range.getClientRects().length > 1) broken.push(word[0]);
  }
}
return broken;
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


def faults(browser: Browser) -> list[str]:
    """What axe-core calls serious or critical of the page that is open."""
    found: list[str] = browser.run(AXE + FAULTS)
    return found


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_no_page_has_a_serious_fault_or_runs_out_of_the_screen(
    browser: Browser, desk: Desk, width: int, scheme: str
) -> None:
    browser.look_like(width=width, scheme=scheme)
    wrong: dict[str, Any] = {}
    for path in paths(desk):
        browser.open(f"{desk.open.base_url}{path}")

        if found := faults(browser):
            wrong[path] = found
        needed, given = browser.run(WIDTHS)
        if needed > given:
            wrong[path] = (needed, given)

    assert wrong == {}


@pytest.mark.parametrize("path", ["/", "/feeds"])
@pytest.mark.parametrize("width", [360, 900])
def test_no_word_of_a_table_is_broken(browser: Browser, desk: Desk, path: str, width: int) -> None:
    browser.look_like(width=width, scheme="light")

    browser.open(f"{desk.open.base_url}{path}")

    assert browser.run("return document.querySelectorAll('td').length") > 3
    assert browser.run(BROKEN) == []


def test_what_a_development_changes_does_not_touch_the_edge_of_its_ground(
    browser: Browser, tmp_path: Path
) -> None:
    one = replace(told(1, "Pier closed."), changes=(("orders", "barred"),))

    browser.open(write_document(tmp_path, [one]))

    inside = "return getComputedStyle(document.querySelector('.changes')).paddingLeft"
    assert browser.run(inside) != "0px"


def test_the_login_has_no_serious_fault(browser: Browser, desk: Desk) -> None:
    browser.open(f"{desk.guarded.base_url}/")

    assert browser.run("return document.querySelectorAll('form').length") == 1
    assert faults(browser) == []
    assert TOKEN not in browser.run("return document.documentElement.outerHTML")


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
def test_the_document_of_a_timeline_has_no_serious_fault(
    browser: Browser, tmp_path: Path, width: int, scheme: str
) -> None:
    few = [replace(told(number, HOSTILE), tier=number) for number in (1, 2, 3)]
    browser.look_like(width=width, scheme=scheme)

    browser.open(write_document(tmp_path, few))

    assert faults(browser) == []
    assert browser.run("return document.scripts.length") == 0


def test_a_kind_of_news_is_hidden_by_its_box_without_a_script(
    browser: Browser, tmp_path: Path
) -> None:
    few = [replace(told(number, f"Kind {number}."), tier=number) for number in (1, 2, 3)]
    browser.open(write_document(tmp_path, few))

    browser.run("document.getElementById('tier2').click()")

    shown = browser.run("return document.body.innerText")
    assert [f"Kind {number}." in shown for number in (1, 2, 3)] == [True, False, True]


def write_document(folder: Path, developments: Sequence[DevelopmentView]) -> str:
    """Writes a timeline as `--format html` does; returns its address."""
    counts = {JUNE + timedelta(days=day): day % 7 for day in range(300)}
    values = {"timeline": timeline_of(developments, counts), "older": None}
    page = folder / "timeline.html"
    page.write_text(render("timeline", PageValues(UTC, values=values)), encoding="utf-8")
    return page.as_uri()


def test_nothing_fails_for_being_slow_on_a_busy_machine(browser: Browser) -> None:
    limits = browser.limits()

    assert {limits[what] for what in ("script", "pageLoad")} == {1000 * PATIENCE_S}


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    browser.show("<html lang=en><title>x</title><img src='data:,'><p style='color:#ccc'>pale</p>")

    assert {fault.partition(":")[0] for fault in faults(browser)} >= {"image-alt", "color-contrast"}


def test_pages_look_the_same_without_scripts(browser: Browser, desk: Desk) -> None:
    with open_browser(scripts=False) as plain:
        assert _runs_scripts(browser)
        assert not _runs_scripts(plain)

        assert _pictures(plain, desk) == _pictures(browser, desk)


def _runs_scripts(browser: Browser) -> bool:
    browser.show("<title>still</title><script>document.title = 'ran'</script>")
    return bool(browser.run("return document.title") == "ran")


def _pictures(browser: Browser, desk: Desk) -> list[bytes]:
    browser.look_like(width=900, scheme="light")
    pictures = []
    for path in ("/", "/cases/harbour", "/feeds", "/search?q=harbour&case=harbour"):
        browser.open(f"{desk.open.base_url}{path}")
        pictures.append(browser.picture())
    return pictures


def test_pages_ask_nobody_else(browser: Browser, desk: Desk) -> None:
    browser.requests()
    for path in paths(desk):
        browser.open(f"{desk.open.base_url}{path}")

    own = str(desk.open.base_url)
    assert [url for url in browser.requests() if not url.startswith(own)] == []


def test_what_is_injected_runs_nothing_asks_nobody_and_has_no_style(
    browser: Browser, desk: Desk
) -> None:
    browser.open(f"{desk.open.base_url}/cases/harbour")
    title = browser.run("return document.title")
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)

        after, position = browser.run(INJECT % elsewhere.getsockname()[1])

        assert (after, position) == (title, "static")
        with pytest.raises(BlockingIOError):
            elsewhere.accept()
    assert HOSTILE in browser.run("return document.body.innerText")


def test_the_same_would_run_where_no_policy_forbids_it(browser: Browser) -> None:
    browser.show("<html lang=en><title>x</title><body></body>")

    assert browser.run(INJECT % 9) == ["read", "fixed"]


def test_five_thousand_developments_are_one_page(browser: Browser, tmp_path: Path) -> None:
    many = [
        replace(told(number % 300, f"The pier was closed for the {number}th time."), row_id=number)
        for number in range(MANY)
    ]
    page = write_document(tmp_path, many)
    browser.look_like(width=360, scheme="light")
    browser.requests()

    browser.open(page)

    assert browser.requests() == [page]
    assert f"the {MANY - 1}th time" in browser.run("return document.body.innerText")
    needed, given = browser.run(WIDTHS)
    assert needed <= given
