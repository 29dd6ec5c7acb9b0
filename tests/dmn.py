"""DMN files as tests write them: short, with ids that tell what is meant."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

DMN_15 = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(*elements: str, model: str = DMN_15, namespace: str = "urn:test") -> bytes:
    """A whole file."""
    inside = "\n".join(elements)
    return f'<definitions xmlns="{model}" id="file" name="file" namespace="{namespace}">{inside}</definitions>'.encode()


def typed(name: str, type_: str, allowed: str = "", *, collection: bool = False) -> str:
    """An item definition of a basic type."""
    values = f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    many = ' isCollection="true"' if collection else ""
    return f"<itemDefinition name={quoteattr(name)}{many}><typeRef>{type_}</typeRef>{values}</itemDefinition>"


def structured(name: str, /, **components: str) -> str:
    """An item definition with components, `_` in their names standing for a space."""
    inside = "".join(
        f"<itemComponent name={quoteattr(part.replace('_', ' '))}><typeRef>{type_}</typeRef></itemComponent>"
        for part, type_ in components.items()
    )
    return f"<itemDefinition name={quoteattr(name)}>{inside}</itemDefinition>"


def variable(name: str, type_: str = "") -> str:
    """The variable of an element."""
    return f"<variable name={quoteattr(name)}{_type(type_)}/>"


def _type(type_: str) -> str:
    return f" typeRef={quoteattr(type_)}" if type_ else ""


def input_data(identity: str, name: str, type_: str = "") -> str:
    """An input data element."""
    return f"<inputData id={quoteattr(identity)} name={quoteattr(name)}>{variable(name, type_)}</inputData>"


def decision(
    identity: str,
    name: str,
    body: str,
    *,
    inputs: Sequence[str] = (),
    decisions: Sequence[str] = (),
    knowledge: Sequence[str] = (),
    type_: str = "",
) -> str:
    """A decision with what it requires, by id."""
    return (
        f"<decision id={quoteattr(identity)} name={quoteattr(name)}>{variable(name, type_)}"
        + needs(inputs, decisions, knowledge)
        + f"{body}</decision>"
    )


def needs(inputs: Sequence[str] = (), decisions: Sequence[str] = (), knowledge: Sequence[str] = ()) -> str:
    """The requirements of an element, by id or `namespace#id`."""

    def href(reference: str) -> str:
        return quoteattr(reference if "#" in reference else f"#{reference}")

    return (
        "".join(
            f"<informationRequirement><requiredInput href={href(each)}/></informationRequirement>" for each in inputs
        )
        + "".join(
            f"<informationRequirement><requiredDecision href={href(each)}/></informationRequirement>"
            for each in decisions
        )
        + "".join(
            f"<knowledgeRequirement><requiredKnowledge href={href(each)}/></knowledgeRequirement>" for each in knowledge
        )
    )


def knowledge(identity: str, name: str, parameters: Sequence[str], body: str, *, needed: Sequence[str] = ()) -> str:
    """A business knowledge model; a parameter may be `name: type`."""
    return (
        f"<businessKnowledgeModel id={quoteattr(identity)} name={quoteattr(name)}>{variable(name)}"
        f"<encapsulatedLogic>{_parameters(parameters)}{body}</encapsulatedLogic>{needs(knowledge=needed)}"
        "</businessKnowledgeModel>"
    )


def _parameters(parameters: Sequence[str]) -> str:
    pairs = (each.partition(": ") for each in parameters)
    return "".join(f"<formalParameter name={quoteattr(name)}{_type(type_)}/>" for name, _, type_ in pairs)


def literal(text: str, identity: str = "", tag: str = "literalExpression") -> str:
    """A FEEL expression."""
    named = f" id={quoteattr(identity)}" if identity else ""
    return f"<{tag}{named}><text>{escape(text)}</text></{tag}>"


def invocation(function: str, **arguments: str) -> str:
    """A call of a business knowledge model, `_` in the names of its parameters standing for a space."""
    bindings = "".join(
        f"<binding><parameter name={quoteattr(name.replace('_', ' '))}/>{literal(text)}</binding>"
        for name, text in arguments.items()
    )
    return f"<invocation>{literal(function)}{bindings}</invocation>"


def context(*entries: tuple[str, str]) -> str:
    """A boxed context of `(name, boxed expression)`; the one without a name is the result."""
    inside = "".join(f"<contextEntry>{variable(name) if name else ''}{body}</contextEntry>" for name, body in entries)
    return f"<context>{inside}</context>"


def table(
    rules: str,
    *,
    inputs: Sequence[str],
    outputs: Sequence[str] = ("",),
    policy: str = "UNIQUE",
    aggregation: str = "",
    values: dict[str, str] | None = None,
    default: str = "",
) -> str:
    """A decision table drawn as text: a row a line, cells between `|`, `#` before an annotation.

    An input is `expression` or `expression: type`, an output `name` or `name: type`; `values` are their allowed
    values. The cells of row 2 are called `r2_c1`, `r2_c2` …, the row itself `r2`.
    """
    allowed = values or {}
    columns = []
    for number, each in enumerate(inputs, 1):
        text, _, type_ = each.partition(": ")
        listed = f"<inputValues><text>{escape(allowed[text])}</text></inputValues>" if text in allowed else ""
        columns.append(
            f'<input id="i{number}" label={quoteattr(text)}><inputExpression{_type(type_)}>'
            f"<text>{escape(text)}</text></inputExpression>{listed}</input>"
        )
    for number, each in enumerate(outputs, 1):
        name, _, type_ = each.partition(": ")
        listed = f"<outputValues><text>{escape(allowed[name])}</text></outputValues>" if name in allowed else ""
        fallback = literal(default, tag="defaultOutputEntry") if default else ""
        named = f" name={quoteattr(name)}" if name else ""
        columns.append(f'<output id="o{number}"{named}{_type(type_)}>{listed}{fallback}</output>')
    rows = (row.strip() for row in rules.strip().splitlines())
    policies = f' hitPolicy="{policy}"' + (f' aggregation="{aggregation}"' if aggregation else "")
    drawn = "".join(_row(number, row, len(inputs)) for number, row in enumerate(rows, 1))
    return f'<decisionTable id="table"{policies}>{"".join(columns)}{drawn}</decisionTable>'


def _row(number: int, row: str, inputs: int) -> str:
    cells, _, note = row.partition("#")
    drawn = "".join(
        literal(cell.strip(), f"r{number}_c{place}", "inputEntry" if place <= inputs else "outputEntry")
        for place, cell in enumerate(cells.split("|"), 1)
    )
    annotation = literal(note.strip(), tag="annotationEntry") if note else ""
    return f'<rule id="r{number}">{drawn}{annotation}</rule>'
