"""A letter becomes an e-mail that says what was written and nothing that was not."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.templates import LINE_BREAK, as_plain, parse, render
from app.gateways.delivery import DeliveryRefusedError
from app.gateways.letters import Attachment, OutgoingMail, as_message, compose, to_html, to_text

MOMENT = datetime(2026, 11, 24, 12, 45, tzinfo=UTC)


@dataclass(frozen=True)
class Written:
    recipient: str = "Әбілқасымова Роза Тілеуқызы"
    address: str = "roza@example.kz"
    language: str = "kk+ru"
    subject: str = "Қабылдау / Приём № 7"
    body: str = "**Сәлеметсіз бе!**\n\n---\n\n**Здравствуйте!**\n\n- раз\n- два"


def composed(**changes: str) -> OutgoingMail:
    return compose(Written(**changes), sender="Әкім аппараты <qabyldau@example.kz>", key="job-17", at=MOMENT)


def read(header: str) -> str:
    return str(make_header(decode_header(header)))


def test_a_bilingual_letter_stands_in_both_languages_as_text_and_as_html():
    mail = composed()

    assert mail.text == "Сәлеметсіз бе!\n\n--------------------\n\nЗдравствуйте!\n\n- раз\n- два\n"
    assert '<div lang="kk">\n<p><strong>Сәлеметсіз бе!</strong></p>' in mail.html
    assert '<div lang="ru">\n<p><strong>Здравствуйте!</strong></p>' in mail.html
    assert mail.html.index('lang="kk"') < mail.html.index('lang="ru"')


def test_what_is_attached_goes_along_and_the_same_letter_stays_the_same_bytes():
    file = Attachment("Отказ № ЛП-0001-2025.pdf", "application/pdf", b"%PDF-1.7 ...")
    mail = compose(
        Written(), sender="Әкім аппараты <qabyldau@example.kz>", key="job-17", at=MOMENT, attachments=(file,)
    )

    content = as_message(mail).as_bytes()

    message = message_from_bytes(content, policy=default)
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == (file.name, "application/pdf")
    assert attached.get_content() == file.content
    assert "Здравствуйте!" in message.get_body(("plain",)).get_content()
    assert "Здравствуйте!" in message.get_body(("html",)).get_content()
    assert as_message(mail).as_bytes() == content


def test_the_message_carries_the_job_the_date_and_both_alternatives():
    content = as_message(composed()).as_bytes()

    raw, message = message_from_bytes(content), message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    assert message["Message-ID"] == "<job-17@example.kz>"
    assert message["Date"].datetime == MOMENT
    assert read(raw["To"]) == "Әбілқасымова Роза Тілеуқызы <roza@example.kz>"
    assert read(raw["From"]) == "Әкім аппараты <qabyldau@example.kz>"
    assert message["Subject"] == "Қабылдау / Приём № 7"
    assert (message["Content-Language"], message["Auto-Submitted"]) == ("kk, ru", "auto-generated")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "Здравствуйте!" in message.get_body(("plain",)).get_content()
    assert "<strong>Здравствуйте!</strong>" in message.get_body(("html",)).get_content()


def test_the_same_letter_is_the_same_bytes():
    assert as_message(composed()).as_bytes() == as_message(composed()).as_bytes()


@pytest.mark.parametrize("line", ["\r\nBcc: spy@example.kz", "\nX: 1", "\r", "\x00", "\u2028"])
@pytest.mark.parametrize("place", ["subject", "recipient", "address"])
def test_a_header_that_spans_lines_is_refused(place, line):
    with pytest.raises(DeliveryRefusedError):
        composed(**{place: getattr(Written(), place) + line + "x"})


@pytest.mark.parametrize(
    "address",
    ["", "roza", "@example.kz", "roza@", "a@b,c@d.kz", "a b@c.kz", "<a@b.kz>", "роза@example.kz", "a@b_c.kz", "a@.kz"],
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(DeliveryRefusedError):
        composed(address=address)


@pytest.mark.parametrize("subject", ["", "   ", "я" * 301])
def test_a_subject_is_neither_empty_nor_endless(subject):
    with pytest.raises(DeliveryRefusedError):
        composed(subject=subject)


def test_a_key_that_would_break_the_message_id_is_refused():
    with pytest.raises(DeliveryRefusedError):
        compose(Written(), sender="q@example.kz", key="7>\r\nBcc: x", at=MOMENT)


def test_a_domain_in_national_letters_gets_its_ascii_form():
    assert composed(address="roza@пошта.қаз").address == "roza@xn--80a1acn3a.xn--80ao21a"


def test_a_name_cannot_add_a_second_recipient():
    message = as_message(composed(recipient='Роза" <spy@example.kz>, "x'))

    parsed = message_from_bytes(message.as_bytes(), policy=default)

    assert [address.addr_spec for address in parsed["To"].addresses] == ["roza@example.kz"]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![pixel](https://spy.example/p.png)",
        "[click](javascript:alert(1))",
        "[click](data:text/html,x)",
        '<https://a.kz/"onmouseover="alert(1)>',
        "```\n<script>\n```",
        "<style>*{display:none}</style>",
    ],
)
def test_markup_of_the_template_cannot_carry_scripts_styles_or_pictures(hostile):
    html = to_html(hostile)

    assert not re.search(r"<(script|img|style)|href=\"(javascript|data)|<[^>]*\son\w+=", html)


def test_a_link_in_a_value_leads_where_it_says():
    body = render(parse("Ответ: {{link}}."), {"link": "https://q.kz/a_b?x=1&y=*2*"})

    html = to_html(body)

    assert html == (
        '<p>Ответ: <a href="https://q.kz/a_b?x=1&amp;y=*2*" rel="noopener noreferrer">'
        "https://q.kz/a_b?x=1&amp;y=*2*</a>.</p>\n"
    )


def test_plain_text_keeps_lists_tables_links_and_line_breaks():
    markdown = (
        "# Тақырып\n\nбір\nекі\n\n1. a\n2. b\n   - c\n\n> дәйек\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n---\n\n"
        "[сайт](https://q.kz) [q@q.kz](mailto:q@q.kz) `код`"
    )

    assert to_text(markdown) == (
        "Тақырып\n\nбір\nекі\n\n1. a\n2. b\n   - c\n\nдәйек\n\na | b\n1 | 2\n\n--------------------\n\n"
        "сайт (https://q.kz) q@q.kz код"
    )


ODD = "ә#*_-+=~`>|<&![](){}:.,1 9\\\n\r\t\u2028\"'/@$%^;№—x"
PLACES = [
    "{{a}}",
    "слово {{a}} слово",
    "- {{a}}",
    "**{{a}}**",
    "| x |\n|---|\n| {{a}} |",
    "# {{a}}",
    "1. {{a}}",
    "> {{a}}",
    "x\n{{a}}",
]


@pytest.mark.parametrize("place", PLACES)
@example(value="x ##")
@example(value="1. x\n# y")
@given(value=st.text(alphabet=st.sampled_from(ODD), min_size=1, max_size=30))
def test_a_value_is_read_back_as_it_was_given_wherever_it_stands(place, value):
    template = parse(place)
    plain = as_plain(value)
    expected = to_text(render(template, {"a": "SAMPLE"})).replace("SAMPLE", plain.replace(LINE_BREAK, "\n"))

    read = to_text(render(template, {"a": value})) if plain else expected

    assert "".join(read.split()) == "".join(expected.split())
