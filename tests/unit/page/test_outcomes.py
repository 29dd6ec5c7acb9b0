"""Every outcome with which a diagram closes a case has words on the pages."""

import re
from pathlib import Path

from app.page.texts import say

PROCESSES = Path(__file__).parents[3] / "processes"
OUTCOME = re.compile(r'id="outcome" type="any" value="&quot;(\w+)&quot;"')


def test_every_outcome_of_every_office_is_said_in_three_languages():
    outcomes = {found for path in PROCESSES.glob("*/*.bpmn") for found in OUTCOME.findall(path.read_text("utf-8"))}

    assert {"archived", "refused", "received_same_day", "declined_booking"} <= outcomes
    for outcome in outcomes:
        assert all(say(language, f"cases.status_{outcome}") for language in ("kk", "ru", "en"))
