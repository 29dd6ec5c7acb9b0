"""The pages of the program over the office of a story, on a port of their own; whoever a task waits for fills it in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page
from sqlalchemy.dialects.postgresql import insert
from werkzeug.serving import make_server

from app.config import Settings
from app.domain import clock
from app.factory import create_app
from app.models import Installation, WebSession
from app.queries.people import session_key
from app.usecases.transaction import transaction
from tests.reception import Walk

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@contextmanager
def served(database_url: str) -> Iterator[str]:
    """The address of the pages over this database, as long as they are served."""
    with listening(create_app(Settings(database_url=database_url, secret_key="k" * 32))) as address:
        yield address


@contextmanager
def listening(app: "WSGIApplication") -> Iterator[str]:
    """The address at which this application answers; leaving waits for its last answer, which may still read."""
    server = make_server("127.0.0.1", 0, _whole(app), threaded=True)
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _whole(app: "WSGIApplication") -> "WSGIApplication":
    """The same answers in one piece: werkzeug's server closes no file of an answer whose browser has hung up."""

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        parts = app(environ, start_response)
        with closing(parts) if hasattr(parts, "close") else nullcontext():
            return [b"".join(parts)]

    return answer


def sign_in(walk: Walk, person_id: int, secret: str) -> None:
    """Whoever has the cookie `secret` is this person, at the time of the story."""
    wall = clock.wall()
    shift = {"shift": (walk.clock.now() - wall).total_seconds()}
    row = {"person_id": person_id, "created_at": wall, "seen_at": wall}
    with transaction() as session:
        session.execute(
            insert(Installation)
            .values(key="clock", value=shift)
            .on_conflict_do_update(index_elements=["key"], set_={"value": shift})
        )
        session.execute(
            insert(WebSession)
            .values(id=session_key(secret), expires_at=wall + timedelta(hours=1), **row)
            .on_conflict_do_nothing()
        )


@contextmanager
def desks(chromium: Chromium, walk: Walk, database_url: str) -> Iterator["Desks"]:
    """The office's pages, and one browser that everybody sits down at in turn."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    with served(database_url) as address:
        context.add_cookies([{"name": "language", "value": "ru", "url": address}])
        try:
            yield Desks(context.new_page(), address, walk)
        finally:
            context.close()


@dataclass
class Desks:
    """Whoever has a task comes to the browser and does it."""

    page: Page
    address: str
    walk: Walk

    def complete(self, element: str, answers: Mapping[str, Any]) -> None:
        """Whoever has the task of this element opens its page, fills it in and completes it; a worker does the rest."""
        task = self.walk.task(element)
        person = self.walk.performer(task).id
        sign_in(self.walk, person, f"person-{person}")
        self.page.context.add_cookies([{"name": "qabyldau", "value": f"person-{person}", "url": self.address}])
        self.page.goto(f"{self.address}/tasks/{task.id}")
        fill(self.page.locator("main"), answers)
        self.page.locator(".actions .btn.main").first.click()
        self.page.wait_for_url(lambda url: not url.endswith(f"/tasks/{task.id}"))
        self.walk.pass_time_to(self.walk.now + timedelta(minutes=1))

    def finish(self, **answers: Callable[[], Mapping[str, Any]]) -> list[str]:
        """Whatever waits is done as usual until nothing does; returns the elements in the order they were done.

        `answers` by element are asked for when it waits, beside the usual ones.
        """
        done = []
        while self.walk.waiting():
            element = self.walk.waiting()[0]
            self.complete(element, {**self.walk.usual(element), **answers.get(element, dict)()})
            done.append(element)
        return done


def fill(place: Locator, answers: Mapping[str, Any]) -> None:
    """Write answers (by key) into the fields that the form shows, in their order: earlier ones open later ones."""
    for key, value in answers.items():
        field = place.locator(f"[data-key='{key}']").first
        if value not in (None, "", [], False) and field.count() and field.is_visible():
            _fill_one(field, value)


def _fill_one(field: Locator, value: Any) -> None:
    kind = field.get_attribute("data-kind")
    if kind == "rows":
        _fill_rows(field, value)
    elif kind in ("radio", "checklist"):
        for each in value if isinstance(value, list) else [value]:
            field.locator(f"input[value='{each}']").first.check()
    elif kind == "checkbox":
        field.locator("input[type=checkbox]").check()
    elif kind == "datetime":
        _fill_moment(field, str(value))
    elif kind == "select":
        field.locator("select").select_option(str(value))
    else:
        field.locator("input:not([type=hidden]), textarea").first.fill(str(value))


def _fill_rows(field: Locator, rows: Sequence[Mapping[str, Any]]) -> None:
    for number, row in enumerate(rows):
        if field.locator("[data-row]").count() <= number:
            field.locator("button[name^='_add:']").click()
        fill(field.locator("[data-row]").nth(number), row)


def _fill_moment(field: Locator, moment: str) -> None:
    day, _, hour = moment.partition("T")
    for part, words in zip(("year", "month", "day"), day.split("-"), strict=True):
        field.locator(f"[data-part={part}]").fill(words)
    if hour and field.locator("[data-part=time]").count():
        field.locator("[data-part=time]").fill(hour[:5])
