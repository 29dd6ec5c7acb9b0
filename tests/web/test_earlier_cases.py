"""What the page of a task tells of the applicant's earlier cases."""

from collections.abc import Iterator

import pytest

from tests.reception import at, kostanay
from tests.site import site_over
from tests.web.test_reception import Browser
from tests.web.test_visit import words


@pytest.fixture
def office(database_url: str) -> Iterator[Browser]:
    """The office on 12 March 2025."""
    with kostanay(database_url, at("2025-03-12")) as walk:
        yield Browser(site_over(database_url), walk)


def test_the_preparer_sees_what_agrees_and_what_is_doubtful(office: Browser) -> None:
    """KST-S01.3: the first name is another spelling of hers, the second of a namesake with other contacts."""
    other = {"phone": "", "email": "", "address": "Рудный қ., Ленин к., 1"}
    office.walk.start(full_name="Досмагамбетов Ержан Кайратович")
    office.walk.start(full_name="Досмағамбетов Ержан", **other)
    office.walk.start()

    task = office.walk.task("clarify_request")
    page = words(office.get(f"/tasks/{task.id}", role="reception_preparer"))

    assert "(имя совпадает; тот же телефон; та же электронная почта; тот же адрес; отчество совпадает)" in page
    assert "(имя совпадает; адрес другой; проверьте)" in page
    assert "Прежнее обращение только устанавливается" in page
