"""Playing a bundle of diagrams from its lint to its end."""

import logging
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from app.domain import clock
from app.domain.clock import StandingClock, using
from app.domain.errors import AutomationError
from app.domain.problems import Problem, has_errors, warning
from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.lint import lint
from app.engine.lint.rules.expressions import ALWAYS_FAILS
from app.engine.lint.rules.net import ENDLESS_RECURSION
from app.simulation.bundle import Bundle, ProcessChoiceError
from app.simulation.inputs import Inputs
from app.simulation.outcome import Outcome, Status
from app.simulation.play import Play
from app.simulation.world import SimulatedWorld

_log = logging.getLogger(__name__)
FAULT: Final = Text(
    kk="Қозғалтқыштың өзінде қате. Схеманы қоса жіберіп, әзірлеушілерге хабарлаңыз.",
    ru="Ошибка в самом движке. Сообщите разработчикам и приложите схему.",
    en="A fault of the engine itself. Tell the developers and attach the diagram.",
)
AMBIGUOUS: Final = warning(
    "run.message_ambiguous",
    "«{message}» хабарламасын бірнеше процесс күтіп тұр, қайсысына арналғаны айтылмаған. Корреляция кілтін қосыңыз.",
    "Сообщение «{message}» ждут несколько экземпляров, и не сказано, для которого оно. Добавьте ключ корреляции.",
    "Several instances wait for the message “{message}”, and it does not say for whom it is. Add a correlation key.",
)
UNKNOWN_INPUT: Final = warning(
    "run.unknown_input",
    "Жауаптар берілген мұндай элемент схемаларда жоқ. Идентификаторын тексеріңіз.",
    "Такого элемента, для которого даны ответы, в схемах нет. Проверьте идентификатор.",
    "The diagrams have no such element, for which answers are given. Check its id.",
)
UNUSED_INPUT: Final = warning(
    "run.unused_input",
    "Бұл элемент жауап алмайды. Жауапты адамның не қызметтің тапсырмасына немесе хабарлама күтетін оқиғаға беріңіз.",
    "Этот элемент ответов не берёт. Дайте их задаче человека или службы либо событию, которое ждёт сообщения.",
    "This element takes no answers. Give them to a task of a person or service, or to an event that awaits a message.",
)
FIRST_TURN: Final = warning(
    "run.first_turn_only",
    "Процесс осы таймер бойынша шексіз басталып тұрады, ойнатылғаны — тек бірінші реті. Шегін --until арқылы беріңіз.",
    "Процесс начинается по этому таймеру без конца, проигран только первый раз. Задайте предел через --until.",
    "The process begins by this timer without end, and only the first time is played. Give a limit by --until.",
)
_TAKE_NOTHING: Final = frozenset(
    {
        *("task", "scriptTask", "sendTask", "callActivity", "subProcess", "transaction", "adHocSubProcess", "endEvent"),
        *("intermediateThrowEvent", "exclusiveGateway", "inclusiveGateway", "parallelGateway", "complexGateway"),
        *("eventBasedGateway", "sequenceFlow"),
    }
)

SHOWN_BY_PLAYING: Final = frozenset({ALWAYS_FAILS.id, ENDLESS_RECURSION.id})
"""Faults that need no words before: the play comes to where they stop it, or goes another way."""


def simulate(
    files: Mapping[str, bytes],
    *,
    process: str | None = None,
    data: Mapping[str, object] | None = None,
    inputs: Mapping[str, object] | None = None,
    rules: Mapping[str, str] | None = None,
    begins: datetime | None = None,
    until: datetime | None = None,
    auto: bool = False,
) -> Outcome:
    """Play the process of `files` (diagrams and decision tables by name) in memory on a clock of its own.

    `data` are its first variables, `inputs` the answers by element (`inputs.Inputs`), `rules` deadline rules by key.
    The clock stands at `begins` (now) and jumps to the next due moment, up to `until`. `auto` completes user tasks
    that have no answers. Whatever goes wrong is a problem of the outcome; raised is only `BadInputsError`.
    """
    answers = Inputs(inputs or {})
    problems = tuple(each for each in lint(files, standalone=True) if each.rule not in SHOWN_BY_PLAYING)
    if has_errors(problems):
        return Outcome("refused", problems=problems)
    bundle = Bundle(files)
    try:
        chosen = bundle.chosen(process)
    except ProcessChoiceError as error:
        return Outcome("refused", problems=(*problems, _problem(error, "")))
    problems += tuple(UNKNOWN_INPUT.at("", element) for element in sorted(answers.elements - bundle.elements.keys()))
    unused = (each for each in sorted(answers.elements) if bundle.elements.get(each) in _TAKE_NOTHING)
    problems += tuple(UNUSED_INPUT.at("", element) for element in unused)
    standing = StandingClock(begins or clock.wall())
    with using(standing):
        play = Play(bundle, SimulatedWorld(answers, rules), standing, auto=auto)
        try:
            play.start(chosen, data or {}, until)
            play.go_on(until)
        except Exception as error:  # noqa: BLE001 - whatever a diagram can do to the engine becomes a problem
            status: Status = "refused" if isinstance(error, DiagramError) else "failed"
            failure = _problem(error, bundle.processes.get(play.acting, ""))
            return Outcome(status, tuple(play.path), problems=(*problems, failure))
        kept = tuple(
            AMBIGUOUS.at(bundle.processes.get(process_id, ""), thrown.element, message=thrown.message)
            for process_id, thrown in play.ambiguous()
        )
        if play.endless:
            kept += (FIRST_TURN.at(bundle.processes.get(chosen, ""), play.endless),)
        status = "completed" if play.ended else "waiting"
        return Outcome(status, tuple(play.path), play.data, tuple(play.waiting()), (*problems, *kept))


def _problem(error: Exception, file: str) -> Problem:
    if isinstance(error, AutomationError):
        rule = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()
        return Problem(file, str(getattr(error, "element", "")), f"run.{rule}", "error", error.text)
    noted = (note.partition("element: ")[2] for note in getattr(error, "__notes__", ()))
    _log.error("the engine stumbled", exc_info=error)
    return Problem(file, next(filter(None, noted), ""), "run.fault", "error", FAULT)
