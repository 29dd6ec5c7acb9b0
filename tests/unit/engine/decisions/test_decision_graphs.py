"""Graphs of decisions: the loan of the standard's chapter 11 in our own words, boxed expressions, several files."""

import pytest

from app.engine.decisions import read_bundle, read_decisions
from tests.dmn import (
    context,
    decision,
    definitions,
    input_data,
    invocation,
    knowledge,
    literal,
    structured,
    table,
    typed,
)

RISK_SCORE = table(
    """
    [18..22) | -   | -               | 32
    [22..26) | -   | -               | 35
    [26..36) | -   | -               | 40
    [36..50) | -   | -               | 43
    >= 50    | -   | -               | 48
    -        | "S" | -               | 25
    -        | "M" | -               | 45
    -        | -   | "UNEMPLOYED"    | 15
    -        | -   | "STUDENT"       | 18
    -        | -   | "EMPLOYED"      | 45
    -        | -   | "SELF-EMPLOYED" | 36
    """,
    inputs=["возраст", "семейное положение", "занятость"],
    outputs=["балл"],
    policy="COLLECT",
    aggregation="SUM",
)
PRE_BUREAU = table(
    """
    false | < 100      | "HIGH"
    false | [100..120) | "MEDIUM"
    false | [120..130] | "LOW"
    false | > 130      | "VERY LOW"
    true  | < 80       | "DECLINE"
    true  | [80..90)   | "HIGH"
    true  | [90..110]  | "MEDIUM"
    true  | > 110      | "LOW"
    """,
    inputs=["наш клиент", "балл риска"],
)
POST_BUREAU = table(
    """
    false | < 120      | < 590      | "HIGH"
    false | < 120      | [590..610] | "MEDIUM"
    false | < 120      | > 610      | "LOW"
    false | [120..130] | < 600      | "HIGH"
    false | [120..130] | [600..625] | "MEDIUM"
    false | [120..130] | > 625      | "LOW"
    false | > 130      | -          | "VERY LOW"
    true  | <= 100     | < 580      | "HIGH"
    true  | <= 100     | [580..600] | "MEDIUM"
    true  | <= 100     | > 600      | "LOW"
    true  | > 100      | < 590      | "HIGH"
    true  | > 100      | [590..615] | "MEDIUM"
    true  | > 100      | > 615      | "LOW"
    """,
    inputs=["наш клиент", "балл риска", "кредитный балл"],
)
ELIGIBILITY = table(
    """
    "DECLINE" | -     | -    | "INELIGIBLE"
    -         | false | -    | "INELIGIBLE"
    -         | -     | < 18 | "INELIGIBLE"
    -         | -     | -    | "ELIGIBLE"
    """,
    inputs=["Pre-bureau risk category", "доступность", "возраст"],
    outputs=["ответ"],
    policy="PRIORITY",
    values={"ответ": '"INELIGIBLE", "ELIGIBLE"'},
)
ROUTING = table(
    """
    -     | false | -    | -      | "DECLINE"
    true  | -     | -    | -      | "DECLINE"
    -     | -     | -    | "HIGH" | "REFER"
    -     | -     | < 580 | -     | "REFER"
    -     | -     | -    | -      | "ACCEPT"
    """,
    inputs=["банкрот", "доступность", "кредитный балл", "категория"],
    outputs=["путь"],
    policy="PRIORITY",
    values={"путь": '"DECLINE", "REFER", "ACCEPT"'},
)
AFFORDABILITY = context(
    ("свободный доход", literal("доход - (платежи + расходы)")),
    ("поправка", invocation("Поправка на риск", категория="категория")),
    ("по силам", literal("if свободный доход * поправка > взнос then true else false")),
    ("", literal("по силам")),
)
APPLICANT = structured("тМесяц", доход="number", расходы="number", платежи="number") + structured(
    "тЗаявитель",
    возраст="number",
    семейное_положение="string",
    занятость="string",
    наш_клиент="boolean",
    месяц="тМесяц",
)
LOAN = definitions(
    APPLICANT,
    structured("тЗаём", вид="string", ставка="number", срок="number", сумма="number"),
    structured("тБюро", банкрот="boolean", кредитный_балл="number"),
    input_data("applicant", "Заявитель", "тЗаявитель"),
    input_data("loan", "Заём", "тЗаём"),
    input_data("bureau", "Бюро", "тБюро"),
    knowledge("b_score", "Модель риска", ["возраст", "семейное положение", "занятость"], RISK_SCORE),
    knowledge("b_pre", "Категория до бюро", ["наш клиент", "балл риска"], PRE_BUREAU),
    knowledge("b_post", "Категория после бюро", ["наш клиент", "балл риска", "кредитный балл"], POST_BUREAU),
    knowledge(
        "b_call",
        "Вид запроса",
        ["категория"],
        table('"HIGH", "MEDIUM" | "FULL"\n"LOW" | "MINI"\n"VERY LOW", "DECLINE" | "NONE"', inputs=["категория"]),
    ),
    knowledge(
        "b_factor",
        "Поправка на риск",
        ["категория"],
        table('"HIGH", "DECLINE" | 0.6\n"MEDIUM" | 0.7\n"LOW", "VERY LOW" | 0.8', inputs=["категория"]),
    ),
    knowledge(
        "b_afford",
        "Посильность",
        ["доход: number", "платежи: number", "расходы: number", "категория: string", "взнос: number"],
        AFFORDABILITY,
        needed=["b_factor"],
    ),
    knowledge("b_pmt", "PMT", ["s", "r", "n"], literal("(s * r / 12) / (1 - (1 + r / 12) ** -n)")),
    knowledge(
        "b_instalment",
        "Месячный взнос",
        ["вид", "ставка", "срок", "сумма"],
        context(
            (
                "сбор",
                literal('if вид = "STANDARD LOAN" then 20.00 else if вид = "SPECIAL LOAN" then 25.00 else null'),
            ),
            ("платёж", literal("PMT(сумма, ставка, срок)")),
            ("", literal("платёж + сбор")),
        ),
        needed=["b_pmt"],
    ),
    knowledge("b_rules", "Правила допуска", ["Pre-bureau risk category", "доступность", "возраст"], ELIGIBILITY),
    knowledge("b_routing", "Правила пути", ["банкрот", "доступность", "кредитный балл", "категория"], ROUTING),
    decision(
        "score",
        "Балл риска",
        invocation(
            "Модель риска",
            возраст="Заявитель.возраст",
            семейное_положение="Заявитель.семейное положение",
            занятость="Заявитель.занятость",
        ),
        inputs=["applicant"],
        knowledge=["b_score"],
        type_="number",
    ),
    decision(
        "pre",
        "Pre-bureau risk category",
        invocation("Категория до бюро", наш_клиент="Заявитель.наш клиент", балл_риска="Балл риска"),
        inputs=["applicant"],
        decisions=["score"],
        knowledge=["b_pre"],
    ),
    decision(
        "instalment",
        "Взнос",
        invocation("Месячный взнос", вид="Заём.вид", ставка="Заём.ставка", срок="Заём.срок", сумма="Заём.сумма"),
        inputs=["loan"],
        knowledge=["b_instalment"],
    ),
    *(
        decision(
            identity,
            name,
            invocation(
                "Посильность",
                доход="Заявитель.месяц.доход",
                платежи="Заявитель.месяц.платежи",
                расходы="Заявитель.месяц.расходы",
                категория=category,
                взнос="Взнос",
            ),
            inputs=["applicant"],
            decisions=["instalment", needed],
            knowledge=["b_afford"],
        )
        for identity, name, category, needed in (
            ("afford_pre", "Посильность до бюро", "Pre-bureau risk category", "pre"),
            ("afford_post", "Посильность после бюро", "Категория риска", "post"),
        )
    ),
    decision(
        "call",
        "Запрос в бюро",
        invocation("Вид запроса", категория="Pre-bureau risk category"),
        decisions=["pre"],
        knowledge=["b_call"],
    ),
    decision(
        "eligibility",
        "Допуск",
        literal(
            "Правила допуска(доступность: Посильность до бюро, Pre-bureau risk category: Pre-bureau risk category, "
            "возраст: Заявитель.возраст)"
        ),
        inputs=["applicant"],
        decisions=["pre", "afford_pre"],
        knowledge=["b_rules"],
    ),
    decision(
        "strategy",
        "Стратегия",
        table(
            '"INELIGIBLE" | - | "DECLINE"\n"ELIGIBLE" | "FULL", "MINI" | "BUREAU"\n"ELIGIBLE" | "NONE" | "THROUGH"',
            inputs=["Допуск", "Запрос в бюро"],
        ),
        decisions=["eligibility", "call"],
    ),
    decision(
        "post",
        "Категория риска",
        invocation(
            "Категория после бюро",
            наш_клиент="Заявитель.наш клиент",
            балл_риска="Балл риска",
            кредитный_балл="Бюро.кредитный балл",
        ),
        inputs=["applicant", "bureau"],
        decisions=["score"],
        knowledge=["b_post"],
    ),
    decision(
        "routing",
        "Путь",
        invocation(
            "Правила пути",
            банкрот="Бюро.банкрот",
            доступность="Посильность после бюро",
            кредитный_балл="Бюро.кредитный балл",
            категория="Категория риска",
        ),
        inputs=["bureau"],
        decisions=["post", "afford_post"],
        knowledge=["b_routing"],
    ),
)
EVERYBODY = {
    "Заявитель": {
        "возраст": 35,
        "семейное положение": "M",
        "занятость": "EMPLOYED",
        "наш клиент": False,
        "месяц": {"доход": 6000, "расходы": 2000, "платежи": 0},
    },
    "Заём": {"вид": "STANDARD LOAN", "ставка": 0.08, "срок": 36, "сумма": 100000},
    "Бюро": {"банкрот": False, "кредитный балл": 649},
}


