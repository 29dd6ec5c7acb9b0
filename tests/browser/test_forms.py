"""A form in a real browser: with JavaScript it hides, adds, keeps drafts and sends once; without it nothing is lost."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import request
from playwright.sync_api import Browser, Page

from app.forms import Choice
from tests.browser.served import listening
from tests.unit.forms.drawing import draw, form_site
from tests.unit.forms.writing import component, form_of, option

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
CHOICES = {"reception_days": (Choice("1", "пт 27.11"),), "files": (Choice("7", "Ответ.pdf"),)}
FORM = form_of(
    component("textfield", "name", validate={"required": True}),
    component("radio", "came", values=[option("yes"), option("no")], validate={"required": True}),
    component(
        "select", "day", valuesKey="reception_days", validate={"required": True}, conditional={"hide": 'came != "yes"'}
    ),
    component("number", "age"),
    component("textfield", "school", conditional={"hide": "age >= 18 or age = null"}),
    component("textfield", "class", conditional={"hide": "school = null"}),
    component("textarea", "area"),
    component(
        "dynamiclist",
        "rows",
        components=[
            component("textfield", "what"),
            component("checkbox", "other"),
            component("textfield", "why", conditional={"hide": "not(other)"}),
        ],
    ),
    component("filepicker", "scan"),
)


@pytest.fixture
def site() -> Iterator[SimpleNamespace]:
    """A server of one form: `url`, what was `sent` to it, the `drafts` it was given and its `answers`."""
    seen = SimpleNamespace(sent=[], drafts=[], draft_works=True)
    app = form_site()

    def show() -> tuple[str, int]:
        values, errors = None, {}
        if request.method == "POST":
            sent = request.form.to_dict(flat=False)
            seen.sent.append(sent)
            values = FORM.rearranged(sent)
            pressed = any(name.startswith(("_add:", "_remove:")) for name in sent)
            errors = {} if pressed else FORM.check(sent, CHOICES, {}).errors
        return draw(FORM.page(values, errors, "ru", CHOICES, {})), 422 if errors else 200

    def draft() -> tuple[dict[str, str], int]:
        seen.drafts.append((request.headers.get("X-CSRF-Token"), request.form.to_dict(flat=False)))
        return {"saved": "10:42"}, 200 if seen.draft_works else 503

    app.add_url_rule("/", "show", show, methods=["GET", "POST"])
    app.add_url_rule("/draft", "draft", draft, methods=["POST"])
    app.after_request(lambda answer: answer.headers.set("Content-Security-Policy", "default-src 'self'") or answer)
    with listening(app) as address:
        seen.url = f"{address}/"
        yield seen


@pytest.fixture
def page(browser: Browser, site: SimpleNamespace) -> Iterator[Page]:
    """The form opened; an error of the script or of the policy fails the test."""
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if "Security Policy" in said.text else None)
    page.goto(site.url)
    yield page
    context.close()
    assert faults == []


def test_a_field_shows_when_its_condition_asks_for_it_and_hides_again(page):
    day, school, its_class = (page.locator(f"[data-key={key}]") for key in ("day", "school", "class"))
    at_first = [each.is_visible() for each in (day, school, its_class)]

    page.check("input[name=came][value=yes]")
    page.fill("#age", "12")
    page.fill("#school", "№ 5")
    asked = [each.is_visible() for each in (day, school, its_class)]
    page.fill("#age", "30")
    page.check("input[name=came][value=no]")
    afterwards = [each.is_visible() for each in (day, school, its_class)]

    assert at_first == [False, False, False]
    assert asked == [True, True, True]
    assert afterwards == [False, False, False]


def test_rows_are_added_and_removed_in_place(page, site):
    page.fill("#rows-0-what", "первая")

    page.click("button[name='_add:rows']")
    page.keyboard.type("вторая")
    page.check("#rows-1-other")
    page.fill("#rows-1-why", "потому")
    page.click("button[name='_remove:rows:0']")
    titles = page.locator("[data-row-title]").all_inner_texts()
    page.fill("#name", "Асан")
    page.check("input[name=came][value=no]")
    page.click(".btn.main")

    checked = FORM.check(site.sent[0], CHOICES, {})
    assert titles == ["Запись 1"]
    assert checked.errors == {}
    assert checked.variables["rows"] == [{"what": "вторая", "other": True, "why": "потому"}]


def test_the_enter_key_sends_the_form_and_does_not_touch_the_rows(page, site):
    page.fill("#name", "Асан")

    page.press("#name", "Enter")
    page.wait_for_selector(".summary")

    assert [name for name in site.sent[0] if name.startswith("_")] == []
    assert page.locator("[data-row]").count() == 1


def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(page):
    page.fill("#area", "\n первая строка\nвторая")
    page.click(".btn.main")
    page.wait_for_selector(".summary")
    focused = page.evaluate("document.activeElement.className")

    page.click(".summary a >> nth=1")

    assert focused == "summary"
    assert page.evaluate("document.activeElement.name") == "came"
    assert page.input_value("#area") == "\n первая строка\nвторая"


def test_a_draft_is_kept_when_a_field_is_left_and_the_time_is_shown(page, site):
    page.fill("#name", "Асан")
    page.set_input_files("#scan", files=[{"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"x"}])

    page.locator("#name").focus()
    page.locator("#area").focus()
    page.get_by_text("Черновик сохранён в 10:42").wait_for()

    token, draft = site.drafts[-1]
    assert token == "csrf-of-the-page"
    assert FORM.draft(draft)["name"] == "Асан"
    assert "scan" not in draft


def test_a_draft_that_could_not_be_kept_is_told_and_leaving_is_asked_about(page, site):
    site.draft_works = False
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.fill("#name", "Асан")
    page.locator("#area").focus()
    page.get_by_text("Черновик не сохранён").wait_for()
    page.goto("about:blank")

    assert asked == ["beforeunload"]


def test_leaving_after_the_draft_was_kept_asks_nothing(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.fill("#name", "Асан")
    page.locator("#area").focus()
    page.get_by_text("Черновик сохранён").wait_for()
    page.goto("about:blank")

    assert asked == []


def test_a_form_is_sent_once_however_often_the_button_is_pressed(page):
    sent, busy = page.evaluate(
        """() => {
            const button = document.querySelector(".btn.main");
            let sent = 0;
            addEventListener("submit", (event) => { sent += event.defaultPrevented ? 0 : 1; event.preventDefault(); });
            button.click(); button.click(); button.click();
            return [sent, button.getAttribute("aria-busy")];
        }"""
    )

    assert sent == 1
    assert busy == "true"


def test_without_javascript_everything_is_asked_and_rows_grow_by_their_buttons(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)

    seen = [page.locator(f"[data-key={key}]").is_visible() for key in ("school", "class")]
    page.fill("#name", "Асан")
    page.fill("#rows-0-what", "первая")
    page.click("button[name='_add:rows']")
    page.fill("#rows-1-what", "вторая")
    page.click("button[name='_remove:rows:0']")
    kept = page.input_value("#name"), page.input_value("#rows-0-what"), page.locator("[data-row]").count()
    context.close()

    assert seen == [True, True]
    assert kept == ("Асан", "вторая", 1)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_width_makes_the_page_scroll_sideways(browser, site, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(site.url)

    page.click(".btn.main")
    page.wait_for_selector(".summary")
    wide = page.evaluate("document.documentElement.scrollWidth")
    context.close()

    assert wide <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_and_after_an_error(browser, site, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(site.url)
    page.check("input[name=came][value=yes]")

    page.evaluate(AXE.read_text("utf-8") + ";0")
    before = page.evaluate("axe.run(document).then((found) => found.violations.map((each) => each.id))")
    page.click(".btn.main")
    page.wait_for_selector(".summary")
    page.evaluate(AXE.read_text("utf-8") + ";0")
    after = page.evaluate("axe.run(document).then((found) => found.violations.map((each) => each.id))")
    context.close()

    assert before == []
    assert after == []
