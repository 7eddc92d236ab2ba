"""The links of mails: a page that asks whether it is meant, and a form that does it.

Mail programs and virus scanners open every link of a mail: opening one changes nothing, only the
form does. Whoever holds a link holds its signature, so no page of another site can send the form
for a reader; a browser that says that another site sent it is refused all the same."""

from __future__ import annotations

from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor.alerts.actions.signed import LABELS, SignedAct, read_signed
from monitor.errors import NotFound
from monitor.pages.library import Library
from monitor.pages.rendering import PageValues, render
from monitor.pipeline.sealing.links import links_of
from monitor.settings import AlertRule, CaseSettings, Settings

_GONE, _CONFLICT, _FORBIDDEN = 410, 409, 403
# What a browser says of a form that comes from the page itself, or from no page (W3C, Fetch
# Metadata); older ones say nothing.
_OWN_SITES = ("same-origin", "none", "")


def routes(library: Library) -> list[Route]:
    """Returns the routes of signed links."""

    def ask(request: Request) -> Response:
        what = _read(library, request)
        # A page of its own, for who has a link and no login.
        return what if isinstance(what, Response) else _show(library, request, what)

    def act(request: Request) -> Response:
        what = _read(library, request)
        if isinstance(what, Response):
            return what
        # Older browsers say nothing, and programs neither: the signature is what counts.
        if request.headers.get("sec-fetch-site", "") not in _OWN_SITES:
            return _refuse(library, "another site sent this; open the link of the mail", _FORBIDDEN)
        if not library.act(request.path_params["token"], what):
            return _refuse(library, "this link was used before", _CONFLICT)
        return _show(library, request, what)

    return [
        Route("/act/{token}", ask, methods=["GET"]),
        Route("/act/{token}", act, methods=["POST"]),
    ]


def _read(library: Library, request: Request) -> SignedAct | Response:
    """Returns what a link allows, or the answer to one that has ended.

    Raises:
        NotFound: nobody signed it.
    """
    what = read_signed(request.path_params["token"], links_of(library.settings()).secret)
    if what is None:
        raise NotFound("this is no link of a mail that was sent from here")
    if what.ends_at <= library.clock():
        return _refuse(library, "this link has ended; later mails have new ones", _GONE)
    return what


def _show(library: Library, request: Request, what: SignedAct) -> Response:
    """Returns the page that asks, or the one that says that it is done."""
    about = library.acted_on(what.alert_id)
    values = {
        "is_done": request.method == "POST",
        "token": request.path_params["token"],
        "what": what,
        "label": LABELS[what.act],
        "about": about,
        "gets_digest": _gets_digest(library.settings(), about.case),
    }
    return HTMLResponse(render("act", _page(library, values)))


def _gets_digest(settings: Settings, slug: str) -> bool:
    """Whether any channel of a case gets a digest, be it of what was held back alone."""
    case = next((one for one in settings.cases if one.slug == slug), None)
    return case is not None and any(map(partial(_is_told_later, case), case.rules))


def _is_told_later(case: CaseSettings, rule: AlertRule) -> bool:
    return not rule.when.is_now or case.held_digest(rule) is not None


def _refuse(library: Library, text: str, status: int) -> Response:
    return HTMLResponse(render("problem", _page(library, {"status": status, "text": text})), status)


def _page(library: Library, values: dict[str, object]) -> PageValues:
    # Not served as the others are: who has a link alone sees no more than it is about.
    return PageValues(library.settings().timezone, values=values)
