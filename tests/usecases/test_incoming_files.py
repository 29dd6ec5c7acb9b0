"""A file of appeals: every row shown first, all of it or nothing, and a second time nothing."""

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app import installation
from app.cli import main
from app.config import Settings
from app.domain.texts import Language
from app.models import Case, File, IntakeBatch
from app.models.database import reading
from app.page.texts import say
from app.records.files import content_of, store
from app.records.incoming import read_incoming
from app.usecases import housekeeping, incoming_files
from app.usecases.access import ForbiddenError
from app.usecases.incoming import take_appeals
from app.usecases.incoming_files import ColumnsMissingError, FileWrongError, confirm, lay_before, look_at
from app.usecases.jobs import perform
from app.usecases.leases import lease_due
from app.usecases.published import NotFoundError
from app.usecases.transaction import transaction
from tests.appeals import AppealWalk, appeals_of_kostanay
from tests.reception import at
from tests.site import site_over
from tests.tables import xlsx
from tests.web.test_reception import Browser, page, select_all, words

HEAD = ("Номер", "Заявитель", "ИИН", "Телефон", "Язык", "Дата", "Текст")


def row(number: str, **changes: str) -> list[str]:
    cells = dict(
        zip(
            HEAD,
            (number, "Роза Ахметова", "580312300124", "87011112233", "қаз", "02.06.2025", "Жол нашар."),
            strict=True,
        )
    )
    return list((cells | changes).values())


def csv_of(rows: Sequence[Sequence[str]]) -> bytes:
    return "\n".join(";".join(each) for each in [HEAD, *rows]).encode()


@pytest.fixture
def walk(database_url: str) -> Iterator[AppealWalk]:
    """Monday 2 June 2025 in Kostanay."""
    with appeals_of_kostanay(database_url, at("2025-06-02")) as walk:
        yield walk


def cases() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case)) or 0


def imported(walk: AppealWalk, content: bytes, name: str = "egov.csv") -> incoming_files.Progress:
    by = walk.actor("intake_officer")
    batch = lay_before(name, content, "egov", by=by)
    confirm(batch, by=by)
    confirm(batch, by=by)  # a second click
    walk.work()
    return look_at(batch, by=by)[0]


def test_kst_src_3_a_file_of_egov_becomes_appeals_and_a_second_time_nothing(walk: AppealWalk) -> None:
    """KST-SRC-3"""
    rows = [row(f"ЗТ-{n}") for n in range(30)]
    sheet = xlsx(
        [HEAD, *rows[:29], [*rows[29][:2], 580312300124, 87011112233, "kk", 45810, "Жол нашар."]],
        dates=frozenset({"F31"}),
    )

    first = imported(walk, csv_of(rows))
    again = [imported(walk, csv_of(rows)), imported(walk, sheet, "egov.xlsx")]

    assert (first.status, first.total, first.done, first.new) == ("done", 30, 30, 30)
    assert [(each.status, each.new) for each in again] == [("done", 0), ("done", 0)]
    assert cases() == 30
    walk.case_id = walk.cases()[0]
    assert (walk.appeal().external_number, walk.case().language) == ("ЗТ-0", "kk")
    assert walk.waiting() == ["enter_in_journal"]


def test_a_row_with_errors_keeps_everything_out_and_is_told_at_its_cell(walk: AppealWalk) -> None:
    by = walk.actor("intake_officer")
    imported(walk, csv_of([row("1")]))
    wrong = [row("1"), row("2", ИИН="12"), row("2"), row("1", Текст="Другое."), row("3", Заявитель="")]

    batch = lay_before("egov.csv", csv_of(wrong), "egov", by=by)
    _, seen = look_at(batch, by=by)
    with pytest.raises(FileWrongError):
        confirm(batch, by=by)

    assert [(each.line, each.state, sorted(each.errors)) for each in seen.rows] == [
        (2, "here", []),
        (3, "wrong", ["iin"]),
        (4, "wrong", ["external_number"]),
        (5, "wrong", ["external_number"]),
        (6, "wrong", ["full_name"]),
    ]
    assert cases() == 1


