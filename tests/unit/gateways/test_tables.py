"""Tables that people send are read as texts by line, whatever saved them."""

import pytest

from app.gateways import tables
from app.gateways.tables import TableUnreadableError, read_table
from tests.tables import xlsx


def test_a_csv_is_read_with_any_usual_delimiter_and_lines_within_cells():
    found = read_table("a.csv", '\ufeffномер;текст\r\n1;"две\r\nстроки"\r\n\r\n2;\'=1+1\r\n'.encode(), most=10)

    assert found == {1: ["номер", "текст"], 2: ["1", "две\r\nстроки"], 5: ["2", "=1+1"]}


def test_a_sheet_keeps_long_numbers_dates_and_empty_cells():
    content = xlsx(
        [["номер", "иин", "дата"], [7, 580312300124, 45810], ["8", None, "02.06.2025"]], dates=frozenset({"C2"})
    )

    found = read_table("a.xlsx", content, most=10)

    assert found == {1: ["номер", "иин", "дата"], 2: ["7", "580312300124", "2025-06-02"], 3: ["8", "", "02.06.2025"]}


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    content = xlsx([["номер"], *([f"{number}"] for number in range(9))])
    assert len(read_table("a.xlsx", content, most=10)) == 10
    monkeypatch.setattr(tables, "MOST_UNPACKED", 300)

    with pytest.raises(TableUnreadableError):
        read_table("a.xlsx", content, most=10)


@pytest.mark.parametrize(
    "content",
    [b"", b"only a heading\n", b"a,b\n" + b"1,2\n" * 11, b"\xff\xfe\x00", b"a,b\n1,\0\n", b'a,b\n"1,2\n'],
    ids=["empty", "heading", "too many", "binary", "nul", "open quote"],
)
def test_what_is_no_table_or_too_long_is_refused(content: bytes):
    with pytest.raises(TableUnreadableError):
        read_table("a.csv", content, most=10)
