"""What other programs write in namespaces of their own and what means the same here, put into the standard's words."""

from dataclasses import dataclass
from typing import Final

from lxml import etree

from app.domain.texts import Text
from app.engine.errors import DiagramError
from app.engine.foreign_expressions import in_our_words
from app.engine.xml import BPMN

CAMUNDA: Final = ("{http://camunda.org/schema/1.0/bpmn}", "{http://flowable.org/bpmn}", "{http://activiti.org/bpmn}")
"""One dialect in three namespaces."""
ZEEBE: Final = "{http://camunda.org/schema/zeebe/1.0}"
UNCLEAR: Final = Text(
    kk='шақыру деректері (in, out) түсініксіз: source, sourceExpression не variables="all" керек, local болмайды.',
    ru='непонятно, что несёт вызов (in, out): нужно source, sourceExpression или variables="all", без local.',
    en='it is unclear what the call carries (in, out): write source, sourceExpression or variables="all", no local.',
)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a call hands over: the value of an `expression` as the variable `target`, or all variables."""

    expression: str = ""
    target: str = ""


def say_what_is_repeated(root: "etree._Element") -> None:
    """Write the collection and the item of instances where the standard has them; in memory only.

    What cannot be said there stays as it is and counts for nothing.
    """
    for loop in root.iter(BPMN + "multiInstanceLoopCharacteristics"):
        if loop.find(BPMN + "loopDataInputRef") is None:
            _of_camunda(loop)
            _of_zeebe(loop)


def carried(call: "etree._Element", direction: str) -> list[Carried]:
    """What a call activity hands over ("in") or takes back ("out") in the words of Camunda. Raises `DiagramError`."""
    return [_carried(call, each) for each in mappings(call) if etree.QName(each).localname == direction]


def mappings(call: "etree._Element") -> list["etree._Element"]:
    """What a call activity says in the words of Camunda about its data; a business key is no data."""
    found = [
        each
        for namespace in CAMUNDA
        for direction in ("in", "out")
        for each in call.iterfind(f"{BPMN}extensionElements/{namespace}{direction}")
    ]
    return [each for each in found if set(each.attrib) - {"businessKey"}]


def _carried(call: "etree._Element", mapping: "etree._Element") -> Carried:
    given = {str(name): str(value).strip() for name, value in mapping.attrib.items()}
    if given == {"variables": "all"}:
        return Carried()
    target, source = given.pop("target", ""), given.pop("source", "")
    expression = given.pop("sourceExpression", "")
    if given or not target.isidentifier() or not (source.isidentifier() or in_our_words(expression)):
        raise DiagramError(element=call.get("id", ""), reason=UNCLEAR)
    return Carried(source or expression, target)


def _of_camunda(loop: "etree._Element") -> None:
    for namespace in CAMUNDA:
        collection, item = loop.get(namespace + "collection", ""), loop.get(namespace + "elementVariable", "")
        if (_variable(collection) or collection).isidentifier() and (not item or item.isidentifier()):
            _write(loop, loopDataInputRef=_variable(collection) or collection, inputDataItem=item)
            for name in ("collection", "elementVariable"):
                loop.attrib.pop(namespace + name, "")


def _of_zeebe(loop: "etree._Element") -> None:
    said = loop.find(f"{BPMN}extensionElements/{ZEEBE}loopCharacteristics")
    if said is None:
        return
    names = [said.get(name, "") for name in ("inputCollection", "inputElement", "outputCollection", "outputElement")]
    collection, item, results, result = (_variable(name) or name for name in names)
    if collection.isidentifier() and all(not name or name.isidentifier() for name in (item, results, result)):
        _write(loop, loopDataInputRef=collection, loopDataOutputRef=results, inputDataItem=item, outputDataItem=result)
        for extensions in loop.iterfind(BPMN + "extensionElements"):
            extensions.remove(said)


def _variable(expression: str) -> str | None:
    """The variable that `${items}` or `= items` stands for."""
    return in_our_words(expression)


def _write(loop: "etree._Element", **said: str) -> None:
    place = sum(loop.find(BPMN + tag) is not None for tag in ("documentation", "extensionElements", "loopCardinality"))
    for tag, name in said.items():
        if name:
            node = etree.Element(BPMN + tag)
            if tag.endswith("Item"):
                node.set("name", name)
            else:
                node.text = name
            loop.insert(place, node)
            place += 1
