"""The table of all rules of lint, as it stands in docs/howto/lint.md."""

from pathlib import Path
from typing import Final

from app.engine.lint.rules import RULES

PAGE: Final = Path(__file__).parents[1] / "docs/howto/lint.md"
HEAD: Final = "| rule | | kk | ru | en |\n|---|---|---|---|---|\n"
SEVERITIES: Final = {"error": "қате · ошибка · error", "warning": "ескерту · предупреждение · warning"}


def table() -> str:
    """One row a rule, in the order of the rules."""
    rows = [
        f"| `{rule.id}` | {SEVERITIES[rule.severity]} | {rule.message.kk} | {rule.message.ru} | {rule.message.en} |\n"
        for rule in RULES.values()
    ]
    return HEAD + "".join(rows)


def page() -> str:
    """The whole page with the table of today."""
    return PAGE.read_text("utf-8").partition("| rule |")[0] + table()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
