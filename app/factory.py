"""Puts the parts together; the only module that knows every one of them."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.api.site import mount_api
from app.config import Settings, settings
from app.models.database import attach, connect
from app.studio.site import mount_studio
from app.web.site import csrf, mount


def create_app(chosen: Settings | None = None) -> Flask:
    """The web application over the open database; `chosen` defaults to the settings of the environment."""
    chosen = chosen or settings()
    if not chosen.database_url:
        raise RuntimeError("DATABASE_URL is not set: start the program with `qabyldau run` or set it")
    app = Flask("app.web", static_url_path="/static")
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=chosen.max_request_mb * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=chosen.secure_cookies,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        QABYLDAU=chosen,
    )
    if chosen.trusted_proxies:
        hops = chosen.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    connect(chosen.database_url, pool_size=chosen.web_threads)
    attach(app)
    mount(app)
    mount_studio(app)
    for blueprint in mount_api(app):
        csrf.exempt(blueprint)  # tokens, no cookies
    return app
