"""Data as BPMN draws them: data objects and properties are variables, associations carry values between them."""

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.expression_text import expression_of
from app.engine.tokens import Token
from app.engine.xml import BPMN

GENERATED: Final = re.compile(
    r"_.*|(?:Data(?:Object|Input|Output)(?:Reference|Ref)?|Property|DORef)_\w+", re.IGNORECASE
)
ITEMS: Final = frozenset({"dataObject", "dataObjectReference", "property", "dataInput", "dataOutput"})
STORES: Final = frozenset({"dataStore", "dataStoreReference"})
_SPEAKING: Final = (
    *("script", "conditionExpression", "condition", "loopCondition", "loopCardinality", "completionCondition"),
    *("activationCondition", "from", "transformation", "timeDate", "timeDuration", "timeCycle"),
)
_BY_ID: Final = etree.XPath("//*[@id=$reference]")

NO_STORE: Final = Text(
    kk="деректер қоймасы қолданылмайды; деректер нысанын немесе қызметтік тапсырманы қойыңыз.",
    ru="хранилища данных не поддерживаются; поставьте объект данных или сервисную задачу.",
    en="data stores are not supported; use a data object or a service task.",
)
NO_ITEM: Final = Text(
    kk="деректер байланысы жоқ деректерге сілтейді.",
    ru="ассоциация данных ссылается на данные, которых нет.",
    en="a data association refers to data that do not exist.",
)
NO_TARGET: Final = Text(
    kk="деректер байланысының мәні қайда баратыны айтылмаған.",
    ru="не сказано, куда ассоциация данных кладёт значение.",
    en="a data association does not say where its value goes.",
)
SEVERAL_SOURCES: Final = Text(
    kk="деректер байланысының бірнеше көзі бар: transformation ішінде олардан не шығатынын жазыңыз.",
    ru="у ассоциации данных несколько источников: напишите в transformation, что из них получается.",
    en="a data association has several sources: say in its transformation what comes of them.",
)


class Association:
    """Carries one value from one variable, or an expression, to another variable. SpiffWorkflow calls `get` or `set`.

    A variable that is not there yet carries nothing; it may have been given by the name of the data, `otherwise`.
    """

    bpmn_id = ""
    """Under this name SpiffWorkflow would remove the value again; `Locals` does that."""

    def __init__(
        self, target: str, *, source: str | None = None, otherwise: str = "", expression: str | None = None
    ) -> None:
        self.target = target
        self.source = source
        self.otherwise = otherwise
        self.expression = expression

    def get(self, token: Token) -> None:
        """Carry the value."""
        if self.expression is not None:
            value = token.workflow.script_engine.evaluate(token, self.expression)
        elif self.source in token.data:
            value = token.data[self.source]
        elif self.otherwise in token.data:
            value = token.data[self.otherwise]
        else:
            return
        token.data = {**token.data, self.target: value}

    set = get


class Locals:
    """The data that an activity declares for itself, which nobody sees outside."""

    bpmn_id = ""

    def __init__(self, names: list[str], kept: list[str]) -> None:
        self.names = [name for name in names if name not in kept]

    def set(self, token: Token) -> None:
        """Put back what these names meant before."""
        before = token.parent.data
        inside = set(self.names)
        data = {name: value for name, value in token.data.items() if name not in inside}
        token.data = {**data, **{name: before[name] for name in self.names if name in before}}


def inputs_of(node: "etree._Element") -> list[Any]:
    """What is carried into an activity or event when it begins. Raises `DiagramError`."""
    return list(_carried(node, "dataInputAssociation"))


def outputs_of(node: "etree._Element") -> list[Any]:
    """What is carried out of it when it is completed, and what is forgotten then. Raises `DiagramError`."""
    carried = list(_carried(node, "dataOutputAssociation"))
    own = [*declared(node, "dataInput"), *declared(node, "dataOutput"), *common(node)]
    if not own:
        return carried
    return [*carried, Locals(own, [one.target for one in carried])]