YOUNG = {"возраст": 19, "занятость": "STUDENT", "семейное положение": "S"}


def somebody(**changes):
    """The applicant with some answers changed."""
    return {**EVERYBODY, **{name: {**EVERYBODY[name], **change} for name, change in changes.items()}}


@pytest.mark.parametrize(
    ("decision_id", "changes", "expected"),
    [
        ("score", {}, 130),
        ("score", {"Заявитель": YOUNG}, 75),
        ("pre", {}, "LOW"),
        ("pre", {"Заявитель": {"наш клиент": True}}, "LOW"),
        (
            "pre",
            {"Заявитель": {"возраст": 19, "занятость": "STUDENT", "наш клиент": True, "семейное положение": "S"}},
            "DECLINE",
        ),
        ("call", {}, "MINI"),
        ("call", {"Заявитель": {"занятость": "UNEMPLOYED"}}, "FULL"),
        ("eligibility", {"Заём": {"сумма": 50000}}, "ELIGIBLE"),
        ("eligibility", {"Заём": {"сумма": 110000}}, "INELIGIBLE"),
        ("strategy", {"Заём": {"сумма": 50000}}, "BUREAU"),
        ("strategy", {"Заявитель": {"возраст": 51}, "Заём": {"сумма": 50000}}, "THROUGH"),
        ("strategy", {"Заявитель": {"возраст": 17}}, "DECLINE"),
        ("post", {}, "LOW"),
        ("post", {"Бюро": {"кредитный балл": 600}}, "MEDIUM"),
        ("routing", {"Заём": {"сумма": 50000}}, "ACCEPT"),
        ("routing", {"Заём": {"сумма": 50000}, "Бюро": {"кредитный балл": 570}}, "REFER"),
        ("routing", {"Заём": {"сумма": 50000}, "Бюро": {"банкрот": True}}, "DECLINE"),
        ("routing", {"Заём": {"сумма": 110000}}, "DECLINE"),
    ],
)
def test_the_loan_of_the_standard_is_decided_as_the_standard_says(decision_id, changes, expected):
    loan = read_decisions(LOAN, "loan.dmn")

    assert loan.evaluate(decision_id, somebody(**changes)) == expected


