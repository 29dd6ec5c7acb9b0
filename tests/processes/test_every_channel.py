"""An appeal by every channel that an office names, from its coming to the archive."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, cast

from sqlalchemy import select

from app.domain.incoming import Incoming
from app.models import Appeal, Incident, Office
from app.models.database import reading
from app.usecases.incoming import take_appeals
from tests.appeals import AppealWalk
from tests.energy import HOUSEHOLD, EnergyWalk, energy
from tests.ktek import KtekWalk, ktek
from tests.portal import Citizen
from tests.reception import Walk, at
from tests.replies import ReplyWalk, replies_of_kostanay
from tests.site import site_over

Ways = Mapping[str, Callable[[], object]]


def channels(office: str) -> set[str]:
    """Every source that the office names, and its portal."""
    with reading() as session:
        settings = session.get_one(Office, office).settings
        return {each["code"] for each in settings["appeal"]["sources"]} | {settings["portal"]["source"]["code"]}


def incidents() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Incident.detail)))


def source_of(walk: Walk) -> str:
    with reading() as session:
        return session.get_one(Appeal, walk.case_id).source


def citizen(walk: Walk, database_url: str) -> Citizen:
    return Citizen(site_over(database_url), cast(AppealWalk, walk), home=f"/portal/{walk.office}")


def test_kst_task_1_an_appeal_by_every_channel_of_kostanay_goes_to_the_archive(database_url: str) -> None:
    """KST-SRC-1, KST-SRC-2, KST-SRC-3, KST-SRC-4, KST-JRN, KST-REG, KST-TASK-1.2, KST-TASK-1.7"""
    with replies_of_kostanay(database_url, at("2025-06-03")) as walk:
        ways = kostanay_ways(walk, database_url)
        assert ways.keys() == channels("kostanay")
        for number, (channel, come) in enumerate(ways.items(), 1):
            come()
            walk.finish()
            walk.answered()
            finish(walk)

            assert (source_of(walk), walk.case().status, walk.waiting()) == (channel, "answered", [])
            assert (len(walk.journal()), len(walk.entries("R-ARCHIVE"))) == (number, 1)
        assert [row.number for row in walk.journal(date(2025, 6, 3))] == list(range(1, len(ways) + 1))
        assert incidents() == []


def kostanay_ways(walk: ReplyWalk, database_url: str) -> Ways:
    def sent(source: str) -> None:
        words = Incoming(f"{source}-1", "person", "Сейткали Айгуль", "", "", "", "", "", "ru", "", "Нет света.")
        before = walk.cases()
        take_appeals(source, [words], by=walk.actor("intake_officer"), key=source)
        walk.work()
        [walk.case_id] = set(walk.cases()) - set(before)

    def posted() -> None:
        walk.tell_office("kazpost.delivery")
        delivery, one = walk.case_id, {"listed": "RR1KZ", "scanned": "RR1KZ"}
        walk.complete("reconcile_envelopes", **{**walk.usual("reconcile_envelopes"), **one})
        walk.finish()
        walk.case_id = next(case for case in walk.cases("appeal") if case > delivery)

    return {
        "hand": walk.visitor,
        "kazpost": posted,
        "egov": lambda: sent("egov"),
        "president_reception": lambda: sent("president_reception"),
        "portal": lambda: citizen(walk, database_url).file(),
    }


def test_ske_1_1_a_document_by_every_channel_of_sevkazenergo_goes_to_its_reply(database_url: str) -> None:
    """SKE-1.1.1, SKE-1.1.2, SKE-1.1.3, SKE-1.1.4, SKE-1.9, SKE-2.2, SKE-3.8"""
    with energy(database_url, at("2025-06-02")) as walk:
        ways = energy_ways(walk, database_url)
        assert ways.keys() == channels("sevkazenergo")
        for channel, come in ways.items():
            come()
            finish(walk)

            assert (source_of(walk), walk.case().status, walk.handed() != []) == (channel, "answered", True)
        assert incidents() == []


def energy_ways(walk: EnergyWalk, database_url: str) -> Ways:
    def scanned(source: str, login: str, element: str) -> None:
        walk.comes(source, login)
        answers = {**walk.usual("register_document"), **HOUSEHOLD, "kind": "complaint"}
        walk.complete(element, **answers, appeal_files=[walk.scan(element)])

    return {
        "written": lambda: walk.comes("written", "clerk"),
        "site": lambda: citizen(walk, database_url).file("claim", nature="", company="sbyt"),
        "contact_centre": lambda: walk.comes("contact_centre", "operator_of_calls"),
        "branch": lambda: scanned("branch", "res_head", "accept_at_branch"),
        "book": lambda: scanned("book", "clerk", "scan_entry"),
        "service_centre": lambda: scanned("service_centre", "sc_head", "accept_review"),
    }


def test_ktek_3_a_grievance_by_every_channel_of_ktek_goes_to_storage(database_url: str) -> None:
    """KTEK-3, KTEK-3.1.1, KTEK-3.2.1, KTEK-3.2.3"""
    with ktek(database_url, at("2025-06-10")) as walk:
        ways = ktek_ways(walk, database_url)
        assert ways.keys() == channels("ktek")
        for channel, come in ways.items():
            come()
            walk.finish()

            assert (source_of(walk), walk.case().status, walk.states()[-1][0]) == (channel, "answered", "storage")
        assert incidents() == []


def ktek_ways(walk: KtekWalk, database_url: str) -> Ways:
    def consulted() -> None:
        before = walk.cases("appeal")
        walk.consult("office")
        walk.finish(consult={"lodged": "yes", "complaint": "В подъезде холодно."})
        [walk.case_id] = set(walk.cases("appeal")) - set(before)

    return {
        **{source: lambda source=source: walk.file(source) for source in ("hand", "post", "email", "phone")},
        "portal": lambda: citizen(walk, database_url).file("complaint", nature="heat_quality"),
        "consultation": consulted,
    }


def finish(walk: ReplyWalk | EnergyWalk) -> None:
    """Whatever waits is done as usual, until the process ends; the mail of a branch reports what it got."""
    while "" in walk.ended() or walk.waiting():
        if not walk.waiting():
            walk.wait()
            continue
        element = walk.waiting()[0]
        if element == "keep_report" and isinstance(walk, EnergyWalk):
            walk.report("branch_resolution")
            continue
        more: dict[str, Any] = {"copy_recipient": walk.offered(element)} if element == "hand_over_copy" else {}
        walk.complete(element, **{**walk.usual(element), **more})
