"""Whose text a page is: its wire's, its publisher's, its site's; never what a feed calls it."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.newsrooms import find_credit, newsroom_of, shipped_families
from monitor.urls import site_of

BODY = "The harbour master closed the old pier.\n\nFerries leave from the north quay."
TABLE = tomllib.loads(files("monitor").joinpath("data", "publishers.toml").read_text("utf-8"))


def newsroom(url: str, credit: str = "") -> str:
    return newsroom_of(url, credit, shipped_families())


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ("https://www.bbc.com/news/1", "https://www.bbc.co.uk/news/1", "BBC"),
        ("https://www.nytimes.com/a", "https://theathletic.com/b", "New York Times"),
        ("https://eu.usatoday.com/a", "https://www.indystar.com/b", "Gannett"),
        ("https://thehill.com/a", "https://www.newsnationnow.com/b", "Nexstar"),
        ("https://elpais.com/a", "https://cincodias.elpais.com/b", "Prisa"),
        ("https://www.elperiodico.com/a", "https://www.levante-emv.com/b", "Prensa Ibérica"),
        ("https://abcnews.go.com/a", "https://abc7ny.com/b", "ABC"),
    ],
)
def test_sites_of_one_publisher_are_one_newsroom(one: str, other: str, name: str) -> None:
    assert (newsroom(one), newsroom(other)) == (name, name)


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.gazette.example/1", "gazette.example"),
        ("https://amp.gazette.example/1", "gazette.example"),
        ("https://sports.gazette.example/1", "gazette.example"),
        ("https://www.courier.co.uk/1", "courier.co.uk"),
        ("http://127.0.3.1:8000/order", "127.0.3.1"),
        ("no address", ""),
        # A paper whose name ends like that of another one.
        ("https://notthebbc.com/1", "notthebbc.com"),
    ],
)
def test_any_other_page_is_of_its_site(url: str, name: str) -> None:
    assert newsroom(url) == name


def test_papers_of_one_name_in_two_countries_are_two() -> None:
    assert newsroom("https://elcomercio.pe/a") != newsroom("https://www.elcomercio.es/a")


def test_each_author_on_a_platform_is_a_newsroom_of_his_own() -> None:
    assert newsroom("https://harbour.substack.com/p/1") == "harbour.substack.com"
    assert newsroom("https://pier.substack.com/p/1") == "pier.substack.com"
    assert newsroom("https://substack.com/home") == "substack.com"


def test_an_aggregator_is_no_newsroom_unless_its_text_says_whose_it_is() -> None:
    url = "https://news.yahoo.com/pier-closed-1.html"

    assert newsroom(url) == ""
    assert newsroom(url, "Associated Press") == "Associated Press"


def test_a_text_of_a_wire_is_the_wires_wherever_it_stands() -> None:
    everywhere = {
        newsroom(url, find_credit(f"BALTIMORE (AP) — {BODY}"))
        for url in ("https://www.gazette.example/1", "https://www.nj.com/1", "https://apnews.com/1")
    }

    assert everywhere == {"Associated Press"}


def test_own_families_count_before_those_of_the_program() -> None:
    families = shipped_families().with_own(
        {"Harbour group": ["gazette.example", "bbc.com", "yahoo.com"]}
    )

    for url in ("https://gazette.example/1", "https://bbc.com/1", "https://news.yahoo.com/1"):
        assert newsroom_of(url, "", families) == "Harbour group"
    assert newsroom_of("https://bbc.co.uk/1", "", families) == "BBC"


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        (f"BALTIMORE (AP) — {BODY}", "Associated Press"),
        (f"TEGUCIGALPA (AP) _ {BODY}", "Associated Press"),
        (f"Pier is closed\n\nBALTIMORE (AP) - {BODY}", "Associated Press"),
        (f"LONDON, April 14 (Reuters) - {BODY}", "Reuters"),
        (f"PARIS (AFP) – {BODY}", "AFP"),
        (f"Madrid, 12 abr (EFE).- {BODY}", "EFE"),
        (f"VALENCIA, 12 Abr. (EUROPA PRESS) - {BODY}", "Europa Press"),
        (f"By MARIA VERZA, Associated Press\n\n{BODY}", "Associated Press"),
        (f"BY ANN HALE AND BO REED ASSOCIATED PRESS\n\n{BODY}", "Associated Press"),
        (f"Por Ana Ruiz / EFE\n\n{BODY}", "EFE"),
        (f"{BODY}\n\nEFE", "EFE"),
        (f"{BODY} EFE", "EFE"),
        (f"{BODY} EFE\nabc/def", "EFE"),
        (f"{BODY} EFE abc/def", "EFE"),
        (f"{BODY}\n\n© 2025 The Associated Press. All rights reserved.", "Associated Press"),
        (f"{BODY}\n\nThe-CNN-Wire™ & © 2025 Cable News Network, Inc.", "CNN"),
        (f"{BODY}\n\n(Reporting by Ann Hale; Editing by Bo Reed)", "Reuters"),
        (f"{BODY}\n\nColpisa", "Vocento"),
        (f"BALTIMORE — (AP) — {BODY}", "Associated Press"),
        (f"By ANN HALE and BO REED BALTIMORE (AP) — {BODY}", "Associated Press"),
        (f"{BODY}\n\n© 2025 Thomson/Reuters.", "Reuters"),
        (f"April 30 (UPI) -- {BODY}", "UPI"),
    ],
)
def test_a_wire_is_named_in_dateline_byline_or_last_line(text: str, wire: str) -> None:
    assert find_credit(text) == wire


@pytest.mark.parametrize(
    ("author", "wire"),
    [
        ("Associated Press", "Associated Press"),
        ("Ann Hale, The Associated Press", "Associated Press"),
        ("AP", "Associated Press"),
        ("Reuters Staff", "Reuters"),
        ("Redacción / EFE", "EFE"),
        ("europa press", "Europa Press"),
        ("Ann Hale", ""),
        ("A. P. Hale", ""),
        ("Ap Huys", ""),
        ("Jefe de redacción", ""),
        ("", ""),
    ],
)
def test_a_wire_is_named_as_the_author(author: str, wire: str) -> None:
    assert find_credit(BODY, author) == wire


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        "",
        f"{BODY}\n\nThe Associated Press contributed to this report.",
        f"{BODY}\n\nCon información de EFE y Reuters",
        f"{BODY}\n\nWith reporting by Reuters",
        f"The pier will stay closed, the mayor told the Associated Press.\n\n{BODY}",
        f"By the Associated Press's count, nine piers are closed.\n\n{BODY}",
        f"{BODY} He spoke to Reuters.",
        f"{BODY}\n\nFrom Associated Press coverage:\n\nThe pier is closed.",
        f"{BODY} That is how Reuters reported it.",
        f"The jefe (efe) said no.\n\n{BODY}",
    ],
)
def test_a_text_that_only_speaks_of_a_wire_is_not_the_wires(text: str) -> None:
    assert find_credit(text) == ""


@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_has_one_wire_or_none(text: str, author: str) -> None:
    assert find_credit(text, author) in {"", *TABLE["wires"]}


def test_every_site_of_the_table_is_a_bare_host_in_one_place() -> None:
    families = [site for sites in TABLE["families"].values() for site in sites]
    sites = [*families, *TABLE["sites"]["aggregators"], *TABLE["sites"]["platforms"]]

    assert [site for site, count in Counter(sites).items() if count > 1] == []
    assert [site for site in sites if site_of(f"https://{site}/") != site] == []


def test_the_table_knows_the_large_publishers() -> None:
    assert len(TABLE["families"]) >= 60
