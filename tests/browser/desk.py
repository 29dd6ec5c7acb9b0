"""A colleague at her desk: a real Chromium that reads and fills pages by the words a person sees."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyotp
from playwright.sync_api import APIRequestContext, Browser, BrowserContext, Locator, Page, ViewportSize, expect

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
DEMO_ROLES_WITH_SECOND_FACTOR = ("owner", "operator")


@dataclass
class Desk:
    """One page of one signed-in person; `path` arguments are addresses within the site."""

    page: Page
    address: str

    def go(self, path: str) -> int:
        """Open a page of the site; returns its status."""
        answer = self.page.goto(self.address + path)
        return answer.status if answer else 0

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button or follow the link of this name."""
        place = within or self.page.locator("main")
        place.get_by_role("button", name=name, exact=True).or_(
            place.get_by_role("link", name=name, exact=True)
        ).first.click()

    def field(self, label: str, *, within: Locator | None = None) -> Locator:
        """The control under a label; labels of optional fields end with their mark, so the beginning counts."""
        return (
            (within or self.page.locator("main"))
            .get_by_role("textbox", name=label)
            .or_((within or self.page.locator("main")).get_by_role("combobox", name=label))
            .first
        )

    def write(self, label: str, words: str, *, within: Locator | None = None) -> None:
        self.field(label, within=within).fill(words)

    def pick(self, label: str, choice: str | int) -> None:
        """Choose in a list by the beginning of the words, or by place."""
        control = self.field(label)
        if isinstance(choice, int):
            control.select_option(index=choice)
        else:
            words = [each for each in control.locator("option").all_inner_texts() if each.startswith(choice)]
            assert words, f"{label}: nothing begins with {choice}"
            control.select_option(label=words[0])

    def answer(self, question: str, *answers: str) -> None:
        """Tick answers of a question (not those of a question that stands below one of its answers)."""
        group = self.page.get_by_role("group", name=question).first
        for each in answers:
            group.locator(":scope > ul > li > label").filter(has_text=each).locator("input").check()

    def date(self, question: str, moment: str, *, within: Locator | None = None) -> None:
        """Write «2026-11-23» or «2026-11-23T10:00» into the small fields of a date."""
        day, _, hour = moment.partition("T")
        year, month, date = day.split("-")
        group = (within or self.page).get_by_role("group", name=question).first
        for part, words in (("day", date), ("month", month), ("year", year), ("time", hour)):
            if words:
                group.locator(f"[data-part={part}]").fill(words)

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def has(self, words: str) -> bool:
        """Whether the page says this; keeps looking for a moment."""
        expect(self.page.locator("body")).to_contain_text(words)
        return True

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@dataclass
class Office:
    """The running installation and the people who sign in to it; each signs in once.

    `folder` keeps the keys of second factors, as a phone would, for every test process.
    """

    browser: Browser
    address: str
    password: str
    folder: Path
    states: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def desk(
        self,
        login: str | None,
        *,
        language: str = "ru",
        size: Mapping[str, int] = WIDE,
        theme: str = "light",
        javascript: bool = True,
    ) -> Iterator[Desk]:
        """A desk of this person (None: of nobody) with its own cookies; closed afterwards."""
        context = self.browser.new_context(
            viewport=dict(size),  # type: ignore[arg-type]
            color_scheme=theme,  # type: ignore[arg-type]
            java_script_enabled=javascript,
            storage_state=self._state(login),
            reduced_motion="reduce",
        )
        try:
            yield self._seat(context, language)
        finally:
            context.close()

    @contextmanager
    def reader(self, login: str | None) -> Iterator[APIRequestContext]:
        """This person's requests without a page, which costs half a second to open."""
        context = self.browser.new_context(storage_state=self._state(login))
        try:
            yield context.request
        finally:
            context.close()

    def _state(self, login: str | None) -> Any:
        if login and login not in self.states:
            self.states[login] = self._sign_in(login)
        return self.states.get(login or "")

    def _seat(self, context: BrowserContext, language: str) -> Desk:
        context.set_default_timeout(30_000)
        context.add_cookies([{"name": "language", "value": language, "url": self.address}])
        return Desk(context.new_page(), self.address)

    def _sign_in(self, login: str) -> Any:
        """By the form on its page where the role has a second factor to give there; all others by request."""
        context = self.browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
        try:
            if login not in DEMO_ROLES_WITH_SECOND_FACTOR:
                self._send_sign_in(context.request, login)
                return context.storage_state()
            desk = self._seat(context, "ru")
            desk.go("/sign-in")
            desk.write("Логин", login)
            desk.page.get_by_label("Пароль").fill(self.password)
            desk.press("Войти")
            desk.page.wait_for_url(lambda url: not url.endswith("/sign-in"))
            desk.go("/sign-in/second-factor")
            self._give_code(desk, login)
            return context.storage_state()
        finally:
            context.close()

    def _send_sign_in(self, request: APIRequestContext, login: str) -> None:
        form = request.get(f"{self.address}/sign-in").text()
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert token, form
        answers = {"csrf_token": token[1], "login": login, "password": self.password}
        answer = request.post(f"{self.address}/sign-in", form=answers)
        assert not answer.url.endswith("/sign-in"), answer.text()

    def _give_code(self, desk: Desk, login: str) -> None:
        key = self.folder / f"second-factor-{login}"
        shown = desk.page.locator("main code")
        if shown.count():
            key.write_text(shown.first.inner_text().replace(" ", ""))
        desk.page.locator("#code").fill(pyotp.TOTP(key.read_text()).now())
        desk.press("Войти")
        desk.page.wait_for_url(lambda url: "second-factor" not in url)