def declared(node: "etree._Element", tag: str) -> list[str]:
    """The variables of the data inputs or outputs that an activity or process declares."""
    return [_name(item) for item in node.iterfind(f"{BPMN}ioSpecification/{BPMN}{tag}")]


def own_data(node: "etree._Element", tag: str) -> tuple[str, ...]:
    """The same of an event or a task that sends or receives."""
    return (*declared(node, tag), *(_name(item) for item in node.iterfind(BPMN + tag)))


def common(node: "etree._Element") -> list[str]:
    """The variables of the data objects and properties that a process, sub-process or task declares for all within."""
    return [_name(item) for tag in ("dataObject", "property") for item in node.iterfind(BPMN + tag)]


def variable_of(node: "etree._Element", reference: str) -> str | None:
    """The variable of the data that `reference` names; None if there are none of this id. Raises `DiagramError`."""
    for item in _found(node, reference):
        kind = etree.QName(item).localname
        if kind in STORES:
            raise DiagramError(element=node.get("id") or reference, reason=NO_STORE)
        if kind in ITEMS:
            return _name(item)
    return None


def _found(node: "etree._Element", reference: str) -> list[Any]:
    found: Any = _BY_ID(node, reference=reference)
    return [item for item in found if item.tag.startswith(BPMN)]


def _carried(node: "etree._Element", tag: str) -> Iterator[Association]:
    for association in node.iterfind(BPMN + tag):
        sources = [(found.text or "").strip() for found in association.iterfind(BPMN + "sourceRef")]
        target = (association.findtext(BPMN + "targetRef") or "").strip()
        names = {_required(node, source): source for source in sources if source}
        to = _required(node, target) if target else None
        transformation = expression_of(association.find(BPMN + "transformation"), node.get("id", ""))
        assignments = association.findall(BPMN + "assignment")
        for assignment in assignments:
            yield _assigned(node, assignment)
        if len(names) > 1 and transformation is None and not assignments:
            raise DiagramError(element=node.get("id", ""), reason=SEVERAL_SOURCES)
        if transformation is not None:
            if to is None:
                raise DiagramError(element=node.get("id", ""), reason=NO_TARGET)
            yield Association(to, expression=transformation)
        elif not assignments and to is not None:
            for name, source in names.items():
                if name != to:
                    yield Association(to, source=name, otherwise=_found(node, source)[0].get("name") or "")


def _assigned(node: "etree._Element", assignment: "etree._Element") -> Association:
    expression = expression_of(assignment.find(BPMN + "from"), node.get("id", ""))
    to = (assignment.findtext(BPMN + "to") or "").strip()
    name = (variable_of(node, to) or to) if to else ""
    if expression is None or not name.isidentifier():
        raise DiagramError(element=node.get("id", ""), reason=NO_TARGET)
    return Association(name, expression=expression)


def _required(node: "etree._Element", reference: str) -> str:
    found = variable_of(node, reference)
    if found is None:
        raise DiagramError(element=node.get("id", ""), reason=NO_ITEM)
    return found


def _name(item: "etree._Element") -> str:
    """The id, or the name where a drawing program has made the id up or the expressions of the file speak of the name.

    A reference is called as what it refers to.
    """
    names = [item.get("name") or ""]
    if etree.QName(item).localname == "dataObjectReference":
        objects = _found(item, item.get("dataObjectRef") or "")
        item = next((one for one in objects if one.tag == BPMN + "dataObject"), item)
        names = [item.get("name") or "", *names]
    written = item.get("id") or ""
    name = next((name for name in names if name.isidentifier()), "")
    if not name or written == name:
        return written
    if not written.isidentifier() or GENERATED.fullmatch(written):
        return name
    spoken = _words(item)
    return name if name in spoken and written not in spoken else written


def _words(item: "etree._Element") -> frozenset[str]:
    """The words of all expressions and scripts of the file."""
    root = item.getroottree().getroot()
    texts = (element.text or "" for element in root.iter(*(BPMN + tag for tag in _SPEAKING)))
    return frozenset(re.findall(r"\w+", " ".join(texts)))
