"""Other systems send appeals over HTTP: one or many, each number of a source once."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.domain import clock
from app.models import Applicant, Case
from app.models.database import reading
from app.usecases.tokens import create_token
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.web.test_portal_attacks import bomb

ADDRESS = "/api/v1/appeals"
ONE = {
    "external_number": "ЗТ-2025-700",
    "full_name": "Ахметова Роза Сериковна",
    "iin": "580312300124",
    "address": "г. Костанай, ул. Абая, 5",
    "phone": "8 701 111 22 33",
    "email": "roza@example.test",
    "language": "kk",
    "text": "Аулада жарық жоқ.",
}


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def attached(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": b64encode(content).decode()}


@dataclass
class Sender:
    """Another system with the token of an intake officer."""

    app: Flask
    walk: AppealWalk
    tokens: dict[str, str]

    def post(
        self, *sent: dict[str, Any], source: str = "egov", key: str = "", who: str = "intake_officer"
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.tokens[who]}", "Accept-Language": "ru"}
        if key:
            headers["Idempotency-Key"] = key
        with clock.using(self.walk.clock):
            return self.app.test_client().post(ADDRESS, json={"source": source, "appeals": list(sent)}, headers=headers)


@pytest.fixture
def sender(database_url: str) -> Iterator[Sender]:
    """Monday 2 June 2025 in Kostanay."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        app = site_over(database_url)
        tokens = {
            role: create_token("egov", last_day=None, by=walk.actor(role)).secret
            for role in ("intake_officer", "registrar")
        }
        yield Sender(app, walk, tokens)


def cases() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def pointers(answer: TestResponse) -> set[str]:
    return {each["pointer"] for each in answer.get_json()["errors"]}


def test_kst_src_3_an_appeal_of_egov_waits_for_the_journal_with_all_that_was_sent(sender: Sender) -> None:
    """KST-SRC-3, KST-TYPE-1"""
    answer = sender.post(ONE)

    (taken,) = answer.get_json()["appeals"]
    walk = sender.walk
    walk.case_id = taken["case_id"]
    row = walk.appeal()
    with reading() as session:
        applicant = session.get_one(Applicant, walk.case().applicant_id)
    assert (answer.status_code, taken["new"]) == (201, True)
    assert (row.source, row.medium, row.external_number) == ("egov", "electronic", "ЗТ-2025-700")
    assert (row.substance, walk.case().language) == ("Аулада жарық жоқ.", "kk")
    assert (applicant.full_name, applicant.phone) == ("Ахметова Роза Сериковна", "+77011112233")
    assert walk.waiting() == ["enter_in_journal"]
    walk.finish()
    assert walk.ended() == ["registered_and_routed"]


def test_kst_src_4_the_virtual_reception_of_the_president_sends_many_at_once(sender: Sender) -> None:
    """KST-SRC-4"""
    answer = sender.post(*({**ONE, "external_number": f"П-{n}"} for n in range(5)), source="president_reception")

    found = answer.get_json()["appeals"]
    assert [each["external_number"] for each in found] == [f"П-{n}" for n in range(5)]
    assert len({each["case_id"] for each in found}) == 5


def test_the_same_again_is_the_same_case(sender: Sender) -> None:
    first = sender.post(ONE, key="a")

    again = [sender.post(ONE, key="a"), sender.post(ONE), sender.post(ONE, key="b")]

    assert [each.status_code for each in again] == [200, 200, 200]
    assert {each.get_json()["appeals"][0]["case_id"] for each in again} == {
        first.get_json()["appeals"][0]["case_id"],
    }
    assert cases() == 1


def test_other_words_under_a_known_number_or_key_are_refused_and_nothing_of_the_call_is_taken(sender: Sender) -> None:
    sender.post(ONE, key="a")

    other_words = sender.post({**ONE, "external_number": "new"}, {**ONE, "text": "Другое."})
    other_call = sender.post({**ONE, "external_number": "another"}, key="a")

    assert (other_words.status_code, other_call.status_code) == (409, 422)
    assert "ЗТ-2025-700" in other_words.get_json()["detail"]
    assert cases() == 1


def test_every_wrong_value_is_told_at_its_place(sender: Sender) -> None:
    wrong = {**ONE, "iin": "111", "phone": "12", "email": "roza", "applicant_kind": "representative"}

    answer = sender.post(ONE, wrong)

    assert answer.status_code == 422
    assert pointers(answer) == {f"#/appeals/1/{name}" for name in ("iin", "phone", "email", "organisation")}
    assert cases() == 0


def test_only_the_intake_officer_sends_and_only_from_a_source_that_sends(sender: Sender) -> None:
    refused = [sender.post(ONE, who="registrar"), sender.post(ONE, source="hand"), sender.post(ONE, source="fax")]

    assert [each.status_code for each in refused] == [403, 404, 404]


def test_a_long_text_stands_whole_in_a_file(sender: Sender) -> None:
    sender.walk.case_id = sender.post({**ONE, "text": "Жол. " * 2000}).get_json()["appeals"][0]["case_id"]

    ((name, content),) = sender.walk.documents("attachment")

    assert len(sender.walk.appeal().substance) == 4000
    assert len(content.decode()) == 9999
    assert name.endswith("appeal.txt")


def test_kst_src_3_attachments_come_with_the_appeal_and_belong_to_its_words(sender: Sender) -> None:
    """KST-SRC-3: the same file again is the same appeal, another file is another."""
    files = [attached("фото фонаря.png", PNG), attached("../счёт.pdf", PDF)]
    first = sender.post({**ONE, "attachments": files}, key="a")
    again = [sender.post({**ONE, "attachments": files}, key=key).status_code for key in ("a", "b")]
    others = [
        sender.post({**ONE, "attachments": files[:1]}).status_code,
        sender.post({**ONE, "attachments": files[:1]}, key="a").status_code,
        sender.post(ONE).status_code,
    ]

    sender.walk.case_id = first.get_json()["appeals"][0]["case_id"]
    assert (first.status_code, again, others) == (201, [200, 200], [409, 422, 409])
    assert sender.walk.documents("attachment") == [("None фото фонаря.png", PNG), ("None счёт.pdf", PDF)]


def test_a_bad_attachment_is_told_at_its_place_and_nothing_is_taken(sender: Sender) -> None:
    bad = [
        attached("счёт.pdf", b"MZ\x90\x00"),
        attached("письмо.docx", bomb()),
        attached("virus.exe", b"MZ"),
        {"name": "a.pdf", "content": "не base64"},
        attached("b.pdf", PDF),
    ]

    answer = sender.post(ONE, {**ONE, "external_number": "2", "attachments": bad})
    many = sender.post({**ONE, "attachments": [attached("b.pdf", PDF)] * 11})
    large = sender.post({**ONE, "attachments": [attached("b.pdf", PDF + b"0" * 21 * 1024 * 1024)]})

    assert pointers(answer) == {
        *(f"#/appeals/1/attachments/{n}" for n in range(3)),
        "#/appeals/1/attachments/3/content",
    }
    assert pointers(many) == {"#/appeals/0/attachments"}
    assert "слишком большой" in large.get_json()["errors"][0]["message"]
    assert cases() == 0


def test_the_same_appeal_sent_by_eight_at_once_is_one_case(sender: Sender) -> None:
    both = [ONE, {**ONE, "external_number": "ЗТ-2025-701"}]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: sender.post(*(both if n % 2 else both[::-1])), range(8)))

    assert sorted(each.status_code for each in answers) == [200] * 7 + [201]
    assert cases() == 2
