"""Around every page: who asks, in which language, on which clock; and the headers of every answer."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, Final, ParamSpec, TypeVar, cast
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as AnyResponse

from app.domain import clock
from app.domain.clock import ShiftedClock
from app.domain.texts import LANGUAGES, Language
from app.queries.people import SignedIn, signed_in
from app.usecases.access import SECOND_FACTOR_ROLES, Actor

COOKIE: Final = "qabyldau"
LANGUAGE_COOKIE: Final = "language"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none';"
        " form-action 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class RowIdConverter(IntegerConverter):
    """`int` in an address: a number that may be the id of a row; there is no page of any other."""

    def __init__(self, addresses: Map, **limits: Any) -> None:
        super().__init__(addresses, **{"max": 2**63 - 1, **limits})


def install(app: Flask) -> None:
    """Ask who it is before every page and set the headers after it; health and API ask in their own way."""
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> AnyResponse | None:
    g.person = None
    if request.endpoint == "static" or request.blueprint == "health" or request.path.startswith("/api/"):
        return None
    if any("\0" in words for words in (request.path, *request.args.values(), *request.form.values())):
        abort(400)  # nobody types it, and PostgreSQL takes it nowhere
    if request.args.get("language") in LANGUAGES and request.method == "GET":
        return _switch_language(request.args["language"])
    secret = request.cookies.get(COOKIE)
    g.person = signed_in(secret) if secret else None
    clock.set_clock(ShiftedClock(timedelta(seconds=(g.person and g.person.clock_shift) or 0)))
    return None


def _switch_language(language: str) -> AnyResponse:
    """The same page in another language: a cookie, and the address without the switch."""
    rest = request.args.copy()
    rest.poplist("language")
    answer = redirect(same_page(rest), 303)
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=31_536_000,
        samesite="Lax",
        httponly=True,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


def same_page(query: MultiDict[str, str]) -> str:
    """The address of this page with another query; never one of another site, whatever was asked for."""
    path = "/" + request.path.lstrip("/\\")
    return f"{path}?{urlencode(list(query.items(multi=True)))}" if query else path


def own_address(wanted: str) -> str:
    """`wanted` if it is a page of this site, else the start."""
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted.rstrip("?") if ours and not urlsplit(wanted).netloc else "/"


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def language() -> Language:
    """The reader's language: her choice of today, the one of her account, the browser's, Russian."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen not in LANGUAGES:
        chosen = g.person.language if g.get("person") else request.accept_languages.best_match(LANGUAGES, "ru")
    return cast(Language, chosen)


def person() -> SignedIn:
    """Who is signed in, on a page that demands it."""
    return cast(SignedIn, g.person)


def actor() -> Actor:
    """Who is signed in, as the use cases see her."""
    who = person()
    return Actor(who.id, who.office_id, who.full_name, language(), who.roles, who.second_factor)


def caller() -> str:
    """Whence the request comes, as limits count it: of IPv6 the network, in which one caller has 2⁶⁴ addresses."""
    said = request.remote_addr or ""
    try:
        address = ip_address(said)
    except ValueError:
        return said
    if isinstance(address, IPv4Address):
        return said
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def zone() -> ZoneInfo:
    """The office's zone; of people who are not signed in, Almaty's."""
    return ZoneInfo(g.person.zone if g.get("person") else "Asia/Almaty")


def staff_only(page: Callable[Parameters, Answer]) -> Callable[Parameters, Answer | AnyResponse]:
    """The page is for people who are signed in, with a second factor where their role demands one."""

    @wraps(page)
    def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer | AnyResponse:
        who: SignedIn | None = g.person
        if who is None:
            return redirect(url_for("sign_in.form", next=request.full_path.rstrip("?")), 303)
        if who.roles & SECOND_FACTOR_ROLES and not who.second_factor:
            return redirect(url_for("sign_in.second_factor", next=request.full_path.rstrip("?")), 303)
        return page(*args, **kwargs)

    cast(Any, guarded).access = "staff"
    return guarded


def needs(permission: str) -> Callable[[Callable[Parameters, Answer]], Callable[Parameters, Answer | AnyResponse]]:
    """The page is for people whose roles carry `permission`."""

    def decorate(page: Callable[Parameters, Answer]) -> Callable[Parameters, Answer | AnyResponse]:
        @wraps(page)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Answer:
            actor().demand(permission)
            return page(*args, **kwargs)

        result = staff_only(guarded)
        cast(Any, result).access = permission
        return result

    return decorate


def public(page: Callable[Parameters, Answer]) -> Callable[Parameters, Answer]:
    """The page is for everybody."""
    cast(Any, page).access = "public"
    return page
