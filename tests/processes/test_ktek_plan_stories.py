"""KTEK: events of the plan of work with stakeholders, on the virtual clock (KE)."""

from collections.abc import Iterator

import pytest

from app.models import Document
from app.models.database import reading
from app.queries.choices import choices_for
from app.records.files import store
from app.records.plan_events import NoMeasureError
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError
from app.usecases.transaction import transaction
from tests.ktek import KtekWalk, ktek
from tests.reception import at

CONTACTS = "Тел. ГКП КТЭК: 57-70-24, 57-70-01, 999-120 e-mail: gkpktek@gmail.com"
PUBLIC = "Общественность — население г. Костанай и другие потребители услуг ГКП «КТЭК»"


@pytest.fixture
def walk(database_url: str) -> Iterator[KtekWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with ktek(database_url, at("2025-06-02")) as walk:
        yield walk


def offered(walk: KtekWalk, key: str) -> list[str]:
    with reading() as session:
        return [str(each.value) for each in choices_for(session, walk.office, walk.case_id, [key])[key]]


def form_of(walk: KtekWalk, element: str) -> dict[str, object]:
    """What the form of a waiting task is filled with."""
    task = walk.task(element)
    form = open_task(task.id, by=walk.actor(task.role or "")).form
    return {each.key: each.value for each in form.fields}


def test_ktek_1_1_an_event_goes_from_its_measure_to_a_result_with_evidence(walk: KtekWalk) -> None:
    """KTEK-1.1, KTEK-0.3.2, KTEK-0.3.3, KTEK-1.A, KTEK-1.B, KTEK-1.C, KTEK-1.D, KTEK-0.3"""
    walk.plan_measure("1.1")
    event, number = walk.event(), walk.case().number
    places = offered(walk, "plan_places")

    walk.play("hold_event")
    due = walk.due("hold_event")
    walk.play("record_result")
    with transaction() as session:
        task = walk.task("record_result").id
        page = {"name": "page.pdf", "media_type": "application/pdf", "content": b"%PDF"}
        photo = store(session, office_id="ktek", **page, now=walk.now, task_id=task)
    walk.complete("record_result", **walk.usual("record_result"), event_files=[str(photo.id)])

    assert number == "М-001/2025"
    assert (event.parties, event.contacts) == (PUBLIC, CONTACTS)
    assert event.info_type == "Предоставление актуальной информации по проектам ЕБРР"
    assert places == ["газета «Костанайские новости»", "газета «Наш Костанай»"]
    assert due == "2025-06-12 17:00"
    assert walk.ended() == ["done"]
    assert walk.case().status == "done"
    assert walk.event().reference == "№ 45 от 12.06.2025"
    assert walk.event().done_at is not None
    assert [row.kind for row in walk._rows(Document)] == ["evidence"]


def test_ktek_0_3_1_an_event_without_its_measure_is_not_accepted(walk: KtekWalk) -> None:
    """KTEK-0.3.1, KTEK-0.3.2, KTEK-0.3.3, KTEK-0.3.4, KTEK-0.3.5, KTEK-0.3.6"""
    walk.plan_measure("1.4")
    cells = ("words", "parties", "info_type", "place", "responsible", "contacts", "planned_at")

    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete("plan_event", **dict.fromkeys(cells, ""), repeats="none")

    assert set(wrong.value.errors) == set(cells)


@pytest.mark.parametrize(
    ("measure", "field", "words"),
    [
        ("1.4", "place", "Подъезды жилых домов"),
        ("1.6", "place", "www.ktek.kz"),
        ("1.6", "responsible", "СЭП и С (служба экономического планирования и сбыта)"),
        ("2.2", "responsible", "Строительная организация"),
        ("2.7", "contacts", CONTACTS),
    ],
)
def test_ktek_0_3_4_to_0_3_6_the_form_is_filled_from_the_plan(
    walk: KtekWalk, measure: str, field: str, words: str
) -> None:
    """KTEK-0.3.4, KTEK-0.3.5, KTEK-0.3.6, KTEK-1.4, KTEK-1.6, KTEK-1.C, KTEK-2.D"""
    walk.plan_measure(measure)

    assert form_of(walk, "plan_event")[field] == words
    assert walk.task("plan_event").role == "ktek_sep"


@pytest.mark.parametrize(
    ("measure", "key", "choices"),
    [
        ("1.5", "plan_places", ["ПКСК", "КСП", "КСК"]),
        (
            "2.1",
            "plan_places",
            ["Дворы домов", "Помещения школ", "Актовый зал в здании управления ГКП «КТЭК»"],
        ),
        ("2.7", "plan_organisers", ["Акимат г.Костанай", "партия Нур Отан", "другая организация"]),
        ("1.4", "plan_places", ["Подъезды жилых домов"]),
    ],
)
def test_ktek_1_5_places_and_organisers_are_offered(walk: KtekWalk, measure: str, key: str, choices: list[str]) -> None:
    """KTEK-1.5, KTEK-2.1, KTEK-2.7, KTEK-2.A, KTEK-2.B"""
    walk.plan_measure(measure)

    assert offered(walk, key) == choices


def test_ktek_1_5_another_place_stands_beside_those_of_the_plan(walk: KtekWalk) -> None:
    walk.plan_measure("1.5")

    walk.complete("plan_event", **walk.usual("plan_event"), places=["КСК"], other_place="ОСИ «Достык»")

    assert walk.event().place == "КСК; ОСИ «Достык»"


def test_ktek_2_7_an_event_of_others_names_its_organiser(walk: KtekWalk) -> None:
    walk.plan_measure("2.7")
    with pytest.raises(InvalidAnswersError) as nobody:
        walk.complete("plan_event", **walk.usual("plan_event"))

    walk.complete("plan_event", **walk.usual("plan_event"), organiser="партия Нур Отан")

    assert set(nobody.value.errors) == {"organiser"}
    assert walk.event().organiser == "партия Нур Отан"


@pytest.mark.parametrize(
    ("measure", "place", "more"),
    [
        ("1.2", "Телеканалы «Алау», «Казахстан-Костанай»", {}),
        ("1.3", "По месту жительства", {"houses": "ул. Баймагамбетова, 12\nул. Гоголя, 85"}),
    ],
)
def test_ktek_1_2_and_1_3_a_need_begins_one_event(
    walk: KtekWalk, measure: str, place: str, more: dict[str, str]
) -> None:
    """KTEK-1.2, KTEK-1.3"""
    walk.tell_office("need.arose", measure=measure)

    walk.complete("plan_event", **walk.usual("plan_event"), **more)

    assert len(walk.cases("plan_event")) == 1
    assert (walk.event().measure, walk.event().place) == (measure, place)
    assert walk.event().houses == more.get("houses", "")


def test_ktek_1_3_the_affected_houses_must_be_listed(walk: KtekWalk) -> None:
    walk.tell_office("need.arose", measure="1.3")

    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete("plan_event", **walk.usual("plan_event"))

    assert set(wrong.value.errors) == {"houses"}


def test_ktek_2_2_billboards_are_the_contractors_work(walk: KtekWalk) -> None:
    """KTEK-2.2: the contractor's lane, not the service's."""
    walk.plan_measure("2.2")

    walk.play("install_billboards")
    role = walk.task("install_billboards").role
    walk.finish()

    assert role == "ktek_builder"
    assert not {"hold_event", "record_result"} & set(walk.happened())
    assert walk.ended() == ["done"]


def test_ktek_0_3_an_event_that_repeats_comes_round_in_its_month(walk: KtekWalk) -> None:
    """KTEK-0.3: monthly from 12 June: the next one begins on the first working day of July, not before."""
    first = walk.plan_measure("1.6")
    walk.finish(plan_event={"repeats": "month"})

    walk.pass_time_to(at("2025-06-30"))
    in_june = walk.cases("plan_event")
    walk.pass_time_to(at("2025-07-01", "18:00"))
    again = [case for case in walk.cases("plan_event") if case != first]
    walk.case_id = again[0]

    assert in_june == [first]
    assert len(again) == 1
    assert f"{walk.event().planned_on}" == "2025-07-12"
    assert walk.waits_for("plan_event")


def test_a_measure_that_is_no_event_of_the_plan_begins_none(walk: KtekWalk) -> None:
    with pytest.raises(NoMeasureError):
        walk.plan_measure("2.3")

    assert walk.cases() == []
