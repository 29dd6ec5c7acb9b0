"""Drafts of processes: what is drawn is kept, what two draw is kept twice, what is published holds."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.domain import clock
from app.domain.texts import Text
from app.engine.changes import Change
from app.engine.xml import DiagramXmlError
from app.models import DeadlineRule, ProcessInstance, ProcessVersion
from app.models.database import reading
from app.queries.process_load import load_of
from app.queries.studio import changes_of_version, drafts_of, history_of, processes_of
from app.usecases import process_drafts as use
from app.usecases import process_publishing as publishing
from app.usecases.access import Actor, ForbiddenError
from app.usecases.deadline_rules import BasisMissingError, NewRule, RuleIncompleteError, new_rule
from app.usecases.published import NotFoundError
from tests.usecases.small_office import DIAGRAM, FORM, almaty, hire, opened, register_request

NAMED = DIAGRAM.replace("<bpmn:startEvent", "<!-- ours --><bpmn:startEvent", 1)
RENAMED = DIAGRAM.replace("Подготовить ответ", "Написать ответ")


@pytest.fixture(autouse=True)
def _office(databases, migrated_template) -> Iterator[None]:
    url = databases.create(template=migrated_template)
    with opened(url), clock.using(clock.StandingClock(almaty("2024-01-10"))):
        yield
    databases.drop(url)


@pytest.fixture
def owner() -> Actor:
    return hire("owner", "process_owner", name="Динара Ермекова")


@pytest.fixture
def colleague() -> Actor:
    return hire("colleague", "process_owner", name="Асель Нұрова")


def save(diagram: str, by: Actor, *, revision: int = 0, base: int = 1, over: bool = False) -> use.Saved:
    return use.save_draft("reply", diagram, None, revision=revision, base=base, by=by, over=over)


def test_without_a_draft_the_newest_version_is_opened(owner: Actor):
    draft = use.open_draft("reply", by=owner)

    assert (draft.diagram, draft.revision, draft.base_number) == (DIAGRAM, 0, 1)


def test_a_drawing_that_says_the_same_is_not_kept(owner: Actor):
    saved = save(DIAGRAM.replace("/>", " />").replace("\n", "\n  "), owner)

    assert (saved.revision, saved.diagram) == (0, DIAGRAM)
    assert drafts_of(owner.office_id, "reply") == []


def test_only_what_was_changed_differs_from_the_published_text(owner: Actor):
    saved = save(RENAMED.replace("\n ", "\n     "), owner)

    assert (saved.revision, saved.diagram) == (1, RENAMED)
    assert use.open_draft("reply", by=owner).saved_by == "Динара Ермекова"


def test_undoing_everything_brings_the_published_text_back(owner: Actor):
    save(RENAMED, owner)

    saved = save(DIAGRAM.replace("\n ", "\n     "), owner, revision=1)

    assert saved.diagram == DIAGRAM


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(owner: Actor, colleague: Actor):
    save(RENAMED, colleague)

    with pytest.raises(use.DraftConflictError) as refused:
        save(DIAGRAM.replace("Ответ", "Жауап"), owner)

    assert "Асель Нұрова" in refused.value.text.ru
    assert use.open_draft("reply", by=owner).diagram == RENAMED


def test_saving_over_a_colleague_keeps_her_draft_beside(owner: Actor, colleague: Actor):
    save(RENAMED, colleague)

    save(RENAMED.replace("Написать", "Составить"), owner, over=True)

    kept, beside = sorted(drafts_of(owner.office_id, "reply"), key=lambda row: row.set_aside_at is not None)
    assert (kept.saved_by, beside.saved_by) == ("Динара Ермекова", "Асель Нұрова")
    use.take_up(beside.id, by=owner)
    assert use.open_draft("reply", by=owner).diagram == RENAMED


def test_a_draft_that_lost_is_kept_beside(owner: Actor, colleague: Actor):
    save(RENAMED, colleague)

    use.keep_beside("reply", RENAMED.replace("Написать", "Составить"), None, by=owner)

    assert use.open_draft("reply", by=owner).diagram == RENAMED
    assert [row.saved_by for row in drafts_of(owner.office_id, "reply") if row.set_aside_at] == ["Динара Ермекова"]


def test_a_draft_that_is_set_aside_lets_the_newest_version_be_opened(owner: Actor):
    save(RENAMED, owner)

    use.discard_draft("reply", by=owner)

    assert use.open_draft("reply", by=owner).diagram == DIAGRAM
    with pytest.raises(NotFoundError):
        use.discard_draft("reply", by=owner)


def test_nobody_takes_up_a_draft_of_another_office(owner: Actor):
    save(RENAMED, owner)
    use.discard_draft("reply", by=owner)
    (row,) = drafts_of(owner.office_id, "reply")

    with pytest.raises(NotFoundError):
        use.take_up(row.id, by=replace(owner, office_id="other"))


def test_lint_speaks_at_the_element_while_the_draft_is_saved(owner: Actor):
    of_another_form = DIAGRAM.replace(
        '<spiffworkflow:property name="role"',
        '<spiffworkflow:property name="formKey" value="none"/>\n   <spiffworkflow:property name="role"',
    )

    saved = save(of_another_form, owner)

    assert "answer" in {each.element for each in saved.problems if each.severity == "error"}
    with pytest.raises(publishing.DraftFaultyError):
        publishing.publish_draft("reply", comment="", by=owner)


def test_a_published_draft_is_the_next_version_and_running_cases_keep_theirs(owner: Actor):
    old = register_request(almaty("2024-01-10"))
    save(RENAMED, owner)

    number = publishing.publish_draft("reply", comment="Яснее", by=owner)

    new = register_request(almaty("2024-01-10"))
    version = history_of(owner.office_id, "reply")[0]
    assert (number, version.number, version.comment, version.published_by) == (2, 2, "Яснее", "Динара Ермекова")
    assert changes_of_version(owner.office_id, "reply", 2) == [
        Change(
            "changed", "answer", "userTask", Text("Жауап дайындау", "Написать ответ", "Prepare the reply"), ("name",)
        )
    ]
    assert drafts_of(owner.office_id, "reply") == []
    assert (running_on(1), running_on(2)) == ([old], [new])


def running_on(number: int) -> list[int]:
    with reading() as session:
        version = session.scalars(select(ProcessVersion.id).where(ProcessVersion.number == number)).one()
        instances = session.scalars(select(ProcessInstance.id).where(ProcessInstance.version_id == version)).all()
    load = load_of(version)
    assert load.at == {"answer": len(instances)}
    assert [row.instance for row in load.rows] == list(instances)
    return list(instances)


def test_a_draft_older_than_the_newest_version_is_published_only_when_that_is_meant(owner: Actor, colleague: Actor):
    save(RENAMED, owner)
    publishing.publish_draft("reply", comment="", by=owner)
    save(RENAMED.replace("Написать", "Составить"), colleague, base=1, over=True)

    with pytest.raises(publishing.NewerVersionError):
        publishing.publish_draft("reply", comment="", by=colleague)

    assert publishing.publish_draft("reply", comment="", by=colleague, over=True) == 3


def test_rolling_back_publishes_the_old_content_as_the_newest(owner: Actor):
    save(RENAMED, owner)
    publishing.publish_draft("reply", comment="", by=owner)

    number = publishing.roll_back("reply", 1, comment="Рано", by=owner)

    assert number == 3
    assert use.open_draft("reply", by=owner).diagram == DIAGRAM
    with pytest.raises(NotFoundError):
        publishing.roll_back("reply", 9, comment="", by=owner)


def test_a_form_made_while_drawing_is_published_with_the_draft(owner: Actor):
    forms = {"answer": FORM, "more": {**FORM, "id": "more"}}
    use.save_draft("reply", DIAGRAM, forms, revision=0, base=1, by=owner)

    review = publishing.review("reply", by=owner)

    assert (review.forms, review.publishable) == (("more",), True)
    assert publishing.publish_draft("reply", comment="", by=owner) == 2


def test_an_uploaded_file_is_looked_at_first_and_then_is_the_draft_letter_by_letter(owner: Actor):
    uploaded = (
        NAMED.replace("Подготовить", "Сделать")
        .replace("UTF-8", "windows-1251")
        .encode("windows-1251", "xmlcharrefreplace")
    )

    text, problems, changes = use.import_text("reply", uploaded, by=owner)

    assert [change.element for change in changes] == ["answer"]
    assert not any(each.severity == "error" for each in problems)
    assert drafts_of(owner.office_id, "reply") == []
    use.replace_draft("reply", text, by=owner)
    assert use.open_draft("reply", by=owner).diagram == text
    assert "<!-- ours -->" in text


def test_what_is_no_diagram_is_not_taken(owner: Actor):
    with pytest.raises(DiagramXmlError):
        use.import_text("reply", b"PK\x03\x04", by=owner)


def test_a_new_process_begins_with_a_diagram_that_can_be_published(owner: Actor):
    use.begin_process("citizen_appeal", Text("Өтініш", "Обращение", "Appeal"), by=owner)

    assert publishing.review("citizen_appeal", by=owner).problems == ()
    assert publishing.publish_draft("citizen_appeal", comment="", by=owner) == 1
    assert [row.name.ru for row in processes_of(owner.office_id)] == ["Обращение", "Ответ"]
    with pytest.raises(use.ProcessNameError):
        use.begin_process("citizen_appeal", Text("Өтініш", "Обращение"), by=owner)


@pytest.mark.parametrize("key", ["", "Reply", "a b", "../x", "жауап"])
def test_a_process_needs_a_code_of_latin_letters(owner: Actor, key: str):
    with pytest.raises(use.ProcessNameError):
        use.begin_process(key, Text("Өтініш", "Обращение"), by=owner)


def test_only_process_owners_draw(owner: Actor):
    other = hire("admin", "office_admin")

    for act in (
        lambda: use.open_draft("reply", by=other),
        lambda: save(RENAMED, other),
        lambda: publishing.publish_draft("reply", comment="", by=other),
        lambda: publishing.roll_back("reply", 1, comment="", by=other),
    ):
        with pytest.raises(ForbiddenError):
            act()


RULE = NewRule(
    number="5",
    unit="working days",
    direction="after",
    roll="none",
    clause="",
    name=Text("Құжаттарды тексеру", "Проверка документов", ""),
    basis=Text("Бұйрық", "Приказ", ""),
)


def test_a_rule_made_while_drawing_has_a_readable_key_and_holds_at_once(owner: Actor):
    keys = [new_rule(RULE, by=owner), new_rule(RULE, by=owner)]

    assert keys == ["own.proverka_dokumentov", "own.proverka_dokumentov_2"]
    with reading() as session:
        row = session.scalars(select(DeadlineRule).where(DeadlineRule.key == keys[0])).one()
        assert (row.expression, row.entered_by) == ("5 working days after", owner.id)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"number": "five"}, RuleIncompleteError),
        ({"unit": "days"}, RuleIncompleteError),
        ({"name": Text("", "Проверка", "")}, RuleIncompleteError),
        ({"basis": Text("", "Приказ", "")}, BasisMissingError),
    ],
)
def test_a_rule_is_complete_or_refused(owner: Actor, wrong: dict[str, object], error: type[Exception]):
    with pytest.raises(error):
        new_rule(replace(RULE, **wrong), by=owner)