def test_the_instalment_is_computed_to_the_last_digit():
    found = read_decisions(LOAN, "loan.dmn").evaluate("instalment", EVERYBODY)

    assert found == pytest.approx(100000 * 0.08 / 12 / (1 - (1 + 0.08 / 12) ** -36) + 20, abs=1e-9)


def test_the_answer_tells_every_decision_on_the_way_and_the_rules_of_its_table():
    answer = read_decisions(LOAN, "loan.dmn").explain("strategy", somebody(Заём={"сумма": 50000}))

    steps = {step.decision: step for step in answer.steps}
    assert steps["strategy"].rules == ((2, ""),)
    assert steps["strategy"].inputs == (("Допуск", "ELIGIBLE"), ("Запрос в бюро", "MINI"))
    assert [number for number, _ in steps["b_score"].rules] == [3, 7, 10]
    assert list(steps).index("score") < list(steps).index("strategy")
    assert answer.warnings == ()


def value_of(body, variables=None, *more, **needed):
    """The value of a lone decision."""
    return read_decisions(definitions(*more, decision("d", "d", body, **needed)), "d.dmn").evaluate(
        "d", variables or {}
    )


def test_a_boxed_list_and_a_relation_are_lists():
    row = "<row>" + literal('"а"') + literal("1 + 1") + "</row>"
    relation = '<relation><column name="имя"/><column name="n"/>' + row + "</relation>"

    assert value_of("<list>" + literal("1") + relation + "</list>") == [1, [{"имя": "а", "n": 2}]]


