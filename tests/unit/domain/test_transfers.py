"""Files of official transfers are read with every fault at its line."""

import json
from datetime import date

import pytest

from app.domain.transfers import MOST_LINES, TransferLine, read_transfers

ORDER = "Приказ министра труда № 123"
CSV = f"""day_off,moved_to,document,document_date
2024-05-04,2024-05-08,{ORDER},2024-04-18

06.07.2024,08.07.2024,{ORDER},18.04.2024
"""


def lines(content: str) -> list[int]:
    return [problem.line for problem in read_transfers(content.encode()).problems]


def test_a_csv_file_is_read_pair_by_pair_with_either_way_of_writing_dates():
    found = read_transfers(CSV.encode())

    assert found.problems == ()
    assert found.lines == (
        TransferLine(2, date(2024, 5, 4), date(2024, 5, 8), ORDER, date(2024, 4, 18)),
        TransferLine(4, date(2024, 7, 6), date(2024, 7, 8), ORDER, date(2024, 4, 18)),
    )


def test_semicolons_and_the_mark_that_spreadsheets_put_first_do_no_harm():
    found = read_transfers(b"\xef\xbb\xbf" + CSV.replace(",", ";").encode())

    assert len(found.lines) == 2
    assert found.problems == ()


def test_a_json_file_is_read_with_the_lines_on_which_its_pairs_begin():
    pairs = [{"day_off": "2024-05-04", "moved_to": "2024-05-08"}, {"day_off": "2024-07-06", "moved_to": "2024-07-08"}]

    found = read_transfers(json.dumps(pairs, indent=2).encode())

    assert [(each.line, each.moved_to) for each in found.lines] == [(2, date(2024, 5, 8)), (6, date(2024, 7, 8))]


def test_every_fault_is_told_at_its_line_and_the_other_lines_are_read():
    content = "day_off,moved_to\n2024-05-04,2024-05-08\n2024-13-01,2024-05-08\n2024-05-04,\n2024-07-06,2024-07-08\n"

    found = read_transfers(content.encode())

    assert [problem.line for problem in found.problems] == [3, 4]
    assert "2024-13-01" in found.problems[0].message.ru
    assert [each.line for each in found.lines] == [2, 5]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", 1),
        ("day_off,moved_to\n", 0),
        ("2024-05-04,2024-05-08\n", 1),
        ('{"day_off": "2024-05-04"}', 1),
        ('[\n{"day_off": "2024-05-04"},\n', 3),
        ("[1, 2]", 1),
        ("[" * 5000, 0),
        ('day_off,moved_to\n"2024-05-04', 2),
        ("day_off,moved_to\n" + "2024-05-04,2024-05-08\n" * (MOST_LINES + 2), 0),
        ("x" * 300_000, 0),
    ],
)
def test_whatever_is_no_file_of_transfers_is_told_and_breaks_nothing(content: str, line: int):
    assert line in lines(content)


def test_another_encoding_is_told():
    (problem,) = read_transfers(CSV.encode("cp1251")).problems

    assert "UTF-8" in problem.message.en
