"""Reading a diagram's XML, which anybody may have written."""

import codecs
import re
from contextlib import suppress
from typing import Any, ClassVar, Final

from lxml import etree

from app.domain.errors import AutomationError
from app.domain.texts import Text

BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
BPMNDI: Final = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC: Final = "{http://www.omg.org/spec/DD/20100524/DC}"
DI: Final = "{http://www.omg.org/spec/DD/20100524/DI}"
SPIFF: Final = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
DEFINITIONS: Final = BPMN + "definitions"
MAX_BYTES: Final = 2 * 1024 * 1024
MAX_DEPTH: Final = 100

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARATION: Final = re.compile(r"\s*<\?xml\s[^>]{0,300}?\?>")
_DECLARED: Final = re.compile(r"""encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]{0,40})["']""")
_PROLOGUE: Final = re.compile(r"\s+|<!--.*?-->|<\?.*?\?>", re.DOTALL)
_NOT_CHARACTERS: Final = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7"})
_REFERS: Final = re.compile(r"(Refs?|incoming|outgoing)$")
"""Elements whose text is a reference."""
_TRUTHS: Final = frozenset(
    {
        *("isExecutable", "isInterrupting", "cancelActivity", "parallelMultiple", "instantiate", "isSequential"),
        *("triggeredByEvent", "isForCompensation", "testBefore", "cancelRemainingInstances", "waitForCompletion"),
    }
)
_WIDE: Final = ("utf-16", "utf-32")


class DiagramXmlError(AutomationError):
    """The file cannot be read as a diagram; `line` counts from 1 and is 0 where no line is to blame."""

    status = 422

    def __init__(self, *, line: int = 0, **values: object) -> None:
        super().__init__(line=line, **values)
        self.line = line


class XmlTooLargeError(DiagramXmlError):
    """The file has more bytes than a diagram may have."""

    status = 413
    message: ClassVar[Text] = Text(
        kk="Схема файлы тым үлкен: ең көбі {limit} байт болады. "
        "Бір бөлігін басқа файлға, шақырылатын процеске шығарыңыз.",
        ru="Файл схемы слишком большой: допустимо не более {limit} байт. Вынесите часть в вызываемый процесс в другом "
        "файле.",
        en="The diagram file is too large: at most {limit} bytes are allowed. Move a part into a called process in "
        "another file.",
    )


class XmlEncodingError(DiagramXmlError):
    """The bytes are not text in the encoding that they declare."""

    message: ClassVar[Text] = Text(
        kk="Схема файлы «{encoding}» кодтамасымен оқылмайды. Оны UTF-8 түрінде сақтаңыз.",
        ru="Файл схемы не читается в кодировке «{encoding}». Сохраните его в UTF-8.",
        en="The diagram file cannot be read as “{encoding}”. Save it as UTF-8.",
    )


class XmlDoctypeError(DiagramXmlError):
    """A document type declaration; diagrams have none, attacks have."""

    message: ClassVar[Text] = Text(
        kk="{line}-жол: схема файлында DOCTYPE болмауы керек. Оны өшіріңіз.",
        ru="Строка {line}: в файле схемы не должно быть DOCTYPE. Удалите его.",
        en="Line {line}: a diagram file must not contain a DOCTYPE. Delete it.",
    )


class XmlMalformedError(DiagramXmlError):
    """Not well-formed XML."""

    message: ClassVar[Text] = Text(
        kk="{line}-жол, {column}-таңба: файл дұрыс XML емес немесе толық емес ({detail}). Редактордан қайта сақтаңыз.",
        ru="Строка {line}, символ {column}: файл не является правильным XML или обрывается ({detail}). Сохраните "
        "его из редактора ещё раз.",
        en="Line {line}, character {column}: the file is not well-formed XML or is cut off ({detail}). Save it from an "
        "editor again.",
    )


class XmlTooDeepError(DiagramXmlError):
    """Elements nested deeper than any diagram needs."""

    message: ClassVar[Text] = Text(
        kk="{line}-жол: элементтер тым терең кірістірілген (ең көбі {limit}). Ішкілерін бөлек процеске шығарыңыз.",
        ru="Строка {line}: элементы вложены слишком глубоко (не более {limit}). Вынесите внутренние в другой процесс.",
        en="Line {line}: the elements are nested too deeply (at most {limit}). Move the inner ones elsewhere.",
    )


class NotADiagramError(DiagramXmlError):
    """XML, but with another root element."""

    message: ClassVar[Text] = Text(
        kk="{line}-жол: түбір элементі {root}, ал {needed} болуы керек. Файлды редактордан BPMN 2.0 (.bpmn) немесе DMN "
        "(.dmn) түрінде сақтаңыз.",
        ru="Строка {line}: корневой элемент — {root}, а должен быть {needed}. Сохраните файл из редактора как BPMN 2.0 "
        "(.bpmn) или DMN (.dmn).",
        en="Line {line}: the root element is {root} instead of {needed}. Save the file from its editor as BPMN 2.0 "
        "(.bpmn) or DMN (.dmn).",
    )


