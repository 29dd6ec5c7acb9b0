"""Form files in short: components with their words in three languages."""

import json
import time
from collections.abc import Callable
from typing import Any

from app.forms import Form, compile_form

Component = dict[str, Any]


def component(kind: str, key: str, **more: Any) -> Component:
    """A component called «Поле <key>»."""
    words = {"kk": {"label": f"Өріс {key}"}, "en": {"label": f"Field {key}"}}
    return {"type": kind, "key": key, "label": f"Поле {key}", "i18n": words, **more}


def option(value: Any, label: str = "Вариант") -> Component:
    """One option of a radio, select or checklist."""
    return {"value": value, "label": f"{label} {value}", "i18n": {"kk": {"label": f"Нұсқа {value}"}}}


def form_of(*components: Component) -> Form:
    """The compiled form of these components."""
    return compile_form({"components": list(components)})


def refusal(asked: Component, typed: Any) -> str:
    """What a form of one component says in Russian about a JSON answer; empty when it takes it."""
    errors = form_of(asked).check_json({asked["key"]: typed}, {}, {}).errors
    return errors[asked["key"]].ru if errors else ""


def value(asked: Component, typed: Any) -> Any:
    """The value a form of one component makes of a JSON answer."""
    checked = form_of(asked).check_json({asked["key"]: typed}, {}, {})
    assert not checked.errors, checked.errors
    return checked.variables[asked["key"]]


def decision() -> Form:
    """Appoint (then: which day) or refuse (then: why)."""
    return form_of(
        component("radio", "decision", values=[option("appoint"), option("refuse")], validate={"required": True}),
        component(
            "select",
            "day",
            valuesKey="reception_days",
            validate={"required": True},
            properties={"message_required": "Выберите день приёма из графика"},
            conditional={"hide": '=decision != "appoint"'},
            i18n={
                "kk": {"label": "Күн", "message_required": "Қабылдау күнін графиктен таңдаңыз"},
                "en": {"label": "Day", "message_required": "Choose the reception day from the schedule"},
            },
        ),
        component(
            "textarea",
            "reason",
            record="request.refusal_reason",
            validate={"required": True, "maxLength": 200},
            conditional={"hide": '=decision != "refuse"'},
        ),
    )


def round_trips(act: Callable[[], object], reference: Any, *, enough: float = 0) -> float:
    """How many JSON round trips of `reference` one `act` lasts: a measure that carries over from machine to machine.

    The quickest of many of both, taken in turns; of ten where that is less than `enough` already. A round trip of the
    fields of one task takes about 6 µs.
    """
    acts: list[int] = []
    references: list[float] = []
    for turn in range(60):
        if turn >= 10 and min(acts) / min(references) < enough:
            break
        began = time.process_time_ns()
        act()
        acted = time.process_time_ns()
        for _ in range(10):
            json.loads(json.dumps(reference))
        acts.append(acted - began)
        references.append((time.process_time_ns() - acted) / 10)
    return min(acts) / min(references)