def test_a_boxed_function_in_a_context_may_call_itself():
    inner = '<functionDefinition><formalParameter name="n" typeRef="number"/>' + literal(
        "if n < 2 then 1 else n * f(n - 1)"
    )
    body = context(("f", inner + "</functionDefinition>"), ("", literal("f(5)")))

    assert value_of(body) == 120


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<conditional><if>{0}</if><then>{1}</then><else>{2}</else></conditional>", "many"),
        ('<for iteratorVariable="x"><in>{3}</in><return>{4}</return></for>', [2, 4, 6]),
        ('<some iteratorVariable="x"><in>{3}</in><satisfies>{5}</satisfies></some>', True),
        ('<every iteratorVariable="x"><in>{3}</in><satisfies>{5}</satisfies></every>', False),
        ("<filter><in>{3}</in><match>{6}</match></filter>", [3]),
    ],
)
def test_boxed_choices_and_loops_do_what_feel_does(body, expected):
    parts = [literal(text) for text in ("count(xs) > 2", '"many"', '"few"', "xs", "x * 2", "x > 2", "item > 2")]

    assert value_of(body.format(*parts), {"xs": [1, 2, 3]}) == expected


def test_a_decision_service_is_a_function_of_its_inputs():
    service = (
        '<decisionService id="s" name="Оценка"><variable name="Оценка"/><outputDecision href="#twice"/>'
        '<inputDecision href="#half"/><inputData href="#x"/></decisionService>'
    )
    file = definitions(
        input_data("x", "x", "number"),
        decision("half", "half", literal("x / 2"), inputs=["x"]),
        decision("twice", "twice", literal("half * 2 + x"), inputs=["x"], decisions=["half"]),
        service,
        decision("d", "d", literal("Оценка(10, 1)"), knowledge=["s"]),
        decision("e", "e", literal("Оценка(half: 1, x: 10)"), knowledge=["s"]),
    )
    decisions = read_decisions(file, "d.dmn")

    assert decisions.evaluate("d", {}) == 12
    assert decisions.evaluate("e", {"x": 100}) == 12
    assert decisions.evaluate("twice", {"x": 10}) == 20


