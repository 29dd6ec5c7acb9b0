"""Kostanay: deliveries of Kazpost, on the virtual clock (KZ)."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.models import KazpostDelivery, KazpostEnvelope, Office, ProcessInstance
from app.models.database import reading
from app.usecases.cases import send_message
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at, shown

TUESDAY = date(2025, 6, 3)


@pytest.fixture
def walk(database_url: str) -> Iterator[AppealWalk]:
    """Tuesday 3 June 2025, ten in the morning; a courier has come."""
    with appeals_of_kostanay(database_url, at("2025-06-03")) as walk:
        walk.tell_office("kazpost.delivery")
        yield walk


def delivery(walk: AppealWalk) -> KazpostDelivery:
    with reading() as session:
        return session.get_one(KazpostDelivery, walk.case_id)


def appeals(walk: AppealWalk) -> list[int]:
    return walk.cases("appeal")


def journal_all(walk: AppealWalk) -> None:
    for case in appeals(walk):
        walk.case_id = case
        walk.play("receive_under_signature", enter_in_journal={"full_name": f"Отправитель {case}"})


def test_kst_kazpost_four_envelopes_go_into_the_journal_and_one_back_to_the_courier(walk: AppealWalk) -> None:
    """KST-SRC-2, KST-KAZPOST, KST-KAZPOST-2, KST-KAZPOST-3, KST-KAZPOST-4, BR-38"""
    mine = walk.case_id
    walk.complete("reconcile_envelopes", **walk.usual("reconcile_envelopes"))
    walk.complete("check_addressees", wrong_envelopes=[walk.envelope("RR3KZ")])
    offered = walk.waiting()
    walk.complete("return_envelopes", envelopes_returned=True)
    walk.complete("sign_list", **walk.usual("sign_list"))

    journal_all(walk)
    walk.case_id = mine

    assert offered == ["return_envelopes"]
    assert len(walk.journal(TUESDAY)) == 4
    assert walk.loads(TUESDAY) == [2, 1, 1]
    returned = [each.barcode for each in walk.envelopes() if each.returned_at]
    assert returned == ["RR3KZ"]
    assert [each.appeal_id is None for each in walk.envelopes()] == [False, False, True, False, False]
    assert shown(delivery(walk).returned_at) == "2025-06-03 10:00"
    assert walk.ended() == ["delivery_reconciled"]
    assert walk.case().status == "reconciled"


def test_kst_kazpost_with_every_addressee_right_nothing_goes_back(walk: AppealWalk) -> None:
    walk.complete("reconcile_envelopes", **walk.usual("reconcile_envelopes"))

    walk.complete("check_addressees", wrong_envelopes=[])
    then = walk.waiting()
    walk.finish()

    assert then == ["sign_list"]
    assert len(appeals(walk)) == 5


def test_kst_kazpost_1_a_missing_and_an_extra_barcode_are_discrepancies_on_the_list(walk: AppealWalk) -> None:
    mine = walk.case_id
    walk.complete(
        "reconcile_envelopes",
        **{**walk.usual("reconcile_envelopes"), "scanned": "RR1KZ rr2kz, RR3KZ\nRR4KZ\nRR4KZ\nRR9KZ"},
    )
    states = {each.barcode: (each.listed, each.found) for each in walk.envelopes()}
    walk.finish()
    walk.case_id = mine

    assert states["RR5KZ"] == (True, False)
    assert states["RR9KZ"] == (False, True)
    assert [barcode for barcode, state in states.items() if state == (True, True)] == [
        *("RR1KZ", "RR2KZ", "RR3KZ", "RR4KZ"),
    ]
    assert len(appeals(walk)) == 5
    assert next(each for each in walk.envelopes() if each.barcode == "RR5KZ").appeal_id is None


def test_kst_kazpost_1_without_a_barcode_there_is_nothing_to_reconcile(walk: AppealWalk) -> None:
    with pytest.raises(InvalidAnswersError) as refused:
        walk.complete("reconcile_envelopes", **{**walk.usual("reconcile_envelopes"), "listed": ",", "scanned": ""})

    assert set(refused.value.errors) == {"scanned"}


def test_kst_kazpost_4_the_signed_list_is_kept_in_both_languages(walk: AppealWalk) -> None:
    walk.finish()

    row = delivery(walk)
    made = [name for name, content in walk.documents("kazpost_list") if content]
    assert [name[:2] for name in made] == ["kk", "kk", "ru", "ru"]
    assert (row.signed_by, row.courier, row.list_number) == (walk.people["intake_officer"], "Серик Омаров", "15")
    assert row.number == "КП-0001/2025"


def test_kst_src_2_an_appeal_from_kazpost_is_on_paper_with_its_barcode_and_a_case_of_its_own(
    walk: AppealWalk,
) -> None:
    mine = walk.case_id
    walk.finish()

    walk.case_id = appeals(walk)[0]
    row = walk.appeal()
    with reading() as session:
        begun = session.query(ProcessInstance).filter_by(case_id=walk.case_id).count()
    assert (row.source, row.medium, row.external_number) == ("kazpost", "paper", "RR1KZ")
    assert (walk.case_id != mine, begun) == (True, 1)
    assert walk.waiting() == ["enter_in_journal"]
    assert walk.due("enter_in_journal") == "2025-06-03 18:30"


def test_kst_src_2_an_appeal_came_when_the_courier_did_though_the_list_is_signed_the_next_day(walk: AppealWalk) -> None:
    """KST-SRC-2, KST-KAZPOST-4: the card and the term of the journal know the day of the delivery."""
    walk.play("sign_list")
    walk.pass_time_to(at("2025-06-04", "11:00"))

    walk.finish()
    walk.case_id = appeals(walk)[0]

    assert (shown(walk.appeal().received_at), shown(walk.appeal().accepted_at)) == (
        "2025-06-03 10:00",
        "2025-06-04 11:00",
    )
    assert walk.due("enter_in_journal") == "2025-06-03 18:30"


def test_an_envelope_of_another_office_becomes_no_appeal_here(walk: AppealWalk) -> None:
    walk.complete("reconcile_envelopes", **walk.usual("reconcile_envelopes"))
    envelope = int(walk.envelope("RR1KZ"))
    with transaction() as session:
        session.add(Office(id="other", name_kk="Б", name_ru="Д", name_en="O", zone="Asia/Almaty", settings={}))
        session.flush()
        session.get_one(KazpostDelivery, walk.case_id).office_id = "other"

    send_message(walk.office, "kazpost.accepted", case_id=None, payload={"envelope_id": envelope})
    walk.work()

    with reading() as session:
        assert session.get_one(KazpostEnvelope, envelope).appeal_id is None
    assert appeals(walk) == []


def test_kst_kazpost_an_envelope_becomes_a_registered_appeal(walk: AppealWalk) -> None:
    walk.finish()
    walk.case_id = appeals(walk)[0]

    walk.finish()

    assert walk.ended() == ["registered_and_routed"]
    assert walk.case().number == "К-00001/2025"