def test_a_worker_that_dies_within_a_file_leaves_the_rest_to_the_next(
    walk: AppealWalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise RuntimeError

    by = walk.actor("intake_officer")
    batch = lay_before("egov.csv", csv_of([row(str(n)) for n in range(60)]), "egov", by=by)
    confirm(batch, by=by)
    (job,) = [each for each in lease_due("dies") if each.name == "import_appeals"]
    perform(job, walk.outgoing)
    between = look_at(batch, by=by)[0]

    with monkeypatch.context() as broken:
        broken.setattr(housekeeping, "take_some", die)
        walk.work()
    walk.clock.moment = at("2025-06-02", "10:01")
    walk.work()

    assert (between.status, between.done) == ("running", 25)
    assert look_at(batch, by=by)[0].status == "done"
    assert cases() == 60


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_file_may_be_headed_as_the_page_heads_it(language: Language) -> None:
    headings = incoming_files.HEADINGS.items()

    assert [f for f, known in headings if say(language, f"intake.{f}").casefold() not in (f, *known)] == []


def test_columns_that_are_needed_and_the_right_to_take_appeals_are_demanded(walk: AppealWalk) -> None:
    with pytest.raises(ColumnsMissingError) as missing:
        lay_before("a.csv", "Номер;ИИН\n1;2\n".encode(), "egov", by=walk.actor("intake_officer"))
    with pytest.raises(ForbiddenError):
        lay_before("a.csv", csv_of([row("1")]), "egov", by=walk.actor("leadership"))

    assert "full_name, text" in missing.value.text.ru


def test_the_officer_chooses_a_file_sees_its_rows_and_takes_them(walk: AppealWalk, database_url: str) -> None:
    app = site_over(database_url)
    app.config["WTF_CSRF_ENABLED"] = False
    browser = Browser(app, walk)
    begin = page(browser.get("/intake/import", "intake_officer"))
    sent = upload(browser, csv_of([row("1"), row("2", Телефон="12")]))
    wrong = page(browser.get(sent, "intake_officer"))
    refused = browser.post(sent, {}, "intake_officer")
    right = upload(browser, csv_of([row("1"), row("2")]))
    before = page(browser.get(right, "intake_officer"))

    taken = browser.post(right, {}, "intake_officer")
    walk.pass_time_to(at("2025-06-02", "10:05"))
    after = page(browser.get(right, "intake_officer", "kk"))

    assert [each.get("value") for each in select_all(begin, "#source option")] == ["egov", "president_reception"]
    assert "Проверьте номер телефона" in words(wrong)
    assert (refused.status_code, taken.status_code) == (422, 303)
    assert "Внести обращений: 2" in words(before)
    assert "2 жолдың 2 қаралды, жаңа іс: 2" in words(after)


def upload(browser: Browser, content: bytes) -> str:
    browser.get("/tasks", "intake_officer")
    client = browser.app.test_client()
    client.set_cookie("qabyldau", "intake_officer")
    answer = client.post("/intake/import", data={"source": "egov", "file": (io.BytesIO(content), "egov.csv")})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_the_command_line_shows_a_file_or_takes_it(
    walk: AppealWalk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def here(_: object) -> Iterator[Settings]:
        yield Settings(secret_key="k" * 32)

    monkeypatch.setattr(installation, "opened", here)
    file = tmp_path / "egov.csv"
    file.write_bytes(csv_of([row("1"), row("2")]))
    line = ["appeals", "import", str(file), "--office", "kostanay", "--source", "egov", "--by", "intake_officer"]

    looked = main(line)
    taken = main([*line, "--yes"])
    walk.work()
    file.write_bytes(csv_of([row("3", ИИН="1")]))
    wrong = main(line)

    said = capsys.readouterr()
    assert (looked, taken, wrong) == (0, 0, 1)
    assert "Новых: 2, уже есть: 0" in said.out
    assert f"{file}:2: iin:" in said.err
    assert cases() == 2
    with reading() as session:
        assert session.scalar(select(IntakeBatch.status).where(IntakeBatch.status == "running")) is None


def test_a_number_that_came_another_way_meanwhile_keeps_no_other_row_out(walk: AppealWalk) -> None:
    by = walk.actor("intake_officer")
    batch = lay_before("egov.csv", csv_of([row("1"), row("2")]), "egov", by=by)
    confirm(batch, by=by)
    other = read_incoming({"external_number": "1", "full_name": "Ким Олег", "text": "Другое."})[0]
    take_appeals("egov", [other], by=by)

    walk.work()

    progress, seen = look_at(batch, by=by)
    assert (progress.status, progress.done, progress.new) == ("done", 2, 1)
    assert [each.state for each in seen.rows] == ["wrong", "here"]


def test_a_file_that_nobody_lets_in_is_forgotten_after_a_week(walk: AppealWalk) -> None:
    """It holds names and addresses; the same content that somebody stores meanwhile stays whole."""
    by = walk.actor("intake_officer")
    batch = lay_before("egov.csv", csv_of([row("1")]), "egov", by=by)
    walk.clock.moment = at("2025-06-10")

    with ThreadPoolExecutor(1) as sweeper, transaction() as session:
        text = {"name": "b.csv", "media_type": "text/csv", "now": walk.now}
        kept = store(session, office_id="kostanay", content=csv_of([row("1")]), **text).sha256
        swept = sweeper.submit(housekeeping.sweep)
        wait([swept], timeout=0.5)
    swept.result()

    with pytest.raises(NotFoundError):
        look_at(batch, by=by)
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(File)) == 1
        assert b"".join(content_of(session, kept)) == csv_of([row("1")])
