"""How an activity's loop is read: multi-instance and standard loops with everything the standard lets them have."""

from typing import Any, Final

from SpiffWorkflow.bpmn.specs.data_spec import TaskDataReference

from app.domain.texts import Text
from app.engine.data_flow import variable_of
from app.engine.errors import DiagramError
from app.engine.event_faults import definition_nodes, kind_of
from app.engine.expression_text import expression_of
from app.engine.instances import ParallelInstances, RepeatedTask, SequentialInstances, Throws
from app.engine.xml import BPMN

BEHAVIORS: Final = frozenset({"None", "One", "All", "Complex"})
THROWABLE: Final = frozenset({"signal", "message", "escalation", "error"})

NEITHER: Final = Text(
    kk="көп данлы тапсырманың тізімі немесе саны көрсетілмеген.",
    ru="у многоэкземплярной задачи не указаны список или число.",
    en="the multi-instance task names neither a list nor a number.",
)
BOTH: Final = Text(
    kk="көп данлы тапсырмада тізім де, сан да көрсетілген; біреуін қалдырыңыз.",
    ru="у многоэкземплярной задачи указаны и список, и число; оставьте одно.",
    en="the multi-instance task names a list and a number; leave one of them.",
)
WRONG_NUMBER: Final = Text(
    kk="даналар саны теріс емес бүтін сан болуы керек.",
    ru="число экземпляров должно быть целым и не отрицательным.",
    en="the number of instances must be whole and not negative.",
)
WRONG_BEHAVIOR: Final = Text(
    kk="behavior тек None, One, All немесе Complex бола алады.",
    ru="behavior может быть только None, One, All или Complex.",
    en="behavior can only be None, One, All or Complex.",
)
WRONG_EVENT: Final = Text(
    kk="даналар аяқталғанда тек сигнал, хабарлама, эскалация немесе қате жіберіледі, ал мұнда ондай анықтама жоқ.",
    ru="по завершении экземпляров можно бросить только сигнал, сообщение, эскалацию или ошибку, а здесь такого "
    "определения нет.",
    en="completed instances can throw only a signal, message, escalation or error, and there is no such definition.",
)
NO_CONDITION: Final = Text(
    kk="күрделі мінездің шарты жоқ.",
    ru="у сложного поведения нет условия.",
    en="the complex behaviour has no condition.",
)
ENDLESS: Final = Text(
    kk="қайталанудың шарты да, шегі де жоқ.",
    ru="у повторения нет ни условия, ни предела.",
    en="the loop has neither a condition nor a limit.",
)
WRONG_MAXIMUM: Final = Text(
    kk="loopMaximum бірден кем емес бүтін сан болуы керек.",
    ru="loopMaximum должен быть целым числом не меньше единицы.",
    en="loopMaximum must be a whole number of at least one.",
)


def repeated(parser: Any, loop: Any) -> None:
    """Put the standard loop `loop` around the task of `parser`. Raises `DiagramError`."""
    element, maximum = parser.node.get("id"), loop.get("loopMaximum")
    condition = expression_of(loop.find(BPMN + "loopCondition"), element)
    if maximum is None and condition is None:
        raise DiagramError(element=element, reason=ENDLESS)
    if maximum is not None and not (maximum.strip().isascii() and maximum.strip().isdigit() and int(maximum) > 0):
        raise DiagramError(element=element, reason=WRONG_MAXIMUM)
    original = parser.spec.task_specs.pop(parser.task.name)
    parser.task = RepeatedTask(
        parser.spec,
        original.name,
        "",
        None if maximum is None else int(maximum),
        condition,
        loop.get("testBefore") in ("true", "1"),
        description="Loop Task",
    )
    parser._copy_task_attrs(original, loop)


def several(parser: Any, loop: Any) -> None:
    """Make the task of `parser` one of several instances. Raises `DiagramError`."""
    element = parser.node.get("id")
    cardinality = expression_of(loop.find(BPMN + "loopCardinality"), element)
    collection = _reference(parser, loop, "loopDataInputRef")
    if cardinality is None and collection is None:
        raise DiagramError(element=element, reason=NEITHER)
    if cardinality is not None and collection is not None:
        raise DiagramError(element=element, reason=BOTH)
    if cardinality is not None and not _is_possible(cardinality):
        raise DiagramError(element=element, reason=WRONG_NUMBER)
    original = parser.spec.task_specs.pop(parser.task.name)
    one_by_one = loop.get("isSequential") in ("true", "1")
    parser.task = (SequentialInstances if one_by_one else ParallelInstances)(
        parser.spec,
        original.name,
        task_spec="",
        cardinality=cardinality,
        data_input=collection,
        data_output=_reference(parser, loop, "loopDataOutputRef"),
        input_item=_item(loop, "inputDataItem"),
        output_item=_item(loop, "outputDataItem"),
        condition=expression_of(loop.find(BPMN + "completionCondition"), element),
        description="Sequential MultiInstance" if one_by_one else "Parallel MultiInstance",
    )
    parser.task.throws = _throws(parser, loop)
    parser._copy_task_attrs(original, loop)


def _is_possible(cardinality: str) -> bool:
    try:
        number = float(cardinality)
    except ValueError:
        return True
    return number >= 0 and number.is_integer()


def _reference(parser: Any, loop: Any, tag: str) -> TaskDataReference | None:
    text = (loop.findtext(BPMN + tag) or "").strip()
    return TaskDataReference(variable_of(parser.node, text) or text) if text else None


def _item(loop: Any, tag: str) -> TaskDataReference | None:
    node = loop.find(BPMN + tag)
    return None if node is None else TaskDataReference(node.get("id") or node.get("name"), node.get("name"))


def _throws(parser: Any, loop: Any) -> Throws:
    behavior, throws = loop.get("behavior", "All"), Throws()
    if behavior not in BEHAVIORS:
        raise DiagramError(element=parser.node.get("id"), reason=WRONG_BEHAVIOR)
    if behavior == "None":
        throws.every = _referred(parser, loop.get("noneBehaviorEventRef"))
    elif behavior == "One":
        throws.first = _referred(parser, loop.get("oneBehaviorEventRef"))
    elif behavior == "Complex":
        for node in loop.findall(BPMN + "complexBehaviorDefinition"):
            condition = expression_of(node.find(BPMN + "condition"), parser.node.get("id"))
            if condition is None:
                raise DiagramError(element=parser.node.get("id"), reason=NO_CONDITION)
            event = node.find(BPMN + "event")
            throws.complex.append((condition, _definitions(parser, [] if event is None else definition_nodes(event))))
    return throws


def _referred(parser: Any, reference: str | None) -> list[Any]:
    """The definition at the top of the file that `reference` names; without a reference nothing is thrown."""
    if not reference:
        return []
    local = reference.rpartition(":")[2]
    found = [node for node in parser.node.getroottree().getroot() if node.get("id") in (reference, local)]
    return _definitions(parser, found[:1] or [None])


def _definitions(parser: Any, nodes: list[Any]) -> list[Any]:
    for node in nodes:
        if node is None or kind_of(node) not in THROWABLE:
            raise DiagramError(element=parser.node.get("id"), reason=WRONG_EVENT)
    return [parser.process_parser.definition_of(node, parser.node) for node in nodes]
