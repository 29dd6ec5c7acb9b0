"""The journal of incoming documents and the monitoring bases of a group of companies."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.page.request import actor, language, needs, person
from app.page.texts import say
from app.page.written import number_of
from app.queries import incoming_journal as queries
from app.queries.appeal_search import FILED
from app.queries.incoming_journal import BASES, PAGE, VIEWS, Base, BaseRow, Journal, JournalFilter, JournalRow
from app.usecases.instances import start
from app.web.tables import table_file

pages = Blueprint("journal", __name__)
BOOK = "ske_review_book"


@pages.get("/journal")
@needs("journal.see")
def index() -> str:
    """Every document of the companies: resolution, executor, term, answer (SKE-1.3, SKE-1.6)."""
    chosen = _filter()
    printing = request.args.get("print") == "1"
    companies = queries.companies_of(person().office_id)
    return render_template(
        "journal.html",
        chosen=chosen,
        holder=dict(companies).get(chosen.company, companies[0][1]),
        list=_found(chosen, all_rows=printing),
        printing=printing,
        views=VIEWS,
        companies=companies,
        kinds=queries.kinds_of_documents(person().office_id),
        address=lambda **changes: _address(chosen, **changes),
        csv=url_for(".as_csv", **_arguments(chosen)),
    )


@pages.get("/journal/list.csv")
@needs("journal.see")
def as_csv() -> Response:
    """The whole journal as chosen."""
    speech = language()
    heads = ("number", "date", "company", "kind", "consumer", "subject", "signed", "resolution", "executors", "handed")
    rows: list[Sequence[object]] = [
        (
            *(row.number, row.registered_on, row.company.in_(speech), row.kind.in_(speech), row.consumer, row.subject),
            *("" if row.signed is None else say(speech, f"journal.signed_{'yes' if row.signed else 'no'}"),),
            *(row.resolution, row.executors, "; ".join(_signed_for(each, speech) for each in row.handed)),
            *(row.due_on, row.transferred_on, _answer(row, speech)),
        )
        for row in _found(_filter(), all_rows=True).rows
    ]
    return _csv((*heads, "due", "transferred", "answered"), rows, "journal")


@pages.get("/monitoring")
@needs("monitoring.see")
def bases() -> str:
    """A monitoring base with serial numbers and red marks (SKE-2.4)."""
    base, find, page = _base(), _words(), min(number_of(request.args.get("page")) or 0, 10_000)
    printing = request.args.get("print") == "1"
    return render_template(
        "monitoring.html",
        base=base,
        bases=BASES,
        find=find,
        page=page,
        printing=printing,
        list=_entries(base, find, page, all_rows=printing),
        csv=url_for(".bases_csv", base=base, find=find or None),
    )


@pages.get("/monitoring/list.csv")
@needs("monitoring.see")
def bases_csv() -> Response:
    """The whole base as chosen."""
    speech = language()
    heads = ("label", "mark", "date", "kind", "source", "consumer", "subject", "resolution", "executors", "answered")
    rows: list[Sequence[object]] = [
        (
            *(row.label, row.mark, row.entered_on, row.kind.in_(speech), row.source.in_(speech), row.consumer),
            *(row.subject, row.resolution, row.executors, _answer(row, speech), row.reply_number, row.decision),
        )
        for row in _entries(_base(), _words(), 0, all_rows=True).rows
    ]
    return _csv((*heads, "reply_number", "decision"), rows, "monitoring")


@pages.post("/monitoring/analysis")
@needs("monitoring.analyse")
def analyse() -> AnyResponse:
    """Begin the analysis of the proposals that nobody has considered (SKE-2.14)."""
    start(BOOK, variables={}, case=None, by=actor())
    return redirect(url_for("tasks.work_list"), 303)


def _csv(heads: Sequence[str], rows: Sequence[Sequence[object]], name: str) -> Response:
    lines = [["" if value is None else str(value) for value in row] for row in rows]
    return table_file("csv", name, [[say(language(), f"journal.{head}") for head in heads], *lines])


def _found(chosen: JournalFilter, *, all_rows: bool) -> Journal:
    chosen, limit = (replace(chosen, page=0), FILED) if all_rows else (chosen, PAGE)
    return queries.journal(person().office_id, chosen, limit=limit)


def _entries(base: str, find: str, page: int, *, all_rows: bool) -> Base:
    page, limit = (0, FILED) if all_rows else (page, PAGE)
    return queries.monitoring(person().office_id, base, find=find, page=page, limit=limit)


def _signed_for(handed: queries.Handed, speech: str) -> str:
    return f"{handed.what.in_(speech)}: {handed.who}, {handed.on:%d.%m.%Y}"


def _answer(row: JournalRow | BaseRow, speech: str) -> object:
    """The day of the answer; a document that was taken back says so."""
    return say(speech, "cases.status_withdrawn") if row.withdrawn else row.answered_on


def _filter() -> JournalFilter:
    asked = request.args
    state = asked.get("state", "open")
    return JournalFilter(
        state=state if state in VIEWS else "open",
        company=asked.get("company", "")[:40],
        kind=asked.get("kind", "")[:40],
        find=_words(),
        page=min(number_of(asked.get("page")) or 0, 10_000),
    )


def _base() -> str:
    asked = request.args.get("base", "")
    return asked if asked in BASES else BASES[0]


def _words() -> str:
    return request.args.get("find", "").strip()[:200]


def _arguments(chosen: JournalFilter) -> dict[str, Any]:
    named = ("state", "company", "kind", "find", "page")
    return {name: value for name in named if (value := getattr(chosen, name))}


def _address(chosen: JournalFilter, **changes: Any) -> str:
    printing = changes.pop("print", None)
    more = {"print": printing} if printing else {}
    return url_for(".index", **_arguments(replace(chosen, **changes)), **more)
