"""How an applicant is told: by the way she asked for when her request was recorded (KRG-5, KRG-31, KST-S04.2)."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from app.models import Letter
from app.queries.bulk import preview
from app.queries.notices import Notice, to_call, to_send
from app.usecases.notices import NoticeSentError, WrongDayError, note_call, note_sending
from app.usecases.tasks import InvalidAnswersError
from tests.karaganda import KaragandaWalk, karaganda
from tests.reception import Walk, at, kostanay, shown

LISTED = "list_and_schedule"


@pytest.fixture
def walk(database_url: str) -> Iterator[KaragandaWalk]:
    """Karaganda on Wednesday 10 September 2025, with a reception day of a deputy akim on Friday 26 September."""
    with karaganda(database_url, at("2025-09-10")) as walk:
        walk.reception_day(date(2025, 9, 26))
        yield walk


def told(walk: KaragandaWalk, **request: Any) -> list[tuple[str, str, str]]:
    """The channel, address and state of the notices of a case that was given a time, after a request as recorded."""
    walk.start(**request)
    walk.play(LISTED)
    walk.complete(LISTED, **walk.usual(LISTED))
    return journal(walk, "appointment", "appointment.sms")


def refuse(walk: KaragandaWalk, **request: Any) -> None:
    walk.start(**request)
    answered = {"competence": "none", "competent_bodies": []}
    walk.complete("clarify_request", **{**walk.usual("clarify_request"), **answered})


def journal(walk: Walk, *templates: str) -> list[tuple[str, str, str]]:
    letters: list[Letter] = [letter for template in templates for letter in walk.letters(template)]
    return [(letter.channel, letter.address, letter.status) for letter in letters]


def printed(walk: Walk, notice: str) -> str:
    """The words of a PDF of the case."""
    content = next(content for name, content in walk.documents("notice") if name.endswith(notice))
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def waiting(walk: Walk) -> Notice:
    """The one notice on paper that waits to be sent."""
    (notice,) = to_send(walk.office)
    return notice


def test_krg_31_without_a_wish_the_date_and_time_go_by_e_mail_and_sms(walk: KaragandaWalk) -> None:
    """KRG-31, KST-S04.2"""
    assert told(walk) == [("email", "erzhan@example.test", "sent"), ("sms", "+77771234567", "sent")]
    assert to_send("karaganda") == []


@pytest.mark.parametrize(
    ("wish", "journalled"),
    [("email", [("email", "erzhan@example.test", "sent")]), ("sms", [("sms", "+77771234567", "sent")])],
)
def test_krg_31_who_asked_for_one_of_them_gets_that_one(
    walk: KaragandaWalk, wish: str, journalled: list[tuple[str, str, str]]
) -> None:
    """KRG-31"""
    assert told(walk, notice_by=wish) == journalled


@pytest.mark.parametrize("request_", [{"notice_by": "post"}, {"email": "", "phone": ""}], ids=["wish", "no_address"])
def test_krg_31_by_post_a_letter_is_made_in_her_language_and_somebody_says_when_it_was_sent(
    walk: KaragandaWalk, request_: dict[str, str]
) -> None:
    """KRG-31: with its number and date, as PDF and DOCX, without the personal link."""
    assert told(walk, **request_) == [("post", "Қостанай қ., Абай к., 5", "to_post")]
    number = f"{walk.case().number}-1"

    notice = waiting(walk)
    words = printed(walk, ".pdf")
    note_sending(notice.id, date(2025, 9, 10), remarks="RR123", by=walk.actor("reception_coordinator"))

    assert [file.media_type.rpartition(".")[2] for file in notice.files] == ["application/pdf", "document"]
    assert {name[:2] for name, _ in walk.documents("notice")} == {"kk"}
    for part in (f"Шығыс нөмірі: {number}", "10.09.2025", "Досмағамбетов Ержан", "Абай к., 5", "26.09.2025", "10:00"):
        assert part in words
    assert "⟦" not in words
    assert journal(walk, "appointment")[0][2] == "sent"
    assert to_send("karaganda") == []


def test_krg_31_what_the_portal_is_to_bring_is_made_to_be_put_there(walk: KaragandaWalk) -> None:
    """KRG-31, KRG-4"""
    told(walk, notice_by="portal")

    assert (waiting(walk).channel, len(waiting(walk).files)) == ("portal", 2)


def test_krg_31_who_asked_for_a_call_is_in_the_list_of_calls_with_what_to_say(walk: KaragandaWalk) -> None:
    """KRG-31"""
    assert told(walk, notice_by="phone") == [("phone", "+77771234567", "to_call")]
    by = walk.actor("reception_coordinator")

    (call,) = to_call("karaganda")
    note_call(call.id, "not_reached", by=by)
    (again,) = to_call("karaganda")
    note_call(call.id, "told", remarks="Рақмет айтты", by=by)

    assert call.language == "kk"
    assert "26.09.2025, 10:00" in call.script
    assert "Сізге жеке қабылдау тағайындалды" in call.words
    assert [shown(moment) for moment in again.tried] == [shown(walk.now)]
    assert to_call("karaganda") == []
    assert journal(walk, "appointment")[0][2] == "sent"
    with pytest.raises(NoticeSentError):
        note_call(call.id, "told", by=by)


def test_krg_31_who_cannot_be_reached_by_telephone_is_written_to(walk: KaragandaWalk) -> None:
    """KRG-31: the same words, on paper."""
    told(walk, notice_by="phone")
    (call,) = to_call("karaganda")

    note_call(call.id, "write", by=walk.actor("reception_coordinator"))
    walk.work()

    assert to_call("karaganda") == []
    assert (waiting(walk).id, waiting(walk).address) == (call.id, "Қостанай қ., Абай к., 5")
    assert "26.09.2025" in printed(walk, ".pdf")


def test_krg_31_a_reasoned_refusal_goes_in_writing_whatever_she_asked_for(walk: KaragandaWalk) -> None:
    """KRG-16, KRG-31: it is told by telephone, and its document is sent."""
    refuse(walk, notice_by="phone")

    assert journal(walk, "refusal") == [
        ("phone", "+77771234567", "to_call"),
        ("email", "erzhan@example.test", "sent"),
    ]


def test_krg_31_a_reasoned_refusal_by_post_carries_its_document(walk: KaragandaWalk) -> None:
    """KRG-16, KRG-31"""
    refuse(walk, notice_by="post")

    titles = [file.title for file in waiting(walk).files]

    assert len(titles) == 3
    assert "хабарлама" in titles[0]
    assert "құзыретіне кірмейді" in printed(walk, ".pdf")


def test_krg_5_leaving_without_consideration_is_told_by_the_way_she_asked_for(walk: KaragandaWalk) -> None:
    """KRG-5"""
    walk.start(notice_by="post", substance="")
    walk.play("clarify_request")
    walk.complete("clarify_request", **{**walk.usual("clarify_request"), "substance_stated": "no", "substance": ""})

    assert journal(walk, "no_substance") == [("post", "Қостанай қ., Абай к., 5", "to_post")]
    assert len(waiting(walk).files) == 3


@pytest.mark.parametrize(("wish", "without"), [("email", "email"), ("sms", "phone"), ("phone", "phone")])
def test_a_way_without_its_address_is_refused_where_the_request_is_recorded(
    walk: KaragandaWalk, wish: str, without: str
) -> None:
    """KRG-31"""
    with pytest.raises(InvalidAnswersError) as invalid:
        walk.start(**{"notice_by": wish, without: ""})

    assert set(invalid.value.errors) == {"notice_by"}


def test_a_notice_was_not_sent_before_it_was_made_nor_tomorrow(walk: KaragandaWalk) -> None:
    told(walk, notice_by="post")
    by = walk.actor("reception_coordinator")

    for wrong in (date(2025, 9, 9), date(2025, 9, 11)):
        with pytest.raises(WrongDayError):
            note_sending(waiting(walk).id, wrong, by=by)

    note_sending(waiting(walk).id, None, by=by)
    with pytest.raises(NoticeSentError):
        note_sending(walk.letters("appointment")[0].id, None, by=by)


def test_a_bulk_notice_says_before_by_which_way_each_is_told(walk: KaragandaWalk) -> None:
    told(walk, notice_by="phone")

    look = preview("karaganda", "notify", [walk.case_id])

    assert [row.channels for row in look.rows] == [["phone"]]


def test_kst_s04_2_kostanay_asks_and_tells_alike(database_url: str) -> None:
    """KST-S04.2"""
    with kostanay(database_url, at("2025-06-10")) as office:
        office.reception_day(date(2025, 6, 27))
        office.start(notice_by="post")
        office.play("invite_state_bodies")

        assert journal(office, "appointment") == [("post", "Қостанай қ., Абай к., 5", "to_post")]
        assert "27.06.2025" in printed(office, ".pdf")
