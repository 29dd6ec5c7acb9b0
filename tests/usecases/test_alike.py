"""People are found in the database while they are typed, through an index."""

from collections.abc import Iterator
from itertools import product
from typing import Final

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql

from app.domain import clock
from app.domain.names import sort_key
from app.domain.same_person import Described, search_keys
from app.models import Applicant, CardBase
from app.models.database import reading
from app.records.alike import alike, candidates
from app.usecases.transaction import transaction
from tests.conftest import MIGRATIONS, Databases
from tests.usecases.small_office import OFFICE, opened

KAIRAT: Final = ("Жұмабаев Қайрат Оразұлы", "87017325540", "Қостанай, Тәуелсіздік 41-7")
SAULE: Final = ("Жұмабаева Сәуле Болатқызы", "87017325540", "Қостанай, Тәуелсіздік 41-7")
ANDREI: Final = ("Кузнецов Андрей Викторович", "87026614935", "Тобыл, ул. Школьная 4")
ERLAN: Final = ("Мұхамеджанов Ерлан Тұрсынұлы", "87472218873", "Аулиекөл, Байтұрсынов 30")
SYLLABLES: Final = ("Ба", "Де", "Го", "Жу", "Ки", "Ла", "Мо", "На", "Ру", "Са", "Те", "Ша")


@pytest.fixture(scope="module", autouse=True)
def office(database_url: str) -> Iterator[None]:
    """Four people whom the stories ask for, among some thousands of others."""
    with opened(database_url):
        with transaction() as session:
            session.add_all(applicant(*each) for each in (KAIRAT, SAULE, ANDREI, ERLAN))
            others = (
                f"{one}{two.lower()}{three.lower()}нов {name}"
                for one, two, three, name in product(SYLLABLES, SYLLABLES, SYLLABLES, ("Самат", "Болат", "Олжас"))
            )
            rows = [known(name, f"8705{n:07}", f"Рудный, Ленина {n}") for n, name in enumerate(others)]
            session.execute(insert(Applicant), [row | {"keys": keys_of(row)} for row in rows])
            session.execute(text("SELECT gin_clean_pending_list('ix_applicant_keys')"))
            session.execute(text("ANALYZE applicant"))
        yield


def known(name: str, phone: str, address: str) -> dict[str, str]:
    """The columns of an applicant."""
    return {
        "office_id": OFFICE,
        "kind": "person",
        "full_name": name,
        "sort_key": sort_key(name),
        "phone": phone,
        "address": address,
        "language": "kk",
    }


def applicant(name: str, phone: str, address: str) -> Applicant:
    return Applicant(**known(name, phone, address))


def keys_of(row: dict[str, str]) -> list[str]:
    return search_keys(Described(row["full_name"], None, row["phone"], None, row["address"]))


def found(full_name: str = "", *, phone: str = "", address: str = "") -> list[str]:
    """The names that are shown for what is typed."""
    with reading() as session:
        wanted = Described(full_name, phone=phone, address=address)
        return [each.row.full_name for each in alike(session, wanted, office_id=OFFICE, among=Applicant)]


@pytest.mark.parametrize(
    ("typed", "person"),
    [
        ("Жумабаев Кайрат", KAIRAT),
        ("Zhumabayev Kairat", KAIRAT),
        ("Қайрат Жұмабаев", KAIRAT),
        ("Жумабаев Ка", KAIRAT),
        ("Жумабаев К.", KAIRAT),
        ("Жумабева Сауле", SAULE),
        ("Кузенцов Андрей", ANDREI),
        ("Kuznetsov A.", ANDREI),
        ("Мухаммеджанов", ERLAN),
        ("Мухамеджнов Ерлан Турсунович", ERLAN),
    ],
)
def test_a_name_is_found_in_any_spelling_and_before_it_is_whole(typed: str, person: tuple[str, str, str]) -> None:
    """KST-REG-5, KST-S01.3"""
    assert found(typed)[0] == person[0]


def test_the_telephone_or_the_flat_alone_finds_everybody_who_has_it() -> None:
    """KST-REG-5"""
    couple = {KAIRAT[0], SAULE[0]}

    assert set(found(phone="+7 (701) 732-55-40")) == set(found(address="ул. Независимости, д. 41, кв. 7")) == couple


def test_who_agrees_most_comes_first_and_it_is_said_why() -> None:
    """KST-S01.3"""
    wanted = Described("Жумабаева Сауле", phone="8 701 732 55 40")

    with reading() as session:
        first, second = alike(session, wanted, office_id=OFFICE, among=Applicant)

    assert (first.row.full_name, first.resemblance.same) == (SAULE[0], True)
    assert first.resemblance.why.kk == "аты-жөні бірдей; телефоны бірдей"
    assert not second.resemblance.same
    assert "another name" in second.resemblance.why.en


def test_nothing_typed_and_nobody_like_it_find_nobody() -> None:
    assert found() == found("Щукин Яромир") == []


def test_another_office_sees_nobody_of_ours() -> None:
    with reading() as session:
        assert alike(session, Described("Жумабаев Кайрат"), office_id="another", among=Applicant) == []


def test_who_is_changed_is_found_by_what_she_is_now() -> None:
    with transaction() as session:
        row = session.scalars(select(Applicant).where(Applicant.full_name == ANDREI[0])).one()
        row.phone = "87770001122"

    assert found(phone="8 777 000 11 22") == [ANDREI[0]]
    assert found(phone=ANDREI[1]) == []


def test_base_sections_of_cards_are_found_in_the_same_way() -> None:
    """KST-REG-5, KST-REG-6"""
    with transaction() as session:
        given = {key: value for key, value in known(*ERLAN).items() if key != "language"}
        session.add(CardBase(**given, made_at=clock.now()))

    with reading() as session:
        (only,) = alike(session, Described("Mukhamedzhanov Yerlan"), office_id=OFFICE, among=CardBase)

    assert only.row.full_name == ERLAN[0]


def test_who_was_there_before_the_keys_is_found_after_the_upgrade(databases: Databases, migrated_template: str) -> None:
    url = databases.create(template=migrated_template)
    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.downgrade(configuration, "0025")
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO office (id, name_kk, name_ru, name_en, zone, settings) VALUES ('o', '', '', '', 'UTC', '{}')"
        )
        connection.execute(
            "INSERT INTO applicant (office_id, kind, full_name, sort_key, phone, language)"
            " VALUES ('o', 'person', 'Жұмабаев Қайрат', '', '87017325540', 'kk')"
        )

    command.upgrade(configuration, "head")

    with psycopg.connect(url) as connection:
        (keys,) = connection.execute("SELECT keys FROM applicant").fetchone() or ([],)
    assert keys == search_keys(Described("Жумабаев Кайрат", phone="+7 701 732 55 40"))
    databases.drop(url)


@pytest.mark.parametrize(
    "typed",
    [
        Described("Мухамеджанов"),
        Described("Мухамеджанов Ер"),
        Described("", phone="87472218873"),
        Described("Мухамеджанов Ерлан", "850101300015", "87472218873", "e@mail.test"),
        Described("", address="Аулиеколь, Байтурсынова 30"),
    ],
)
def test_the_index_answers_not_a_look_at_every_row(typed: Described) -> None:
    statement = candidates(typed, office_id=OFFICE, among=Applicant)
    compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})

    with reading() as session:
        plan = "\n".join(session.scalars(text(f"EXPLAIN {compiled}".replace(":", "\\:"))))

    assert "Bitmap Index Scan on ix_applicant_keys" in plan
    assert "Seq Scan" not in plan
