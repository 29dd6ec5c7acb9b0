"""Letters and documents written in the studio: tried, kept in the draft, judged, published."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.domain import clock
from app.models import Case
from app.models.database import reading
from app.usecases import process_drafts as drafts
from app.usecases import process_publishing as publishing
from app.usecases import process_texts as use
from app.usecases.access import Actor, ForbiddenError
from app.usecases.deploy import publish
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction
from tests.usecases.small_office import OFFICE, almaty, hire, opened

FIELDS = """
[fields."applicant.full_name"]
kk = "Аты-жөні"
ru = "Имя"
[fields."request.number"]
kk = "Нөмірі"
ru = "Номер"
[lists.citizens]
kk = "Азаматтар"
ru = "Граждане"
[lists.citizens.fields]
name = { kk = "Аты", ru = "Имя" }
[letters.greeting]
title = { kk = "Сәлем", ru = "Приветствие" }
fields = ["applicant.full_name"]
"""
GREETING = "subject: Здравствуйте\n\nУважаемый(ая) {{applicant.full_name}}!\n"
KAZAKH = "subject: Сәлем\n\nҚұрметті {{applicant.full_name}}!\n"
PAPER = "# Список\n\n{{#each citizens}}\n- {{name}}\n{{/each}}\n"


@pytest.fixture(autouse=True)
def _office(databases, migrated_template) -> Iterator[None]:
    url = databases.create(template=migrated_template)
    with opened(url), clock.using(clock.StandingClock(almaty("2024-01-10"))):
        with transaction() as session:
            bundle = dict(drafts.bundle_of_version(session, "reply", OFFICE) or {})
            bundle |= {
                "letters": {"greeting.kk": KAZAKH, "greeting.ru": GREETING},
                "documents": {"paper.kk": PAPER, "paper.ru": PAPER},
                "fields": {"letters": FIELDS, "documents": FIELDS},
            }
            drafts_publish(session, bundle)
        yield
    databases.drop(url)


def drafts_publish(session, bundle) -> None:
    publish(session, OFFICE, bundle, now=clock.now(), force=True)


@pytest.fixture
def owner() -> Actor:
    return hire("owner", "process_owner", name="Динара Ермекова")


@pytest.fixture
def colleague() -> Actor:
    return hire("colleague", "process_owner", name="Асель Нұрова")


def save(source: str, by: Actor, *, name: str = "greeting.ru", opened_as: str = GREETING) -> use.OpenText:
    return use.save_text("reply", "letters", name, source, opened_as=opened_as, by=by)


def test_a_text_is_kept_in_the_draft_and_published_with_it(owner: Actor):
    warmer = GREETING.replace("Здравствуйте", "Добрый день")

    save(warmer, owner)
    before = use.open_text("reply", "letters", "greeting.ru", by=owner)
    review = publishing.review("reply", by=owner)
    number = publishing.publish_draft("reply", comment="Теплее", by=owner)

    assert (before.source, before.published) == (warmer, GREETING)
    assert (review.texts, review.publishable) == (("greeting.ru",), True)
    after = use.open_text("reply", "letters", "greeting.ru", by=owner)
    assert (after.source, after.published) == (warmer, warmer)
    assert drafts.open_draft("reply", by=owner).newest_number == number


def test_what_is_written_back_as_it_was_changes_nothing(owner: Actor):
    save(GREETING.replace("!", "."), owner)

    save(GREETING.replace("\n", "\r\n"), owner, opened_as=GREETING.replace("!", "."))

    assert publishing.review("reply", by=owner).texts == ()


def test_faults_are_kept_and_told_and_hinder_publishing(owner: Actor):
    kept = save("subject: Тема\n\n{{request.number}}\n{{applicant.shoes}}\n", owner)

    assert [problem.line for problem in kept.faults] == [3, 4]
    assert "request.number" in kept.faults[0].message.ru
    assert "applicant.shoes" in kept.faults[1].message.kk
    with pytest.raises(publishing.DraftFaultyError):
        publishing.publish_draft("reply", comment="", by=owner)


def test_a_letter_has_a_subject_and_stands_in_both_languages(owner: Actor):
    save("Без темы\n", owner)
    use.add_text("reply", "letters", "farewell", by=owner)

    rules = {(each.rule, each.file) for each in publishing.review("reply", by=owner).problems}

    assert ("texts.subject_missing", "letters/greeting.ru.md") in rules
    assert set(drafts.open_draft("reply", by=owner).letters) == {
        "farewell.kk",
        "farewell.ru",
        "greeting.kk",
        "greeting.ru",
    }


def test_what_two_people_write_is_not_lost(owner: Actor, colleague: Actor):
    hers = save(GREETING + "С уважением\n", colleague)

    with pytest.raises(use.TextConflictError) as refused:
        save(GREETING + "До встречи\n", owner)

    assert refused.value.theirs == hers.source


def test_the_diagram_saved_over_another_draft_keeps_the_texts(owner: Actor, colleague: Actor):
    draft = drafts.open_draft("reply", by=owner)
    drawn = draft.diagram.replace("Подготовить ответ", "Написать ответ")
    save(GREETING + "С уважением\n", colleague)
    drafts.save_draft("reply", drawn, None, revision=0, base=draft.base_number, by=colleague)

    drafts.save_draft("reply", draft.diagram, None, revision=0, base=draft.base_number, by=owner, over=True)

    assert "С уважением" in drafts.open_draft("reply", by=owner).letters["greeting.ru"]


def test_a_text_is_tried_with_the_facts_of_a_case_or_with_their_places(owner: Actor):
    with transaction() as session:
        case = Case(
            office_id=OFFICE, kind="reply", language="ru", status="running", opened_at=clock.now(), number="№ 7"
        )
        session.add(case)
    with reading() as session:
        case_id = session.scalars(select(Case.id)).one()

    empty = use.try_text("reply", "letters", "greeting.ru", GREETING, case_id=None, by=owner)
    filled = use.try_text("reply", "documents", "paper.ru", PAPER, case_id=case_id, by=owner)

    assert (empty.subject, "‹applicant.full_name›" in empty.html) == ("Здравствуйте", True)
    assert filled.pdf.startswith(b"%PDF")


def test_markup_of_a_text_cannot_run_in_the_reader_s_browser(owner: Actor):
    hostile = GREETING + "<script>alert(1)</script> [x](javascript:alert(1))\n"

    trial = use.try_text("reply", "letters", "greeting.ru", hostile, case_id=None, by=owner)

    assert "<script" not in trial.html
    assert 'href="javascript' not in trial.html


def test_giving_up_a_change_brings_the_published_text_back(owner: Actor):
    save(GREETING + "С уважением\n", owner)
    use.add_text("reply", "letters", "farewell", by=owner)

    assert use.take_back("reply", "letters", "greeting.ru", by=owner)
    assert not use.take_back("reply", "letters", "farewell.kk", by=owner)
    assert use.open_text("reply", "letters", "greeting.ru", by=owner).source == GREETING


@pytest.mark.parametrize("kind", ["", "Greeting", "../etc", "greeting", "a b"])
def test_a_new_text_needs_a_free_code(owner: Actor, kind: str):
    with pytest.raises(use.TextNameError):
        use.add_text("reply", "letters", kind, by=owner)


def test_a_text_beyond_all_measure_is_refused(owner: Actor):
    with pytest.raises(use.TextTooLongError):
        save("x" * (use.LONGEST + 1), owner)


def test_only_process_owners_of_the_office_write(owner: Actor):
    clerk = hire("clerk", "clerk", name="Серік Оспан")

    with pytest.raises(ForbiddenError):
        save(GREETING, clerk)
    with pytest.raises(NotFoundError):
        use.open_text("reply", "letters", "nothing.ru", by=owner)
