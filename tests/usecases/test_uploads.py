"""Uploads to a form: each field takes what it says, and nothing goes around its rule."""

import io
from collections.abc import Iterator
from datetime import date

import pytest

from app.usecases.cases import open_case
from app.usecases.files import UploadRefusedError, upload
from tests.reception import Walk, at, kostanay

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
PDF += b"trailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def walk(database_url: str) -> Iterator[Walk]:
    """A request that is being recorded: its form has one field for files, which takes PDF, DOCX and pictures."""
    with kostanay(database_url, at("2025-06-03")) as walk:
        walk.case_id = open_case(
            process_key="personal_reception",
            kind="personal_reception",
            language="ru",
            by=walk.actor("reception_coordinator"),
        )
        yield walk


def sent(walk: Walk, name: str, content: bytes, field: str, element: str = "record_request") -> int:
    by = walk.actor("reception_coordinator")
    return upload(walk.task(element).id, name, io.BytesIO(content), field=field, by=by)


def test_the_only_field_for_files_need_not_be_named(walk: Walk) -> None:
    assert sent(walk, "passport.pdf", PDF, "") != sent(walk, "passport.pdf", PDF, "request_files")


@pytest.mark.parametrize("field", ["", "request_files"])
def test_the_rule_of_the_field_holds_whether_it_is_named_or_not(walk: Walk, field: str) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        sent(walk, "notes.txt", "Құжат".encode(), field)

    assert ".pdf, .docx" in refused.value.text.ru


def test_a_field_that_the_form_does_not_have_takes_nothing(walk: Walk) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        sent(walk, "passport.pdf", PDF, "other")

    assert "request_files" in refused.value.text.ru


def test_a_form_without_a_field_for_files_takes_none(walk: Walk) -> None:
    walk.reception_day(date(2025, 6, 27))
    walk.start()
    walk.play("register_and_notify_applicant")

    with pytest.raises(UploadRefusedError):
        sent(walk, "passport.pdf", PDF, "", element="register_and_notify_applicant")
