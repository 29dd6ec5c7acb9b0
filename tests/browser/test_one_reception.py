"""One reception from the request to the archive, in the browser, as the README tells a newcomer to do it."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.desk import Desk, Office

NAME = "Нұрмұхамбетова Ақбөпе Құдайбергенқызы"
MONTHS = [
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
]


def test_a_newcomer_takes_one_reception_through_all_13_steps(office: Office) -> None:
    """KST-S00 … KST-S13: every step in the browser, persons switched, the demo clock moved, the worker running."""
    walk = Walk(office)

    walk.record()
    walk.clarify_and_decide()
    walk.invite_and_prepare()
    walk.receive()
    walk.close()

    with office.desk("coordinator") as desk:
        desk.go(walk.case)
        assert desk.has("В архиве")
        states = desk.page.locator(".steps li").evaluate_all("all => all.map(each => each.dataset.s)")
        assert states == ["done", "skip", *["done"] * 11]
        assert desk.page.locator(".timeline li").count() > 20
        desk.page.get_by_role("link", name=re.compile("Протокол")).first.wait_for()


class Walk:
    """The newcomer: she changes persons, and finds each task in the list of that person."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.number = ""
        self.case = ""

    def record(self) -> None:
        with self.office.desk("coordinator") as desk:
            desk.go("/tasks")
            desk.press("Записать заявку")
            desk.answer("Как поступила заявка", "На бумаге, по почте")
            desk.date("Когда поступила", self.moment(desk))
            desk.answer("Кто обращается", "Физическое лицо")
            desk.write("Фамилия, имя, отчество", NAME)
            desk.write("Почтовый адрес", "Қостанай қ., Әл-Фараби даңғылы, 66")
            desk.write("Телефон", "+7 701 123 45 67")
            desk.answer("Язык обращения", "Казахский")
            desk.write("Суть вопроса", "Үй апатты деп танылды, көшіру мерзімі айтылмады.")
            self.complete(desk)
            desk.go(f"/cases?find={NAME}")
            row = desk.page.get_by_role("row").filter(has_text=NAME).first
            self.wait_until(desk, lambda: "без номера" not in row.inner_text())
            row.get_by_role("link").first.click()
            self.case = desk.page.url.removeprefix(self.office.address)
            self.number = re.search(r"ЛП-\d+/\d+", desk.page.locator("main").inner_text()).group()  # type: ignore[union-attr]

    def clarify_and_decide(self) -> None:
        with self.office.desk("preparer") as desk:
            self.open(desk, "Выяснить суть обращения")
            desk.answer("Изложена ли суть вопроса?", "Да")
            desk.write("Характер вопроса", "Жилищный вопрос")
            desk.page.get_by_role("group", name="В чьей компетенции вопрос").get_by_role("checkbox").first.check()
            desk.answer("Обращался ли заявитель раньше", "Нет")
            desk.answer("Хватает ли документов", "Да")
            self.complete(desk)
            self.open(desk, "Подготовить справку")
            desk.write("Собранные материалы", "Ответ управления жилищно-коммунального хозяйства.")
            desk.write("Анализ", "Дом признан аварийным, срок переселения не назван.")
            desk.answer("Предложение", "Назначить дату приёма")
            desk.pick("Если назначить: предлагаемый день", 1)
            self.complete(desk)
        with self.office.desk("deputy") as desk:
            self.open(desk, "Решить: назначить приём или отказать")
            desk.answer("Решение", "Назначить приём")
            desk.pick("Если назначить: кто принимает", "Бауыржан Сейітқали")
            desk.pick("Если назначить: день приёма", 1)
            desk.answer("Если назначить: как проходит приём", "Лично")
            self.complete(desk)

    def invite_and_prepare(self) -> None:
        with self.office.desk("coordinator") as desk:
            self.open(desk, "Назначить время и место приёма")
            desk.pick("Дата и время приёма", 1)
            desk.pick("Место", 1)
            self.complete(desk)
            self.open(desk, "Пригласить государственные органы")
            desk.page.get_by_role("group", name="Кого пригласить").get_by_role("checkbox").first.check()
            desk.date("Позиция нужна до", self.moment(desk, "18:00"))
            self.complete(desk)
            self.open(desk, "Записать позицию органа")
            desk.write("Позиция органа", "Дом включён в программу переселения на следующий год.")
            desk.write("Ответственное должностное лицо", "С. Ли, руководитель отдела")
            desk.answer("Придёт ли представитель органа", "Да")
            desk.date("Когда поступила", self.moment(desk))
            self.complete(desk)
        with self.office.desk("preparer") as desk:
            self.open(desk, "Проанализировать материалы")
            desk.answer("Полнота и качество материалов", "Материалы полные, вопросы проработаны")
            self.complete(desk)
        with self.office.desk("coordinator") as desk:
            self.open(desk, "Обзвонить и подтвердить участие")
            desk.date("Когда звонили", self.moment(desk))
            desk.answer("Что ответил заявитель", "Придёт")
            self.complete(desk)
        with self.office.desk("preparer") as desk:
            self.open(desk, "Представить материалы руководству")
            desk.answer(
                "Что передаётся руководству",
                "Справочная информация",
                "Позиции государственных органов",
                "Список лиц на приём",
            )
            self.complete(desk)
            self.open(desk, "Провести совещание с госорганами")
            desk.date("Дата совещания", self.moment(desk)[:10])
            desk.write("Согласованное решение", "Переселить до 1 сентября, временное жильё предложить сразу.")
            self.complete(desk)

    def receive(self) -> None:
        with self.office.desk("coordinator") as desk:
            self.open(desk, "Отметить явку и очерёдность")
            desk.answer("Пришёл ли заявитель?", "Да")
            self.complete(desk)
        with self.office.desk("leader", language="ru") as desk:
            self.open(desk, "Провести приём, дать ответ")
            desk.write("Данный ответ", "Переселение до 1 сентября, адрес временного жилья назван.")
            desk.answer("Исчерпывающий ли это ответ?", "Да")
            desk.answer("Если исчерпывающий: даны ли поручения?", "Да")
            desk.page.get_by_role("group", name="Поручения").locator("button[name^='_add:']").click()
            row = desk.page.get_by_role("group", name="Запись 1").first
            desk.write("Поручение", "Предложить временное жильё", within=row)
            row.get_by_role("combobox").select_option(index=1)
            desk.date("Срок", self.moment(desk)[:10], within=row)
            self.complete(desk)

    def close(self) -> None:
        with self.office.desk("preparer") as desk:
            self.open(desk, "Составить протокол поручений")
            desk.answer("Есть ли поручения в протоколе?", "Да")
            self.complete(desk)
        with self.office.desk("controller") as desk:
            self.open(desk, "Выбрать исполнителей")
            desk.pick("Ответственный исполнитель", "Нұрлан Төлегенов")
            self.complete(desk)
        with self.office.desk("executor", language="ru") as desk:
            self.open(desk, "Исполнить и отчитаться")
            desk.date("Исполнено", self.moment(desk)[:10])
            desk.write("Что сделано", "Временное жильё предложено, семья переселена.")
            desk.answer("Ответ заявителю", "Окончательный мотивированный")
            desk.date("Дата ответа", self.moment(desk)[:10])
            self.complete(desk)
        with self.office.desk("controller") as desk:
            self.open(desk, "Проверить срок и качество")
            desk.answer("Качество исполнения", "Исполнено по существу")
            desk.answer("Исполнено полностью?", "Да")
            self.complete(desk)
        with self.office.desk("leader") as desk:
            self.open(desk, "Согласовать списание в архив")
            desk.answer("Согласовано ли списание в архив?", "Согласовано")
            desk.write("Если согласовано: принятое решение", "Вопрос решён: семья переселена.")
            self.complete(desk)

    def open(self, desk: Desk, task: str) -> None:
        """Find the task of this case in her list, moving the clock on until it is there, and open it."""
        desk.go(f"/tasks?view=mine&find={self.number}")
        link = re.compile(rf'<a class="t" href="/tasks/\d+">[^<]*{re.escape(task)}')
        for _ in range(40):
            if self.soon(desk, lambda: link.search(desk.page.request.get(desk.page.url).text())):
                break
            with desk.page.expect_navigation():
                desk.press("К ближайшему событию")
        desk.page.reload()
        desk.page.get_by_role("row").filter(has_text=self.number).get_by_role("link", name=task).first.click()
        expect(desk.page.locator("h1")).to_contain_text(task)

    def complete(self, desk: Desk) -> None:
        was = desk.page.url
        desk.press("Завершить")
        expect(desk.page.locator(".note[data-tone=ok]")).to_contain_text("Задача выполнена")
        assert desk.page.url != was

    def soon(self, desk: Desk, there: Callable[[], object]) -> bool:
        """Whether it is there when the worker, which acts on its own, has done what is due."""
        until = time.monotonic() + 60
        for pause in (0.1, 0.3):  # the last job may still be in hand
            if there():
                return True
            while "qabyldau_oldest_due_seconds 0.0" not in desk.page.request.get(f"{desk.address}/metrics").text():
                assert time.monotonic() < until, "the worker does not come to an end"
                time.sleep(0.05)
            time.sleep(pause)
        return bool(there())

    def wait_until(self, desk: Desk, there: Callable[[], object]) -> None:
        until = time.monotonic() + 60
        while not there():
            assert time.monotonic() < until, "the worker has not done it"
            time.sleep(0.25)
            desk.page.reload()

    def moment(self, desk: Desk, hour: str = "") -> str:
        """Now by the demo's clock, as the bar above the page shows it: «Понедельник, 23 ноября 2026, 09:43»."""
        shown = desk.page.locator(".demo").inner_text()
        day, month, year, time_of_day = re.search(r"(\d+) (\w+) (\d{4}).*?(\d\d:\d\d)", shown).groups()  # type: ignore[union-attr]
        return f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}T{hour or time_of_day}"
