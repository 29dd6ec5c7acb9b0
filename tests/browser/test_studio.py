"""The studio: a process owner adds a step in the browser, and running cases do not notice."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import PHONE, WIDE, Desk, Office
from tests.browser.test_accessibility import AXE
from tests.browser.test_one_reception import MONTHS

PROCESS = "personal_reception"
STEP = "Проверить полномочия представителя"
STEP_KK = "Өкілдің өкілеттігін тексеру"
FIELD = "Подтверждены ли полномочия"
BREACHES = "window.breaches = []; addEventListener('securitypolicyviolation', e => breaches.push(e.violatedDirective))"


def test_a_new_step_is_drawn_checked_published_run_and_taken_back(office: Office) -> None:
    """Issue: a user task with a form and a five-day term between two steps; old cases keep their version."""
    with office.desk("coordinator") as desk:
        old = begin_case(desk)

    with editor(office) as desk:
        before = newest_version(desk)
        insert_step(desk)
        assert problems(desk) > 2
        name_step(desk)
        expect(desk.page.locator("#studio-problems")).to_contain_text("казах")
        mark = desk.page.locator(".problem-mark[data-severity=error]")
        expect(mark.first).to_be_attached()
        give_role_form_and_term(desk)
        mend_kazakh(desk)
        expect(desk.page.locator("#studio-problem-count")).not_to_contain_text(re.compile("Ошибок: [1-9]"))
        number = publish(desk)
        assert number == before + 1

    with office.desk("coordinator") as desk:
        new = begin_case(desk)
        record_request(desk, new, "Жаңа Нұсқа Қызы")
        step = waiting_task(desk, "Жаңа Нұсқа", STEP)
        step.click()
        expect(desk.page.locator("h1")).to_contain_text(STEP)
        expect(desk.page.locator("main")).to_contain_text("5 рабочих дней")
        desk.answer(FIELD, "Да")
        complete(desk)
        waiting_case(desk, "Жаңа Нұсқа Қызы")
        record_request(desk, old, "Ескі Нұсқа Ұлы")
        waiting_case(desk, "Ескі Нұсқа Ұлы")
        desk.go("/tasks?view=all&find=Ескі Нұсқа")
        assert STEP not in desk.page.locator("main").inner_text()

    with office.desk("owner") as desk:
        desk.go(f"/studio/{PROCESS}")
        expect(desk.page.locator("main")).to_contain_text("«Добавлена проверка»")
        expect(desk.page.locator(".timeline li").first).to_contain_text(STEP)
        roll_back(desk, before)
        assert newest_version(desk) == number + 1
        assert content(desk, number + 1) == content(desk, before)

    with office.desk("coordinator") as desk:
        third = begin_case(desk)
        record_request(desk, third, "Үшінші Нұсқа Ұлы")
        waiting_case(desk, "Үшінші Нұсқа Ұлы")


def test_what_is_loaded_and_saved_without_change_keeps_every_byte(office: Office) -> None:
    with editor(office) as desk:
        newest = content(desk, newest_version(desk))
        with desk.page.expect_download() as file:
            desk.press("Файл .bpmn")

        assert Path(file.value.path()).read_bytes() == newest

        desk.page.evaluate("studio.select('confirm_attendance')")
        desk.write("Название на английском", "Call them")
        saved(desk)
        assert draft(desk) == newest.replace(b'value="Call and confirm participation"', b'value="Call them"')

        desk.press("Отменить")
        expect(desk.page.locator("#studio-saved")).to_contain_text("Черновик сохранён")
        saved(desk)
        assert draft(desk) == newest
        discard(desk)


def test_two_who_draw_at_once_lose_nothing(office: Office) -> None:
    with editor(office) as hers, editor(office) as mine:
        for desk, words in ((hers, "Hers"), (mine, "Mine")):
            desk.page.evaluate("studio.select('confirm_attendance')")
            desk.write("Название на английском", words)
            desk.page.keyboard.press("Tab")
            if desk is hers:
                saved(desk)
        dialog = mine.page.locator("dialog")
        expect(dialog).to_contain_text("Пока вы рисовали")
        dialog.get_by_label("Продолжить с моим вариантом").check()
        dialog.get_by_role("button", name="Выбрать").click()
        saved(mine)

        assert b'value="Mine"' in draft(mine)
        mine.go(f"/studio/{PROCESS}")
        mine.press("Отложить черновик")
        expect(mine.page.locator("main")).to_contain_text("Отложенные черновики")
        assert mine.page.locator("form[action$='take-up']").count() >= 2


@pytest.mark.parametrize("language", ["kk", pytest.param("ru", marks=pytest.mark.soak)])
def test_the_editor_is_accessible_and_keeps_the_content_policy(office: Office, language: str) -> None:
    """The other pages are looked at with all pages of the program."""
    with office.desk("owner", language=language) as desk:
        desk.page.add_init_script(AXE)
        desk.page.add_init_script(BREACHES)
        open_editor(desk)
        wrong = []
        for element in ("confirm_attendance", "call_day"):
            desk.page.evaluate(f"studio.select('{element}')")
            wrong += found_by_axe(desk)
        desk.page.evaluate("studio.select('confirm_attendance')")
        panel(desk).get_by_role("button").nth(1).click()
        wrong += found_by_axe(desk)
        desk.page.keyboard.press("Escape")
        desk.page.locator("[data-act=tokens]").click()
        desk.page.locator(".bts-context-pad").first.wait_for(state="attached")
        wrong += found_by_axe(desk)

        assert wrong == []
        assert desk.overflow == 0
        assert desk.page.evaluate("breaches") == []


def found_by_axe(desk: Desk) -> list[str]:
    """What axe finds on the page as it stands."""
    found = desk.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(each => each.violations)")
    return [f"{each['id']}: " + "; ".join(node["html"][:160] for node in each["nodes"][:3]) for each in found]


def test_on_a_phone_the_diagram_can_be_looked_at(office: Office) -> None:
    with office.desk("owner", size=PHONE) as desk:
        desk.go(f"/studio/{PROCESS}/edit")

        expect(desk.page.locator(".studio-narrow")).to_contain_text("только на широком экране")
        expect(desk.page.locator("#studio")).to_be_hidden()
        desk.press("Посмотреть схему")
        expect(desk.page.locator(".diagram svg").first).to_be_visible()
        assert desk.overflow == 0


def begin_case(desk: Desk) -> str:
    """A new case at its first task; returns the address of the task."""
    desk.go("/tasks")
    desk.press("Записать заявку")
    return desk.page.url.removeprefix(desk.address)


def record_request(desk: Desk, task: str, name: str) -> None:
    desk.go(task)
    desk.answer("Как поступила заявка", "На бумаге, по почте")
    shown = desk.page.locator(".demo").inner_text()
    found = re.search(r"(\d+) (\w+) (\d{4}).*?(\d\d:\d\d)", shown)
    assert found
    desk.date("Когда поступила", f"{found[3]}-{MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}T{found[4]}")
    desk.answer("Кто обращается", "Физическое лицо")
    desk.write("Фамилия, имя, отчество", name)
    desk.write("Почтовый адрес", "Қостанай қ., Әл-Фараби даңғылы, 66")
    desk.write("Телефон", "+7 701 123 45 67")
    desk.answer("Язык обращения", "Казахский")
    desk.write("Суть вопроса", "Үй апатты деп танылды, көшіру мерзімі айтылмады.")
    complete(desk)


def complete(desk: Desk) -> None:
    desk.press("Завершить")
    expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Задача выполнена")


def waiting_task(desk: Desk, who: str, task: str) -> Locator:
    link = desk.page.get_by_role("link", name=task)
    wait_until(desk, f"/tasks?view=all&find={who}", lambda: link.count() > 0)
    return link.first


def waiting_case(desk: Desk, who: str) -> None:
    """The case has its number: it has gone on to the steps after the request."""
    row = desk.page.get_by_role("row").filter(has_text=who)
    wait_until(desk, f"/cases?find={who}", lambda: bool(re.search(r"ЛП-\d+/\d+", row.first.inner_text())))


def wait_until(desk: Desk, path: str, there: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    desk.go(path)
    while not there():
        assert time.monotonic() < until, f"{path} does not show it"
        time.sleep(0.3)
        desk.page.reload()


def test_a_letter_is_written_tried_on_a_case_and_kept_in_the_draft(office: Office) -> None:
    with office.desk("owner", language="kk") as desk:
        desk.go(f"/studio/{PROCESS}")
        desk.page.get_by_role("link", name="Хаттар мен құжаттар").click()
        desk.page.locator('a[href$="/letters/appointment.ru"]').click()
        text = desk.page.locator("#source")
        text.fill(text.input_value() + "\nВозьмите с собой {{applicant.shoes}}.\n")
        desk.press("Жобаға сақтау")
        expect(desk.page.locator(".summary")).to_contain_text("applicant.shoes")
        text.fill(text.input_value().replace("{{applicant.shoes}}", "**паспорт**"))
        desk.page.locator("#case").select_option(index=1)
        desk.press("Қарап көру")

        trial = desk.page.locator("section[aria-labelledby=trial]")
        expect(trial.locator("strong", has_text="паспорт")).to_be_visible()
        expect(trial).not_to_contain_text("‹applicant.full_name›")
        desk.press("Жобаға сақтау")
        expect(desk.page.locator("section[aria-labelledby=before]")).to_be_visible()
        desk.press("Өзгерісімнен бас тарту")
        expect(desk.page.locator("#source")).not_to_contain_text("паспорт")


@contextmanager
def editor(office: Office) -> Iterator[Desk]:
    """The process owner in front of the editor."""
    with office.desk("owner", size=WIDE) as desk:
        open_editor(desk)
        yield desk


def open_editor(desk: Desk) -> None:
    assert desk.go(f"/studio/{PROCESS}/edit") == 200
    desk.page.locator("#studio[data-ready]").wait_for(state="attached")


def saved(desk: Desk) -> None:
    """Wait until everything is on the server."""
    desk.page.keyboard.press("Tab")
    desk.page.wait_for_timeout(100)
    desk.page.wait_for_function("async () => await studio.draft.save()")


def draft(desk: Desk) -> bytes:
    return desk.page.request.get(f"{desk.address}/studio/{PROCESS}/draft.bpmn").body()


def content(desk: Desk, number: int) -> bytes:
    return desk.page.request.get(f"{desk.address}/settings/processes/{PROCESS}/{number}.bpmn").body()


def newest_version(desk: Desk) -> int:
    page = desk.page.request.get(f"{desk.address}/studio/{PROCESS}").text()
    return max(int(number) for number in re.findall(rf"/studio/{PROCESS}/(\d+)\"", page))


def discard(desk: Desk) -> None:
    desk.go(f"/studio/{PROCESS}")
    if desk.page.get_by_role("button", name="Отложить черновик").count():
        desk.press("Отложить черновик")
        expect(desk.page.get_by_role("button", name="Отложить черновик")).to_have_count(0)


def panel(desk: Desk) -> Locator:
    return desk.page.locator("#studio-panel")


def problems(desk: Desk) -> int:
    expect(desk.page.locator("#studio-problems li").nth(2)).to_be_visible()
    return desk.page.locator("#studio-problems li").count()


def insert_step(desk: Desk) -> None:
    """Select the flow between the first two steps as with a mouse, and put a task into it."""
    desk.page.evaluate("studio.canvas.zoom(0.8); studio.canvas.scrollToElement('record_request')")
    desk.page.locator("[data-element-id=record_request__register_request] .djs-hit").first.click(force=True)
    desk.press("Вставить сюда задачу", within=panel(desk))
    expect(panel(desk)).to_contain_text("Задача человека")
    desk.page.wait_for_function("async () => await studio.draft.save()")


def name_step(desk: Desk) -> None:
    desk.write("Название на русском", STEP, within=panel(desk))
    desk.write("Название на английском", "Check the representative's powers", within=panel(desk))
    saved(desk)
    assert desk.page.evaluate("studio.selection.get()[0].id") == "proverit_polnomochiya_predstavitelya"


def give_role_form_and_term(desk: Desk) -> None:
    place = panel(desk)
    place.get_by_label("Роль").select_option("reception_coordinator")
    place.get_by_role("button", name="Создать форму").click()
    dialog = desk.page.locator("dialog")
    dialog.get_by_label("Вопрос на русском").fill(FIELD)
    dialog.get_by_label("Вопрос на казахском").fill("Өкілеттігі расталды ма")
    dialog.get_by_label("Вид").select_option("radio")
    for number, words in ((1, ("Да", "Иә")), (2, ("Нет", "Жоқ"))):
        dialog.get_by_label(f"Ответ {number}, на русском").fill(words[0])
        dialog.get_by_label(f"Ответ {number}, на казахском").fill(words[1])
    dialog.get_by_label("Имя переменной").fill("powers_confirmed")
    dialog.get_by_label("Обязательное").check()
    dialog.get_by_role("button", name="Сохранить форму").click()
    expect(dialog).to_have_count(0)
    place.get_by_role("button", name="Создать правило").click()
    dialog.get_by_label("Название на казахском").fill("Өкілеттікті тексеру")
    dialog.get_by_label("Название на русском").fill("Проверка полномочий")
    dialog.get_by_label("Основание на казахском").fill("Басшының 2026 жылғы 1 қарашадағы бұйрығы")
    dialog.get_by_label("Основание на русском").fill("Приказ руководителя от 1 ноября 2026 года")
    dialog.get_by_role("button", name="Добавить правило").click()
    expect(dialog).to_have_count(0)
    place.get_by_label("От какого момента").fill("now_iso()")
    saved(desk)
    expect(place).to_contain_text("Если событие")


def mend_kazakh(desk: Desk) -> None:
    """Go from the list of problems to the field, as the list invites to."""
    desk.page.locator("#studio-problems button").filter(has_text="казах").first.click()
    desk.write("Название на казахском", STEP_KK, within=panel(desk))
    saved(desk)


def publish(desk: Desk) -> int:
    desk.page.add_init_script(AXE)
    desk.page.locator("[data-act=publish]").click()
    desk.page.locator("#comment").fill("Добавлена проверка")
    assert found_by_axe(desk) == []
    expect(desk.page.locator("main")).to_contain_text(STEP)
    desk.page.get_by_role("button", name=re.compile("Опубликовать версию")).click()
    expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Опубликована версия")
    return newest_version(desk)


def roll_back(desk: Desk, number: int) -> None:
    desk.page.add_init_script(AXE)
    desk.go(f"/studio/{PROCESS}/{number}/roll-back")
    assert found_by_axe(desk) == []
    desk.press(f"Вернуть версию {number}")
    expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("снова опубликована")
