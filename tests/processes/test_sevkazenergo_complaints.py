"""SevKazEnergo: documents of consumers from the channel to the reply, on the virtual clock (SK)."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from docx import Document
from docx.text.paragraph import Paragraph

from app.models.database import reading
from app.queries.appeals import sources_of
from app.queries.worklist import WorkFilter, work_list
from app.records.case_rows import case_rows
from app.records.incoming_facts import incoming_facts
from app.usecases.access import ForbiddenError
from app.usecases.appeals import begin_appeal
from app.usecases.task_forms import open_task
from app.usecases.tasks import InvalidAnswersError, NotHolderError, claim, complete_user_task, delegate
from tests.energy import HOUSEHOLD, NONHOUSEHOLD, EnergyWalk, energy
from tests.reception import at, shown


@pytest.fixture
def walk(database_url: str) -> Iterator[EnergyWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with energy(database_url, at("2025-06-02")) as walk:
        yield walk


def facts(walk: EnergyWalk) -> dict[str, dict[str, str]]:
    with reading() as session:
        return incoming_facts(session, case_rows(session, walk.case().id), "ru")


def refused(walk: EnergyWalk, element: str, **answers: object) -> set[str]:
    """At which fields the usual answers of a task with these changes are refused."""
    with pytest.raises(InvalidAnswersError) as wrong:
        walk.complete(element, **{**walk.usual(element), **answers})
    return set(wrong.value.errors)


def text_of(walk: EnergyWalk, kind: str) -> str:
    """The words of the newest DOCX of a kind in their order, underlined ones between underscores."""
    content = [content for name, content in walk.documents(kind) if name.endswith(".docx")][-1]
    found = []
    for block in Document(BytesIO(content)).iter_inner_content():
        cells = [block] if isinstance(block, Paragraph) else [cell for row in block.rows for cell in row.cells]
        found += [each for cell in cells for each in (getattr(cell, "paragraphs", None) or [cell])]
    return "\n".join("".join(f"_{run.text}_" if run.underline else run.text for run in each.runs) for each in found)


def test_ske_1_3_a_claim_goes_from_the_journal_to_its_reply(walk: EnergyWalk) -> None:
    """SKE-0.1, SKE-1.1.2, SKE-1.3, SKE-1.4, SKE-1.5, SKE-1.6, SKE-1.7, SKE-1.8"""
    walk.written("claim")
    assert (walk.document().number, walk.document().kind) == ("1-С/2025", "claim")
    assert facts(walk)["incoming"]["date"] == "02.06.2025"
    assert facts(walk)["incoming"]["company"] == "ТОО «Севказэнергосбыт»"
    assert walk.case().status == "running"

    walk.complete("acknowledge", acknowledgement="slip")
    slip = text_of(walk, "talon")
    walk.complete("pass_to_management", passed_on=True)
    manager = walk.holder_of("consider")
    walk.clock.moment = at("2025-06-04")
    walk.resolve("consider", "executor")
    walk.complete("hand_to_unit", unit_head_id=str(walk.people["unit_head"]), signed_for=True)
    walk.complete("pass_copy", pr_id=str(walk.people["pr"]), passed_on=True)
    walk.clock.moment = at("2025-06-05")
    walk.complete("give_original", signed_for=True)

    assert "Талон № 1-С/2025" in slip
    assert "02.06.2025" in slip
    assert walk.numbers("R-TALON") == ["1/2025"]
    assert manager == "management_sbyt"
    assert walk.document().resolution == "Рассмотреть и ответить."
    assert facts(walk)["incoming"]["due"] == "20.06.2025"
    assert walk.handed() == [
        ("resolution", "original", "unit_head", "2025-06-04"),
        ("pr_copy", "copy", "pr", "2025-06-04"),
        ("original", "original", "executor", "2025-06-05"),
    ]
    assert walk.numbers("R-SKE-MC") == ["1"]
    assert walk.holder_of("draft_reply") == "executor"
    assert walk.due("draft_reply") == "2025-06-20 18:00"

    walk.reply()

    assert (walk.case().status, walk.ended()) == ("answered", ["answered"])


def test_ske_1_2_what_each_consumer_group_must_state(walk: EnergyWalk) -> None:
    """SKE-1.2, SKE-1.2.1, SKE-1.2.2, SKE-A1.3, SKE-A1.4, SKE-A1.5, SKE-A2.3, SKE-A2.4, SKE-A2.5, SKE-A2.6, SKE-A3.3,
    SKE-A3.4, SKE-A3.5, SKE-A2.9, SKE-A3.9"""
    walk.comes("written", "clerk")

    assert refused(walk, "register_document", phone="") == {"phone"}
    assert refused(walk, "register_document", address="") == {"address"}
    assert refused(walk, "register_document", full_name="Иванова") == {"full_name"}
    assert refused(walk, "register_document", kind="") == {"kind"}
    assert refused(walk, "register_document", kind="complaint,claim") == {"kind"}
    assert refused(walk, "register_document", **{**NONHOUSEHOLD, "outgoing_number": ""}) == {"outgoing_number"}
    assert refused(walk, "register_document", **{**NONHOUSEHOLD, "phone": ""}) == {"phone"}
    for day in ("", "2025-06-03"):
        assert refused(walk, "register_document", **{**NONHOUSEHOLD, "outgoing_date": day}) == {"outgoing_date"}

    walk.complete("register_document", **{**walk.usual("register_document"), **NONHOUSEHOLD})
    organisation = facts(walk)["incoming"]
    walk.written(full_name="Ким Олег", email="")

    assert organisation["outgoing"] == "15-07, 30.05.2025"
    assert organisation["group"] == "II группа: небытовой потребитель"
    assert facts(walk)["incoming"]["group"] == "I группа: бытовой потребитель"


def test_ske_1_2_3_a_written_appeal_without_signature_is_flagged(walk: EnergyWalk) -> None:
    """SKE-1.2.3, SKE-A1.11, SKE-A2.13, SKE-A3.13, BR-27"""
    walk.written(signed="no")

    assert facts(walk)["incoming"]["signed"] == "не подписано"


def test_ske_1_1_1_a_site_form_after_hours_becomes_a_case(walk: EnergyWalk) -> None:
    """SKE-1.1.1, SKE-1.3"""
    walk.clock.moment = at("2025-06-02", "20:00")

    walk.tell_office(
        "site.feedback",
        kind="complaint",
        applicant_kind="person",
        full_name="Ахметов Серик",
        address="г. Петропавловск, ул. Сутюшева, 3",
        phone="+77770000001",
        email="serik@example.test",
        text="Часто отключают свет.",
        language="kk",
        external_number="S-15",
    )

    row = walk.case()
    assert (row.kind, row.language, row.subject) == ("appeal", "kk", "Часто отключают свет.")
    assert walk.holder_of("register_document") == "secretary"
    answers = {key: value for key, value in walk.usual("register_document").items() if key != "signed"}
    walk.complete("register_document", **{**answers, "kind": "complaint"})
    assert walk.document().number == "1-К/2025"
    assert [letter.channel for letter in walk.letters("appeal_registered")] == ["email"]
    assert walk.waiting() == ["pass_to_management"]


def test_ske_1_1_4_a_call_to_the_contact_centre_reaches_the_journal(walk: EnergyWalk) -> None:
    """SKE-1.1.4"""
    walk.comes("contact_centre", "operator_of_calls")
    answers = {key: value for key, value in walk.usual("record_call").items() if key != "signed"}

    walk.complete("record_call", **answers)

    assert walk.waiting() == ["register_document"]
    assert walk.holder_of("register_document") == "clerk"


def test_ske_1_only_whose_channel_it_is_opens_it(walk: EnergyWalk) -> None:
    """SKE-1.1.2, SKE-1.9"""
    with pytest.raises(ForbiddenError):
        begin_appeal("written", language="ru", by=walk.someone("res_head"))
    with pytest.raises(ForbiddenError):
        begin_appeal("site", language="ru", by=walk.someone("clerk"))


def test_ske_2_only_sevkazenergosbyt_has_the_book(walk: EnergyWalk) -> None:
    """SKE-2"""
    offered = {
        login: [each.code for each in sources_of(walk.office, {"ske_clerk"}, walk.people[login])]
        for login in ("clerk", "clerk_net")
    }

    assert offered == {"clerk": ["written", "book"], "clerk_net": ["written"]}
    with pytest.raises(ForbiddenError):
        begin_appeal("book", language="ru", by=walk.someone("clerk_net"))


def test_ske_1_4_a_mark_on_the_second_copy_demands_no_slip(walk: EnergyWalk) -> None:
    """SKE-1.4, BR-37"""
    walk.written()

    walk.complete("acknowledge", acknowledgement="mark")

    assert walk.numbers("R-TALON") == []
    assert walk.documents("talon") == []
    assert walk.waiting() == ["pass_to_management"]


def test_ske_1_5_the_management_of_that_company_considers(walk: EnergyWalk) -> None:
    """SKE-1.5, SKE-1.6, AC-07"""
    walk.written(login="clerk_net")
    walk.play("consider", acknowledge={"acknowledgement": "mark"})

    assert walk.document().number == "1-Э/2025"
    assert walk.holder_of("consider") == "management_net"
    with pytest.raises(ForbiddenError):
        complete_user_task(walk.task("consider").id, answers={}, by=walk.someone("clerk_net"))
    assert refused(walk, "consider", resolution_due="2025-06-01") == {"resolution_due"}


@pytest.mark.parametrize(
    ("login", "kind", "copied"),
    [
        *(("clerk", "claim", True), ("clerk", "complaint", True), ("clerk", "review", False)),
        *(("clerk", "proposal", False), ("clerk_net", "claim", False)),
    ],
)
def test_ske_1_7_copies_of_complaints_and_claims_of_sevkazenergosbyt_go_to_monitoring(
    walk: EnergyWalk, login: str, kind: str, copied: bool
) -> None:
    """SKE-1.7, BR-30, SKE-3: each kind is answered by the process of replies."""
    walk.written(kind, login)
    walk.play("hand_to_unit", acknowledge={"acknowledgement": "mark"})

    walk.complete("hand_to_unit", **walk.usual("hand_to_unit"))

    assert walk.waiting() == (["pass_copy"] if copied else ["give_original"])
    walk.play("draft_reply")
    assert walk.waiting() == ["draft_reply"]


def test_ske_1_6_several_executors_stand_in_the_order_of_the_resolution(walk: EnergyWalk) -> None:
    """SKE-1.6, SKE-3.3.2, BR-26"""
    walk.written()
    walk.play("consider", acknowledge={"acknowledgement": "mark"})

    walk.resolve("consider", "unit_head", "executor")

    assert facts(walk)["incoming"]["executors"] == "Тұлға unit_head, Тұлға executor"
    assert facts(walk)["incoming"]["controller"] == "Тұлға unit_head"
    assert "Тұлға unit_head, Тұлға executor" in text_of(walk, "resolution")


def branch_document(walk: EnergyWalk) -> None:
    """A complaint brought to РЭС-2 on 3 June, with the resolution of 5 June naming its head."""
    walk.clock.moment = at("2025-06-03")
    walk.comes("branch", "res_head")
    answers = walk.usual("register_document")
    walk.complete(
        "accept_at_branch", **{**answers, "kind": "complaint", "appeal_files": [walk.scan("accept_at_branch")]}
    )
    walk.complete("print_and_register", **{**answers, "kind": "complaint"})
    walk.clock.moment = at("2025-06-05")
    walk.resolve("consider", "res_head")
    walk.complete(
        "hand_to_unit", unit_head_id=str(walk.people["unit_head_net"]), visit_on="2025-06-12", signed_for=True
    )


def test_ske_1_9_and_1_10_a_branch_scans_and_the_office_registers(walk: EnergyWalk) -> None:
    """SKE-1.9, SKE-1.10"""
    walk.clock.moment = at("2025-06-03")
    walk.comes("branch", "res_head")
    answers = walk.usual("register_document")
    walk.complete("accept_at_branch", **{**answers, "appeal_files": [walk.scan("accept_at_branch")]})

    [letter] = walk.letters("branch_document")
    assert walk.sent_files(letter) == ["scan.pdf"]
    assert walk.holder_of("print_and_register") == "clerk_net"

    walk.complete("print_and_register", **answers)

    assert walk.document().number == "1-Э/2025"
    assert facts(walk)["incoming"]["branch"] == "РЭС-2"
    assert walk.holder_of("consider") == "management_net"


def test_ske_1_11_to_1_13_the_branch_gets_the_resolution_and_later_its_copy(walk: EnergyWalk) -> None:
    """SKE-1.11, SKE-1.12, SKE-1.13, T-SKE-04, BR-32"""
    branch_document(walk)
    [letter] = walk.letters("branch_resolution")
    assert (letter.recipient, letter.receipt_asked) == ("Тұлға res_head", True)
    assert walk.waiting() == ["keep_report"]
    assert walk.due("keep_report") == "2025-06-09 18:00"
    assert walk.document().transferred_at is None

    walk.report("branch_resolution", "read")

    assert facts(walk)["incoming"]["transferred"] == "05.06.2025"
    assert walk.waiting() == ["draft_reply"]
    walk.pass_time_to(at("2025-06-12", "09:00"))
    assert set(walk.waiting()) == {"draft_reply", "hand_copy"}
    assert walk.due("hand_copy") == "2025-06-12 18:00"
    assert refused(walk, "hand_copy", signed_for=False) == {"signed_for"}
    walk.complete("hand_copy", **walk.usual("hand_copy"))
    assert walk.handed()[-1] == ("branch_copy", "copy", "res_head", "2025-06-12")
    walk.reply()
    assert walk.case().status == "answered"


def test_ske_1_12_without_a_report_the_letter_is_repeated_or_the_branch_called(walk: EnergyWalk) -> None:
    """SKE-1.12, BR-32"""
    branch_document(walk)

    walk.report("branch_resolution", "failed")
    assert walk.waiting() == ["keep_report"]
    walk.complete("keep_report", receipt_outcome="phone", phone_note="дежурный РЭС-2")
    assert walk.document().transferred_at is None
    walk.complete("keep_report", receipt_outcome="repeat")
    assert len(walk.letters("branch_resolution")) == 2
    walk.complete(
        "keep_report",
        receipt_outcome="report",
        receipt_kind="delivered",
        receipt_on="2025-06-05",
        receipt_files=[walk.scan("keep_report", "receipt_files", "отчёт.pdf")],
    )

    assert shown(walk.document().transferred_at)[:10] == "2025-06-05"
    assert walk.waiting() == ["draft_reply"]


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize(
    ("kind", "annex", "titles"),
    [
        ("application", "annex_1", ["ӨТІНІШ/ЗАЯВЛЕНИЕ"]),
        ("claim", "annex_2", ["ШАҒЫМ/_АРЫЗ_", "ЖАЛОБА/_ПРЕТЕНЗИЯ_"]),
        ("review", "annex_3", ["_ПІКІР_/ҰСЫНЫС", "_ОТЗЫВ_/ПРЕДЛОЖЕНИЕ"]),
    ],
)
def test_ske_a1_to_a3_an_annex_is_printed_line_by_line(
    walk: EnergyWalk, kind: str, annex: str, titles: list[str]
) -> None:
    """SKE-A1, SKE-A1.1, SKE-A1.2, SKE-A1.6, SKE-A1.7, SKE-A1.8, SKE-A1.9, SKE-A1.10, SKE-A1.12, SKE-A2, SKE-A2.1,
    SKE-A2.2, SKE-A2.7, SKE-A2.8, SKE-A2.9, SKE-A2.10, SKE-A2.11, SKE-A2.12, SKE-A2.14, SKE-A3, SKE-A3.1, SKE-A3.2,
    SKE-A3.6, SKE-A3.7, SKE-A3.8, SKE-A3.9, SKE-A3.10, SKE-A3.11, SKE-A3.12, SKE-A3.14, SKE-1.1.2, BR-39"""
    substance = "Прошу перерасчёт. " * 84
    walk.written(kind, substance=substance, email="", addressee="Сериков А. Б.", signatory="Иванова А. П.")

    said = text_of(walk, annex)

    assert walk.documents({"annex_1": "annex_2"}.get(annex, "annex_1")) == []
    body = lines(said)
    assert body[:3] == ["АҚ/ЖШС Бас директорына", "Генеральному директору АО/ТОО", "Т.А.Ә./Ф.И.О. Сериков А. Б."]
    order = ["тұтынушы/от потребителя", "мекен-жайы/по адресу", "телефоны/телефон", "эл. пошта/эл. почта", *titles]
    order += ["Қажетін сызу/ Нужное подчеркнуть"] if annex != "annex_1" else []
    order += ["Прошу перерасчёт.", "М.О./М.П.", "«02» июня 2025 г."]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    assert said.count("Прошу перерасчёт.") == 84
    assert "подпись · Ф.И.О." in said
    assert "Иванова А. П." in said
    assert walk.document().heading == ""
    assert HOUSEHOLD["full_name"] in said


def test_ske_1_3_a_task_of_a_company_waits_for_all_of_its_clerks_and_for_no_others(walk: EnergyWalk) -> None:
    """SKE-1.3, SKE-1.5: whoever of the company's office is free takes it."""
    walk.written("claim")
    walk.play("pass_to_management", acknowledge={"acknowledgement": "mark"})
    task = walk.task("pass_to_management")
    lists = {}
    for login in ("clerk", "clerk_2", "clerk_net", "secretary"):
        who = walk.someone(login)
        found = work_list(who.id, who.office_id, sorted(who.roles), WorkFilter(view="free"), personal=True)
        lists[login] = [row.id for row in found.rows]

    assert (task.role, task.assignee_id) == ("ske_clerk@sbyt", None)
    assert lists == {"clerk": [task.id], "clerk_2": [task.id], "clerk_net": [], "secretary": []}
    with pytest.raises(ForbiddenError):
        claim(task.id, by=walk.someone("clerk_net"))
    with pytest.raises(NotHolderError):
        delegate(task.id, to=walk.people["clerk_net"], by=walk.someone("clerk"))
    delegate(task.id, to=walk.people["clerk_2"], by=walk.someone("clerk"))
    assert open_task(task.id, by=walk.someone("clerk_2")).page.role_name.ru == (
        "Сотрудник канцелярии ДП, ТОО «Севказэнергосбыт»"
    )
    walk.complete("pass_to_management", passed_on=True)
    assert walk.holder_of("consider") == "management_sbyt"


def test_ske_1_6_the_management_is_told_once_of_a_reply_at_risk_and_once_of_one_that_is_overdue(
    walk: EnergyWalk,
) -> None:
    """SKE-1.6, SKE-3.2: registered on 2025-06-02, due by the Law on 2025-06-17, at risk from 2025-06-10."""
    walk.written("claim")
    told = walk.controlled("2025-06-09", "2025-06-10", "2025-06-11", "2025-06-17", "2025-06-18", "2025-06-19")

    assert list(told.values()) == [(0, None), (1, False), (0, False), (0, False), (1, True), (0, True)]
    letters = [each for each in walk.post.mails if each.subject == "Контроль сроков ответа на обращения"]
    assert [each.address for each in letters] == [
        f"management_{company}@example.test" for company in ("company", "sbyt", "net")
    ] * 2
    assert "отсутствие ответа считается отказом" in letters[-1].text
    assert "1-С/2025" in letters[0].text
