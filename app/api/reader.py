"""Who calls the API, in which language, on which clock."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from flask import current_app, g, request

from app.domain.texts import LANGUAGES, Language
from app.page.request import caller
from app.usecases.access import Actor
from app.usecases.demo_clock import follow
from app.usecases.limits import count_attempt, count_often
from app.usecases.tokens import actor_of_token

JSON_LIMIT: Final = 1024 * 1024
"""Bytes of a JSON body."""
REQUESTS_A_MINUTE: Final = 600
STRANGERS_A_MINUTE: Final = 60
MINUTE: Final = timedelta(minutes=1)


def language() -> Language:
    """The language of `Accept-Language`, else of the token's owner, else Russian."""
    known: Actor | None = g.get("actor")
    wanted = request.accept_languages.best_match(LANGUAGES) if request.accept_languages else None
    if wanted is None:
        wanted = known.language if known is not None and known.language in LANGUAGES else "ru"
    return cast(Language, wanted)


def recognise() -> Actor | None:
    """Whose bearer token came with the request; None without one that works.

    Also sets business time for this request. Raises `TooManyAttemptsError` for a token that is used too often and for
    an address that keeps trying tokens.
    """
    follow()
    g.actor = None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    found = actor_of_token(token.strip()) if scheme.lower() == "bearer" else None
    if found is None:
        if token:
            count_attempt(f"api-stranger:{caller()}", most=STRANGERS_A_MINUTE, window=MINUTE)
        return None
    most = current_app.config.get("API_REQUESTS_A_MINUTE", REQUESTS_A_MINUTE)
    count_often(f"api:{hashlib.sha256(token.encode()).hexdigest()[:32]}", most=most, window=MINUTE)
    g.actor = found
    g.actor = replace(found, language=language())
    return found


def actor() -> Actor:
    """Who calls, on an operation that demands a token."""
    return cast(Actor, g.actor)
