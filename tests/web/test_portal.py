"""A citizen files on the portal, gets a talon and follows her matter to its end, without an account or JavaScript."""

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain import clock
from app.models import Appeal, Applicant, Case, File, FileChunk, Message, PortalFiling
from app.models.database import reading
from app.queries.portal_desk import portal_of_case
from app.usecases import portal_desk
from app.usecases import portal_drafts as drafts
from app.usecases.housekeeping import sweep
from app.usecases.task_forms import open_task
from app.usecases.transaction import transaction
from tests.bodies import words
from tests.portal import HOME, Citizen
from tests.reception import at
from tests.replies import ReplyWalk, replies_of_kostanay
from tests.site import heard, site_over

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


@pytest.fixture
def walk(database_url: str) -> Iterator[ReplyWalk]:
    """Monday 2 June 2025, ten in the morning."""
    with replies_of_kostanay(database_url, at("2025-06-02")) as walk:
        yield walk


@pytest.fixture
def she(walk: ReplyWalk, database_url: str) -> Citizen:
    return Citizen(site_over(database_url), walk)


def test_kst_src_3_what_is_filed_on_the_portal_is_registered_and_routed(she: Citizen, walk: ReplyWalk) -> None:
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
    assert case.status == "running"
    assert entered.headers["Location"] == she.place
    assert "Обращение рассматривается" in she.follow()
    assert she.filing().answers == {}
    assert she.secret.replace("-", "") not in str(vars(she.filing()))


def test_a_double_send_files_once_and_shows_the_same_talon(she: Citizen, walk: ReplyWalk) -> None:
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


def test_only_what_was_checked_is_filed(she: Citizen, walk: ReplyWalk) -> None:
    """She checks in one window, changes the text in another and sends from the first: it asks her to check again."""
    she.fill()
    key = re.search(r'name="key" value="([^"]+)"', she.get(f"{HOME}/file/application/check").text)
    she.fill(substance="Совсем о другом: во дворе яма, в которую упал ребёнок.")

    stale = she.post(f"{HOME}/file/application/send", seen_at=HOME, key=key[1] if key else "")
    asked = words(she.get(stale.headers["Location"]))

    assert walk.cases("appeal") == []
    assert "После проверки текст изменился." in asked
    assert "упал ребёнок" in asked
    assert she.send().status_code == 303
    she.work()
    assert len(walk.cases("appeal")) == 1


def test_what_is_saved_while_it_is_filed_stays_out_of_the_filed_row(she: Citizen) -> None:
    she.fill()
    browser = she.client.get_cookie("portal-draft", path=f"{HOME}/file/application").value
    typed = {"substance": ["Ещё слово."]}

    with ThreadPoolExecutor(1) as other, transaction() as session:
        row = session.scalars(select(PortalFiling).with_for_update()).one()
        late = other.submit(drafts.keep, "kostanay", "application", browser, typed, language="ru", address="")
        wait([late], timeout=0.5)
        row.filed_at, row.answers = clock.now(), {}

    assert late.result() != browser
    with reading() as session:
        assert [bool(each.answers) for each in session.scalars(select(PortalFiling).order_by(PortalFiling.id))] == [
            *(False, True),
        ]


def test_a_text_that_is_too_long_is_refused_and_not_replaced_by_the_one_before(she: Citizen) -> None:
    she.fill()

    refused = she.fill(substance="Очень длинно. " * 4000)

    assert refused.status_code == 422
    assert "Очень длинно. Очень длинно." in refused.text


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


def test_what_was_typed_survives_an_error_and_files_stay(she: Citizen) -> None:
    """A refused form keeps every word; the file stays; an emptied browser begins anew."""
    attached = (io.BytesIO(PDF), "счёт.pdf")
    refused = she.fill(address="", files=attached)
    kept = she.get(f"{HOME}/file/application").text
    other = Citizen(she.app, she.walk).get(f"{HOME}/file/application").text

    assert refused.status_code == 422
    assert "Введите адрес" in words(refused)
    assert "не горит фонарь" in kept
    assert "счёт.pdf" in kept
    assert "не горит фонарь" not in other


