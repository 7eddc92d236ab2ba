"""Pages that stand where an article should be are told, and articles about such pages pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.extraction import extract_page
from monitor.model import Page, PageStatus
from tests.extraction.pages import BODY, PARAGRAPHS, TEXT, URL, article, json_ld, page

CARDS = "".join(
    f'<article><h2><a href="/us/{number}">Headline number {number} of the day</a></h2>'
    "<p>One line of teaser text.</p></article>"
    for number in range(8)
)
LINES = "".join(
    f'<li><a href="/us/{number}">Headline number {number} about the harbor today</a> '
    f"<span>{number} hours ago</span></li>"
    for number in range(12)
)
BLOCKS = "".join(
    f'<div><a href="/us/{number}"><span>Headline number {number} about the harbor today'
    "</span></a><p>One line of a teaser.</p>"
    "</div>"
    for number in range(12)
)
CONSENT = (
    "<h1>We value your privacy</h1><p>We and our 842 partners store and access "
    "information on a device, such as cookies, and "
    "process personal data such as unique identifiers for personalised advertising.</p>"
    "<button>Accept all</button>"
)
PITCH = (
    "<h2>Keep reading for $1 a week</h2><p>Subscribers get unlimited access. Already a "
    "subscriber? Log in.</p>"
)
SENTENCES = (
    "officials said on Tuesday that the matter would go to a court within the week, and that both "
    "sides had been told of the date."
)


def extract(html: bytes, url: str = URL) -> Page:
    return extract_page(html, url=url)


@pytest.mark.parametrize(
    ("html", "url", "status"),
    [
        (
            page(
                "<h1>Verifying you are human.</h1><script>window._cf_chl_opt={}</script>",
                title="Just a moment...",
            ),
            URL,
            "challenge",
        ),
        (
            page(
                "<h1>Access Denied</h1>You don't have permission. Reference #18.2d",
                title="Access Denied",
            ),
            URL,
            "challenge",
        ),
        (
            page(
                "<p>Please enable JS and disable any ad blocker</p><script "
                'src="https://ct.captcha-delivery.com/c.js"></script>'
            ),
            URL,
            "challenge",
        ),
        (page(CONSENT, title="Herald"), URL, "consent"),
        (
            page("<h1>Before you continue</h1><p>We use cookies.</p>"),
            "https://consent.herald.example/m",
            "consent",
        ),
        (
            page(
                "<h1>Page not found</h1><p>The story may have been moved.</p>",
                title="Page not found | Herald",
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>Lo sentimos</h1><p>La página que buscas no existe.</p>",
                title="Error 404",
                lang="es",
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>This story is no longer available</h1><p>Our licence has ended.</p>",
                title="Herald",
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>Oops</h1><p>We can't seem to find the page you're looking for.</p>",
                title="Herald",
            ),
            URL,
            "soft-404",
        ),
        (
            page("<h1>Sorry</h1><p>The page you requested could not be found.</p>", title="Herald"),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>Oops</h1><p>The article has been removed, or the link is broken.</p>",
                title="Herald",
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>Lo sentimos</h1><p>No encontramos esa página.</p>", title="Diario", lang="es"
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>Diario</h1><p>La nota que buscas fue eliminada.</p>", title="Diario", lang="es"
            ),
            URL,
            "soft-404",
        ),
        (
            page(
                "<h1>One more step</h1><p>Please complete the security check.</p>", title="Herald"
            ),
            URL,
            "challenge",
        ),
        (
            page("<h1>Comprobando que no eres un robot</h1><p>Completa el captcha.</p>", lang="es"),
            URL,
            "challenge",
        ),
        (
            page(f"<h1>Latest</h1><ul>{LINES}</ul>", title="Latest"),
            "https://herald.example/us",
            "index",
        ),
        (page(f"<h1>Latest</h1>{BLOCKS}", title="Latest"), "https://herald.example/us", "index"),
        (
            page(f"<h1>U.S. news</h1>{CARDS}", title="U.S. news"),
            "https://herald.example/us",
            "index",
        ),
        (page(CARDS, title="Herald"), "https://herald.example/", "index"),
        (
            page(f"<h1>Jane Roe</h1>{CARDS}", title="Jane Roe"),
            "https://herald.example/staff/jane-roe",
            "index",
        ),
        (
            page("<h1>Court Report</h1><p>Every Friday, free.</p><form><input name=email></form>"),
            "https://herald.example/newsletters/court",
            "index",
        ),
        (
            page("<h1>Log in</h1><form><input type=password></form>", title="Log in"),
            "https://herald.example/login?next=x",
            "paywalled",
        ),
        (
            page(
                f"<article><p>A judge moved the case.</p>{PITCH}</article>",
                head=json_ld(isAccessibleForFree=False),
            ),
            URL,
            "paywalled",
        ),
        (
            page(
                f"<article><p>A judge moved the case.</p>{PITCH}</article>",
                head=json_ld(isAccessibleForFree="False"),
            ),
            URL,
            "paywalled",
        ),
        (
            page(
                "<h1>We'll be right back</h1><p>Herald is undergoing scheduled maintenance.</p>",
                title="Maintenance",
            ),
            URL,
            "unreadable",
        ),
        (
            page("<h1>451</h1><p>Unavailable due to legal reasons.</p>", title="Herald"),
            URL,
            "unreadable",
        ),
        (
            b'<html><title>x</title><div id="root"></div><noscript>You need to enable '
            b"JavaScript.</noscript></html>",
            URL,
            "unreadable",
        ),
    ],
)
def test_pages_that_are_no_articles_are_told_with_a_reason_and_without_text(
    html: bytes, url: str, status: str
) -> None:
    got = extract(html, url)

    assert (got.status, got.text, got.extractor) == (PageStatus(status), "", "")
    assert got.reason


@pytest.mark.parametrize(
    "extra",
    [
        "<p>The site asked readers to accept all cookies, and its partners to process "
        "personal data, the judge noted.</p>",
        "<p>Subscribers get the news first, the publisher said. Keep reading for the "
        "verdict on its paywall.</p>",
        "<p>The page was not found, the clerk said: error 404.</p>",
        '<script src="https://www.google.com/recaptcha/api.js"></script><div '
        'class="g-recaptcha"></div>',
        f"<section><h2>More stories</h2>{CARDS}</section>",
        f"<section><h2>More stories</h2><ul>{LINES}</ul></section>",
        "<p>The page was removed from the file, and the story has been deleted, the "
        "clerk said.</p>",
        '<form action="/login"><input type="password"></form>',
        "<p>The harbor is closed for scheduled maintenance of its cranes.</p>",
    ],
)
def test_articles_about_such_things_or_with_them_on_the_page_pass(extra: str) -> None:
    got = extract(article(after=extra))

    assert got.status is PageStatus.OK
    assert TEXT.split("\n\n")[0] in got.text


@pytest.mark.parametrize(
    "headline",
    [
        "Crash on Route 404 kills two",
        "Access denied: lawyers were kept out of the prison",
        "Security check that stopped the driver was unlawful",
        "Harbour video no longer available to the jury",
        "Ferry stays in scheduled maintenance until May",
        "Un momento clave para la jueza",
    ],
)
def test_a_headline_alone_makes_no_notice_of_a_story(headline: str) -> None:
    told = "".join(f"<p>{number} {SENTENCES}</p>" for number in range(3))
    read = extract(page(f"<h1>{headline}</h1>{told}", title=headline))

    assert read.status is PageStatus.OK


def test_a_notice_with_two_paragraphs_of_advice_is_a_notice() -> None:
    told = f"<p>{SENTENCES}</p><p>Please {SENTENCES}</p>"
    read = extract(page(f"<h1>Sorry, you have been blocked</h1>{told}", title="Blocked"))

    assert read.status is PageStatus.CHALLENGE


def test_a_short_article_beside_a_list_of_others_is_no_list() -> None:
    html = page(
        f"<h1>Harbor</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><div><ul>{LINES}</ul></div>",
        title="Harbor",
    )

    assert extract(html).status is PageStatus.OK


def test_a_whole_article_behind_a_declared_paywall_is_read() -> None:
    got = extract(article(after=PITCH, head=json_ld(isAccessibleForFree=False)))

    assert got.status is PageStatus.OK


def test_a_live_blog_is_told_and_read() -> None:
    posts = "".join(
        f"<article class=post><time datetime='2025-04-11T1{n}:00Z'>1{n}:00</time>{BODY}</article>"
        for n in range(3)
    )
    by_type = extract(page(f"<h1>Live</h1>{BODY}", head=json_ld(**{"@type": "LiveBlogPosting"})))
    by_look = extract(page(f"<h1>Live</h1><div class='live-blog'>{posts}</div>"))

    assert (by_type.status, by_look.status) == (PageStatus.LIVE, PageStatus.LIVE)
    assert by_type.text == TEXT


def live_blog(body: str, **values: object) -> Page:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": f"Post {number}",
            "datePublished": f"2025-04-11T1{number}:05:00Z",
            "url": URL,
            "articleBody": text,
        }
        for number, text in enumerate(PARAGRAPHS)
    ]
    blog = {
        "@type": "LiveBlogPosting",
        "headline": "Live: harbor case",
        "liveBlogUpdate": updates,
        **values,
    }
    return extract(page(body, head=json_ld(**blog)))


def test_a_live_blog_has_its_posts_with_their_times_and_its_own_headline() -> None:
    got = live_blog(f"<h1>Live</h1>{BODY}", dateModified="2025-04-11T11:00:00Z")

    assert (got.status, got.title, got.extractor) == (
        PageStatus.LIVE,
        "Live: harbor case",
        "live-posts",
    )
    assert [(post.at, post.title, post.text) for post in got.posts] == [
        (datetime(2025, 4, 11, 10 + number, 5, tzinfo=UTC), f"Post {number}", text)
        for number, text in enumerate(PARAGRAPHS)
    ]
    assert got.text == "\n\n".join(
        f"Post {number}\n\n{text}" for number, text in enumerate(PARAGRAPHS)
    )
    assert got.updated_at == datetime(2025, 4, 11, 12, 5, tzinfo=UTC)


def test_what_stands_before_the_posts_of_a_live_blog_stays() -> None:
    lead = (
        "The hearing in the harbor case began on Friday at ten, and this page follows it "
        "from the first word to the last."
    )

    assert live_blog(f"<h1>Live</h1><p>{lead}</p>{BODY}").text.startswith(lead)


def test_a_live_blog_that_states_many_times_what_it_shows_is_read_as_shown() -> None:
    updates = [
        {"headline": f"Post {number}", "articleBody": f"{number}: {TEXT}"} for number in range(30)
    ]

    assert live_blog(BODY, liveBlogUpdate=updates).text == TEXT


def test_posts_of_a_live_blog_that_only_scripts_show_are_taken_from_json_ld() -> None:
    update = [
        {"@type": "BlogPosting", "headline": f"Post {index}", "articleBody": text}
        for index, text in enumerate(PARAGRAPHS)
    ]
    got = extract(
        page(
            "<div id=root></div>",
            head=json_ld(**{"@type": "LiveBlogPosting", "liveBlogUpdate": update}),
        )
    )

    assert got.status is PageStatus.LIVE
    assert "sworn statements" in got.text


SHORT = (
    "<h1>Pier closed</h1><p>The harbor master closed the old pier on Sunday after a storm tore "
    "planks loose, and said that divers would look at it in the morning.</p>"
)


def cards(count: int, text: str = "One line of teaser text.") -> str:
    return "".join(
        f'<div class="card"><h3><a href="/us/{number}">Another headline of the day, the '
        f"{number}th</a></h3><p>{text}</p></div>"
        for number in range(count)
    )


@pytest.mark.parametrize("count", [5, 8, 12])
@pytest.mark.parametrize(
    "frame",
    [
        "<article>{}</article><div>{}</div>",
        '<div class="article-body">{}</div><section class="more">{}</section>',
        '<article>{}</article><div class="related">{}</div>',
    ],
)
def test_related_cards_beside_a_short_article_make_no_index_page(count: int, frame: str) -> None:
    got = extract(page(frame.format(SHORT, cards(count))))

    assert got.status in (PageStatus.STUB, PageStatus.OK)
    assert "divers would look at it" in got.text


@pytest.mark.parametrize("count", [5, 8, 12])
def test_cards_alone_make_an_index_page(count: int) -> None:
    text = "The county has looked at the harbor again, and found that it was still there on Sunday."

    assert extract(page(f"<h1>Harbor</h1>{cards(count, text)}")).status is PageStatus.INDEX


def test_the_readable_paragraph_of_a_closed_page_is_kept_without_its_pitch() -> None:
    teaser = PARAGRAPHS[0]
    html = page(f"<article><h1>Harbor case</h1><p>{teaser}</p>{PITCH}</article>")

    got = extract(html)

    assert (got.status, got.text) == (PageStatus.PAYWALLED, teaser)


def test_a_page_that_asks_to_log_in_gives_no_text() -> None:
    html = page("<p>Log in to read on.</p><form><input type='password'></form>")

    assert (extract(html).status, extract(html).text) == (PageStatus.PAYWALLED, "")
