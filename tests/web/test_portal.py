"""A citizen files on the portal, gets a talon and follows her matter to its end, without an account or JavaScript."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.models import Appeal, Applicant, Case, Message
from app.models.database import reading
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.bodies import words
from tests.portal import HOME, Citizen
from tests.reception import at
from tests.site import site_over


@pytest.fixture
def walk(database_url: str) -> Iterator[AppealWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        yield walk


@pytest.fixture
def she(walk: AppealWalk, database_url: str) -> Citizen:
    return Citizen(site_over(database_url), walk)


def test_kst_src_3_what_is_filed_on_the_portal_is_registered_and_routed(she: Citizen, walk: AppealWalk) -> None:
    """KST-SRC-3: filed, numbered, followed, registered; of the secret only a hash is kept, nothing in an address."""
    checked = she.fill()
    page = words(she.get(f"{HOME}/file/application/check"))
    case_id = she.file()
    entered = she.enter()
    with reading() as session:
        phone = session.scalars(select(Applicant.phone)).one()
    walk.finish(mark_type={"type_mark": "electronic_only"})

    assert (checked.status_code, checked.headers["Location"]) == (303, f"{HOME}/file/application/check")
    assert "Ахметова Сауле Ерлановна" in page
    assert "Коммунальное хозяйство" in page
    with reading() as session:
        row = session.get_one(Appeal, case_id)
        case = session.get_one(Case, case_id)
    assert (row.source, row.medium, row.external_number) == ("portal", "electronic", "QOS-2025-000001")
    assert (phone, case.language) == ("+77011234567", "ru")
    assert case.status == "registered_and_routed"
    assert entered.headers["Location"] == she.place
    assert "направлено органу" in she.follow()
    assert she.filing().answers == {}
    assert she.secret.replace("-", "") not in str(vars(she.filing()))


def test_a_double_send_files_once_and_shows_the_same_talon(she: Citizen, walk: AppealWalk) -> None:
    she.fill()
    first, second = she.send(), she.send()
    she.talon()
    seen = (she.number, she.secret)

    she.talon()
    she.work()

    assert (first.status_code, second.status_code) == (303, 303)
    assert (she.number, she.secret) == seen
    assert walk.cases("appeal") == [she.filing().case_id]
    with reading() as session:
        sent = session.scalars(select(Message).where(Message.name == "portal.appeal")).all()
    assert [(each.status, "Ахметова" in str(each.payload)) for each in sent] == [("delivered", False)]


def test_the_talon_opens_her_page_however_it_is_typed_and_nothing_else_does(she: Citizen) -> None:
    """No address holds the secret; another number, another secret and no secret all get the same answer."""
    she.file()
    typed = she.secret.lower().replace("-", " ").replace("0", "o").replace("1", "i").replace("B", "В")

    entered = she.enter(number=she.number.lower(), secret=typed)
    stranger = Citizen(she.app, she.walk, number=she.number, secret="0000-0000-0000-0000-0000")
    wrong = [stranger.enter(), stranger.enter(number="QOS-2025-999999"), stranger.enter(secret=she.number)]

    assert entered.status_code == 303
    assert "Ахметова" not in she.follow()
    assert "А•••" in she.follow()
    assert [each.status_code for each in wrong] == [422, 422, 422]
    assert len({words(each).replace("999999", "000001") for each in wrong}) == 1
    assert "Введите талон" in words(stranger.get(she.place))
    assert she.secret not in "".join(map(str, (entered.headers["Location"], she.place)))
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert f"Path={she.place}" in cookie


def test_guessing_talons_is_stopped_by_address_and_by_number(she: Citizen) -> None:
    she.file()
    guesses = [she.enter(secret=f"{n:020d}").status_code for n in range(21)]
    other = Citizen(she.app, she.walk)
    numbers = [other.enter(number=f"QOS-2025-{n:06d}", secret="x").status_code for n in range(31)]

    assert set(guesses[:20]) == {422}
    assert guesses[20] == 429
    assert set(numbers[:30]) == {422}
    assert numbers[30] == 429