def test_what_was_not_filed_is_forgotten_with_its_files_and_what_was_filed_stays(she: Citizen) -> None:
    she.file(files=(io.BytesIO(PDF), "счёт.pdf"))
    Citizen(she.app, she.walk).fill(files=(io.BytesIO(PDF + b"%"), "другой.pdf"))
    with transaction() as session:
        session.execute(update(PortalFiling).values(saved_at=clock.wall() - timedelta(days=8)))

    sweep()

    with reading() as session:
        assert [each.number for each in session.scalars(select(PortalFiling))] == [she.number]
        assert [each.name for each in session.scalars(select(File))] == ["счёт.pdf"]
        assert session.scalar(select(func.count()).select_from(FileChunk)) == 1


def test_the_office_asks_and_she_answers_with_a_file(she: Citizen, walk: ReplyWalk) -> None:
    case_id = she.file()
    portal_desk.ask(case_id, "Пришлите фото фонаря.", by=walk.actor("registrar"))
    walk.work()
    she.enter()
    asked = she.follow()

    answered = she.act("write", text="Вот фото.", file=(io.BytesIO(PDF), "фонарь.pdf"))

    assert "нужны сведения" in asked
    assert "Пришлите фото фонаря." in asked
    assert f"https://reception.example{she.place}" in walk.post.mails[-1].text
    assert she.secret not in walk.post.mails[-1].text
    assert answered.status_code == 303
    assert "Вот фото." in she.follow()
    assert [row.who for row in portal_of_case(case_id, "kostanay").talk] == ["Тұлға registrar", ""]
    assert [name for name, _ in walk.documents("attachment")] == ["None фонарь.pdf"]


def test_she_takes_it_back_after_a_question_and_the_case_is_closed(she: Citizen, walk: ReplyWalk) -> None:
    """KST-TASK-1.7: asked first, done once; nothing waits for the office any more."""
    case_id = she.file()
    she.enter()
    asked = words(she.get(f"{she.place}/withdraw"))

    done = [she.post(f"{she.place}/withdraw", reason="Фонарь починили.").status_code for _ in range(2)]
    she.work()

    assert f"Отозвать обращение № {she.number}?" in asked
    assert done[0] == 303
    assert (walk.case().status, walk.ended()[-1]) == ("withdrawn", "withdrawn")
    assert walk.waiting() == []
    assert "отозвано по вашему желанию" in she.follow()
    assert portal_of_case(case_id, "kostanay").withdrawal_reason == "Фонарь починили."


def test_the_term_explains_itself_and_reminds_her(she: Citizen, walk: ReplyWalk) -> None:
    """KST-LAW-1: fifteen working days; on the morning of that day a letter comes."""
    she.file()
    walk.play("fill_parameters")
    she.enter()
    seen = she.follow()

    she.act("remind")
    walk.pass_time_to(at("2025-06-24", "12:00"))

    assert "Ответ должен быть не позднее: вторник, 24 июня 2025" in seen
    assert "пт 06.06 (Курбан айт)" in seen
    assert "KST-LAW" not in seen
    assert "пятнадцать рабочих дней" in seen
    assert "Сегодня истекает срок" in walk.post.mails[-1].text
    walk.pass_time_to(at("2025-06-25", "12:00"))
    late = she.follow()
    assert "Срок ответа истёк" in late
    assert "трёх месяцев" in words(she.get(f"{HOME}/disagree"))