def read_xml(
    data: bytes, *, limit: int = MAX_BYTES, roots: frozenset[str] = frozenset({DEFINITIONS})
) -> "etree._ElementTree":
    """The tree of a diagram in any encoding that it declares, without comments; `sourceline` is right.

    Qualified names of the diagram's own namespace have become ids, truths `true` or `false`. No DOCTYPE, no entities of
    its own, no network, at most `limit` bytes and `MAX_DEPTH` levels, a root among `roots`. Raises a `DiagramXmlError`.
    """
    if len(data) > limit:
        raise XmlTooLargeError(limit=limit)
    text = _decoded(data)
    _refuse_doctype(text)
    tree = _parsed(text)
    document: Any = tree.docinfo
    if document.internalDTD is not None:
        raise XmlDoctypeError(line=1)
    _refuse_depth(tree)
    root = tree.getroot()
    if root.tag not in roots:
        raise NotADiagramError(line=_line(root), root=_named(root.tag), needed=_named(max(roots)))
    if root.tag == DEFINITIONS:
        _say_plainly(root)
    return tree


def _named(tag: str) -> str:
    """The name of an element and its namespace, in words."""
    name = etree.QName(tag)
    return f"«{name.localname[:80]}» ({name.namespace[:120]})" if name.namespace else f"«{name.localname[:80]}»"


def decoded(data: bytes) -> str:
    """The text of a diagram in any encoding; other than in UTF-8 it says afterwards that it is UTF-8.

    Raises `XmlEncodingError`.
    """
    with suppress(UnicodeError):
        if _encoding(data) == "utf-8":
            return data.decode()
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_decoded(data).lstrip()}'


def _decoded(data: bytes) -> str:
    """The text without its XML declaration, whose line breaks stay."""
    encoding = _encoding(data)
    text = None
    if encoding.replace("-", "_") not in _NOT_CHARACTERS:
        with suppress(UnicodeError, LookupError):
            text = data.decode(encoding).removeprefix("\ufeff")
    if text is None:
        raise XmlEncodingError(encoding=encoding)
    declaration = _DECLARATION.match(text)
    return "\n" * declaration[0].count("\n") + text[declaration.end() :] if declaration else text


def _encoding(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    declaration = _DECLARATION.match(data[:400].decode("latin-1"))
    declared = _DECLARED.search(declaration[0]) if declaration else None
    if not declared:
        return "utf-8"
    try:
        found = codecs.lookup(declared[1])
    except LookupError:
        return declared[1]
    # bytes that spell "<?xml" are not UTF-16, whatever a careless program wrote into the declaration
    return "utf-8" if found.name.startswith(_WIDE) else found.name


def _refuse_doctype(text: str) -> None:
    position = 0
    while found := _PROLOGUE.match(text, position):
        position = found.end()
    if text[position : position + 9].upper() == "<!DOCTYPE":
        raise XmlDoctypeError(line=text.count("\n", 0, position) + 1)


def _parsed(text: str) -> "etree._ElementTree":
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.ElementTree(etree.fromstring(text.encode(), parser))
    except etree.XMLSyntaxError as error:
        problem = _malformed(error)
    except UnicodeEncodeError:
        problem = XmlEncodingError(encoding="utf-8")
    raise problem


def _malformed(error: "etree.XMLSyntaxError") -> DiagramXmlError:
    line, column = error.position
    detail = error.msg.rpartition(", line")[0] or error.msg
    if "xcessive depth" in detail:
        return XmlTooDeepError(line=line, limit=MAX_DEPTH)
    return XmlMalformedError(line=max(line, 1), column=max(column, 1), detail=detail[:200])


def _refuse_depth(tree: "etree._ElementTree") -> None:
    depth = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise XmlTooDeepError(line=_line(element), limit=MAX_DEPTH)


def _say_plainly(root: Any) -> None:
    """`tns:order` is the id `order` where `tns` is the namespace of the diagram; `1` and `0` are true and false."""
    own = root.get("targetNamespace")
    for element in root.iter(BPMN + "*"):
        for name, value in element.items():
            if name in _TRUTHS:
                element.set(name, {"1": "true", "0": "false"}.get(value.strip(), value.strip()))
            elif name == "calledElement":  # it may be of another file
                element.set(name, value.strip().rpartition(":")[2])
            elif name.endswith("Ref") and _is_of(element, value, own):
                element.set(name, value.partition(":")[2])
        text = element.text
        if text and ":" in text and _REFERS.search(str(element.tag)) and _is_of(element, text, own):
            element.text = text.partition(":")[2]


def _is_of(element: Any, name: str, namespace: str | None) -> bool:
    prefix, colon, _ = name.strip().partition(":")
    return bool(colon) and namespace is not None and element.nsmap.get(prefix) == namespace


def _line(element: Any) -> int:
    return int(element.sourceline or 1)