def test_files_of_a_bundle_import_each_other():
    common = definitions(
        typed("тПол", "string", '"Ж", "М"'),
        input_data("sex", "пол", "тПол"),
        decision("age", "Возраст выхода", literal('if пол = "Ж" then 61 else 63'), inputs=["sex"]),
        knowledge("twice", "дважды", ["x"], literal("x * 2")),
        namespace="urn:common",
    )
    own = definitions(
        '<import name="общее" namespace="urn:common" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>',
        decision(
            "d",
            "d",
            literal("общее.дважды(общее.Возраст выхода)"),
            decisions=["urn:common#age"],
            knowledge=["urn:common#twice"],
        ),
    )

    decisions = read_bundle({"own.dmn": own, "common.dmn": common})

    assert decisions.evaluate("d", {"пол": "Ж"}) == 122
    assert set(decisions.ids) == {"d", "age"}


def test_a_decision_sees_only_what_it_requires():
    file = definitions(
        input_data("x", "x"),
        input_data("y", "y"),
        decision("d", "d", context(("a", literal("x + 1")), ("b", literal("a + 1"))), inputs=["x"]),
    )

    assert read_decisions(file, "d").evaluate("d", {"x": 1, "y": 5}) == {"a": 2, "b": 3}


def test_a_value_of_another_type_than_its_decision_becomes_null_with_a_warning():
    answer = read_decisions(definitions(decision("d", "d", literal('"a"'), type_="number")), "d").explain("d", {})

    assert answer.value is None
    assert "number" in answer.warnings[0].ru


@pytest.mark.parametrize("model", ["20191111", "20211108", "20230324"])
def test_every_release_of_the_standard_is_read(model):
    file = definitions(decision("d", "d", literal("1")), model=f"https://www.omg.org/spec/DMN/{model}/MODEL/")

    assert read_decisions(file, "d").evaluate("d", {}) == 1


@pytest.mark.parametrize(
    "model", ["http://www.omg.org/spec/DMN/20151101/dmn.xsd", "http://www.omg.org/spec/DMN/20180521/MODEL/"]
)
def test_the_older_releases_are_read_too(model):
    file = definitions(input_data("i", "i", "feel:number"), decision("d", "d", literal("i"), inputs=["i"]), model=model)

    assert read_decisions(file, "d").evaluate("d", {"i": 2}) == 2


WHO = structured("tWho", name="string", age="number") + typed("tNumbers", "number", collection=True)


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        ('{name: "a", age: 1, more: 2}', "tWho", {"name": "a", "age": 1, "more": 2}),
        ('{name: "a"}', "tWho", None),
        ('{name: "a", age: "b"}', "tWho", None),
        ("10", "tNumbers", [10]),
        ("[1, 2, null]", "tNumbers", [1, 2, None]),
        ('[1, "a"]', "tNumbers", None),
        ("[10]", "number", 10),
        ('["a"]', "number", None),
        ('@"2026-11-27"', "dateTime", "2026-11-27T00:00:00"),
    ],
)
def test_values_are_brought_to_the_type_of_their_variable_or_are_null(text, type_, expected):
    by_variable = definitions(WHO, decision("d", "d", literal(text), type_=type_))
    own = literal(text).replace("<literalExpression", f'<literalExpression typeRef="{type_}"')
    by_itself = definitions(WHO, decision("d", "d", own))

    assert read_decisions(by_variable, "d").evaluate("d", {}) == expected
    assert read_decisions(by_itself, "d").evaluate("d", {}) == expected


def test_what_a_person_has_not_answered_is_null_in_an_input():
    file = definitions(WHO, input_data("i", "who", "tWho"), decision("d", "d", literal("who.age = null"), inputs=["i"]))

    assert read_decisions(file, "d").evaluate("d", {"who": {"name": "a"}}) is True