def test_she_sees_what_the_answer_says_and_judges_it(she: Citizen, walk: ReplyWalk) -> None:
    """KST-TASK-1.2: the answer in plain words, and where to complain; her mark stays with the case."""
    case_id = she.file()
    she.enter()
    early = she.act("rate", mark="5")
    walk.finish(mark_type={"type_mark": "electronic_only"})
    walk.complete("follow_consideration", **walk.usual("follow_consideration"))

    answered = she.follow()
    without = she.act("rate")
    rated = she.act("rate", mark="4", words="Быстро.")

    assert "Ваша просьба удовлетворена." in answered
    assert (early.status_code, without.status_code, rated.status_code) == (409, 422, 303)
    assert "Ваша оценка: 4" in she.follow()
    assert portal_of_case(case_id, "kostanay").rating == 4


def test_a_lost_talon_gets_a_new_secret_at_the_known_address_only(she: Citizen, walk: ReplyWalk) -> None:
    """Whoever asks gets the same answer, whether something was filed with the address or not."""
    she.file()
    before, letters = she.secret, len(walk.post.mails)

    known = she.post(f"{HOME}/lost", contact="Saule@example.test")
    unknown = she.post(f"{HOME}/lost", contact="+7 705 999 99 99")
    she.work()
    sent = walk.post.mails[letters:]
    she.secret = re.search(r"обращения № \S+: (\S+)", sent[0].text)[1]

    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert [mail.address for mail in sent] == ["saule@example.test"]
    assert [to for to, text in walk.post.texts if she.secret in text] == ["+77011234567"]
    assert she.enter(secret=before).status_code == 422
    assert she.enter().status_code == 303
    assert she.secret not in "".join(row.body for row in walk.letters("portal"))


def test_a_request_for_a_reception_begins_its_process(she: Citizen, walk: ReplyWalk) -> None:
    """KST-BOOK-2: an electronic request; the coordinator finds in her form what was typed."""
    case_id = she.file("reception")
    she.enter()
    coordinator = walk.actor("reception_coordinator")
    opened = open_task(walk.task("record_request").id, by=coordinator)
    seen = she.follow()

    typed = {each.key: each.value for each in opened.form.fields}
    chosen = next(each for each in opened.form.fields if each.key == "channel")
    assert walk.case().kind == "personal_reception"
    assert typed["full_name"] == "Ахметова Сауле Ерлановна"
    assert typed["official_requested"] == "Аким области"
    assert [each.value for each in chosen.options if each.checked] == ["egov"]
    assert "уточняем суть" in seen
    assert portal_of_case(case_id, "kostanay").number == she.number


def test_every_page_of_the_portal_speaks_kazakh_russian_and_english(she: Citizen) -> None:
    she.file()
    she.enter()
    paths = [
        "",
        "/follow",
        "/lost",
        "/disagree",
        "/figures",
        "/file/application",
        "/file/reception",
        f"/follow/{she.number}",
    ]

    for language, word in (("kk", "Өтініш"), ("ru", "бращени"), ("en", "ppeal")):
        she.client.set_cookie("language", language)
        for path in paths:
            page = she.get(f"{HOME}{path}")
            assert page.status_code == 200
            assert f'lang="{language}"' in page.text
            assert word in words(page)


def test_figures_are_published_with_small_numbers_hidden(she: Citizen, walk: ReplyWalk) -> None:
    """Six appeals of June stand there, the one about roads does not."""
    for _ in range(5):
        she.file()
    alone = words(she.get(f"{HOME}/figures"))
    she.file(nature="roads")

    page = words(she.get(f"{HOME}/figures"))

    assert "июнь 2025" in page
    assert "Коммунальноехозяйство,тепло,вода5" in alone.replace(" ", "")
    assert "скрыто" in page.partition("Дороги и транспорт")[2]


def test_a_page_of_the_portal_is_read_by_few_statements(she: Citizen, walk: ReplyWalk) -> None:
    she.file()
    walk.play("fill_parameters")
    she.enter()
    counted: dict[str, int] = {}
    for path in ("", "/figures", "/file/application", f"/follow/{she.number}"):
        with heard() as said:
            she.client.get(f"{HOME}{path}")
        counted[path] = len([each for each in said if each.lstrip().startswith(("SELECT", "WITH"))])

    assert max(counted.values()) <= 10, counted
