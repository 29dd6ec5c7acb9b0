"""Expressions and scripts of a diagram, evaluated where they can do no harm."""

from collections.abc import Callable, Mapping, MutableMapping
from types import TracebackType
from typing import Any, ClassVar, Final

from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.script_engine.python_environment import BasePythonScriptEngineEnvironment

from app.domain.errors import AutomationError
from app.domain.texts import LANGUAGES, Text
from app.engine.expression_functions import FUNCTIONS, invoke
from app.engine.guards import METER, OPERATIONS, STEP_BUDGET, TOO_BIG, Refusal, charge
from app.engine.plain import COPY_BUDGET, plain
from app.engine.sandbox import FILE_NAME, Mode, Program, compiled
from app.engine.sandbox_policy import RESERVED

Function = Callable[..., object]
FUNCTION_STEPS: Final = 100

UNKNOWN_NAME = Text(
    kk="«{name}» айнымалысы әлі берілмеген.",
    ru="переменная «{name}» ещё не задана.",
    en="the variable “{name}” has not been set.",
)
BY_ZERO = Text(kk="нөлге бөлу.", ru="деление на ноль.", en="division by zero.")
WRONG_CALL = Text(
    kk="функция басқа мәндерді күтеді немесе мұндай функция жоқ.",
    ru="функция ждёт других значений, или такой функции нет.",
    en="the function expects other values, or there is no such function.",
)
WRONG_VALUE = Text(
    kk="мәннің түрі бұл амалға сәйкес келмейді.",
    ru="значение не подходит для этого действия.",
    en="the value does not suit this operation.",
)
FAILED = Text(kk="функция орындалмады.", ru="функция не выполнилась.", en="the function failed.")
NO_SERVICES = Text(
    kk="өрнектен қызмет шақыруға болмайды.",
    ru="из выражения нельзя вызвать службу.",
    en="a service cannot be called from an expression.",
)


class ExpressionError(AutomationError):
    """An expression of the diagram cannot be read or evaluated; says where and why, never with what data."""

    status = 422
    message: ClassVar[Text] = Text(
        kk="Өрнекте қате бар, {line}-жол: {reason} Өрнек: {expression}",
        ru="Ошибка в выражении, строка {line}: {reason} Выражение: {expression}",
        en="Error in an expression, line {line}: {reason} Expression: {expression}",
    )
    in_diagram: ClassVar[Text] = Text(
        kk="Схеманың «{element}» элементіндегі өрнекте қате бар, {line}-жол: {reason} Өрнек: {expression}",
        ru="Ошибка в выражении элемента «{element}» схемы, строка {line}: {reason} Выражение: {expression}",
        en="Error in an expression of the element “{element}” of the diagram, line {line}: {reason} "
        "Expression: {expression}",
    )

    def __init__(self, *, expression: str, reason: Text, line: int = 1, element: str = "") -> None:
        super().__init__(expression=expression, reason=reason, line=line, element=element)
        self.expression = expression
        self.reason = reason
        self.line = line
        self.element = element

    def in_element(self, element: str) -> "ExpressionError":
        """The same error, naming the `element` of the diagram whose expression this is."""
        return ExpressionError(expression=self.expression, reason=self.reason, line=self.line, element=element)

    @property
    def text(self) -> Text:
        frame = self.in_diagram if self.element else self.message
        shown = " ".join(self.expression.split())
        places = {
            "line": self.line,
            "element": self.element,
            "expression": shown if len(shown) <= 200 else shown[:199] + "…",
        }
        return Text(*(frame.in_(language).format(reason=self.reason.in_(language), **places) for language in LANGUAGES))


class SafeEnv(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The environment of SpiffWorkflow's script engine with nothing in it but the listed functions and the data.

    `functions` are plain functions that check their arguments and return JSON values; each call costs
    `FUNCTION_STEPS`. Their names, like those of the built-in functions, win over data of the same name: `reserved`
    lists them for whoever names form fields.
    An evaluation may spend `budget` steps. What leaves it is JSON: text, finite numbers of 64 bits, yes/no, None,
    lists, records. Moments are ISO strings. Raises `ExpressionError` and nothing else.
    """

    def __init__(self, functions: Mapping[str, Function] | None = None, *, budget: int = STEP_BUDGET) -> None:
        super().__init__({})
        for name, function in (functions or {}).items():
            if isinstance(function, type) or not name.isidentifier() or name.startswith("_"):
                raise TypeError(f"{name} is not a plain function")
        self.budget = budget
        self._given = frozenset(functions or {})
        self.reserved = frozenset(FUNCTIONS) | self._given
        fenced = {name: _fenced(function) for name, function in (functions or {}).items()}
        self._base: dict[str, Any] = {"__builtins__": {}, **FUNCTIONS, **fenced, **_GUARDS}

    def validate(self, source: str, mode: Mode) -> None:
        """Raise `ExpressionError` unless `source` is an expression ("eval") or a script ("exec") of our language."""
        self._read(source, mode)

    def names(self, source: str, mode: Mode) -> frozenset[str]:
        """The variables that `source` reads and does not set itself, functions left out."""
        program = self._read(source, mode)
        return program.names - program.assigned - self.reserved

    def given(self, source: str, mode: Mode) -> frozenset[str]:
        """Which of the functions that this environment was given `source` calls; the built-in ones are left out."""
        return self._read(source, mode).names & self._given

    def evaluate(
        self, expression: str, context: Mapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value of `expression` over the data `context`, of which names in `external_context` are nearer."""
        program = self._read(expression, "eval")
        scope = self._scope(program, context, external_context)
        return self._guarded(expression, lambda: _result(eval(program.code, scope)))  # noqa: S307 - guarded code

    def execute(
        self, script: str, context: MutableMapping[str, Any], external_context: Mapping[str, Any] | None = None
    ) -> bool:
        """Run `script` and put the variables it has set into `context`, all of them or, on an error, none."""
        program = self._read(script, "exec")
        context.update(self._guarded(script, lambda: self._run(program, context, external_context)))
        return True

    def call_service(self, _context: Mapping[str, Any], **_: Any) -> Any:
        """Service tasks are jobs or record handlers, never calls from inside the engine."""
        raise ExpressionError(expression="", reason=NO_SERVICES)

    def _read(self, source: str, mode: Mode) -> Program:
        try:
            return compiled(source, mode)
        except Refusal as refusal:
            error = ExpressionError(expression=source, reason=refusal.reason, line=max(1, refusal.line))
        except RecursionError:
            error = ExpressionError(expression=source, reason=TOO_BIG)
        raise error

    def _scope(
        self, program: Program, context: Mapping[str, Any], external_context: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        scope = dict(self._base)
        for name in program.names:
            if name in scope:
                continue
            if external_context and name in external_context:
                scope[name] = external_context[name]
            elif name in context:
                scope[name] = context[name]
        return scope

    def _run(
        self, program: Program, context: Mapping[str, Any], external_context: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        taken = program.assigned & self.reserved
        if taken:
            raise Refusal(RESERVED.with_values(name=min(taken)))
        scope = self._scope(program, context, external_context)
        written = set(program.assigned)
        if program.changes:
            changeable = {name for name in program.names & context.keys() if isinstance(scope.get(name), dict | list)}
            scope.update({name: plain(scope[name]) for name in changeable})
            written |= changeable
        exec(program.code, scope)  # noqa: S102 - guarded code
        return {name: plain(scope[name]) for name in sorted(written) if name in scope}

    def _guarded(self, source: str, work: Callable[[], Any]) -> Any:
        before = METER.steps, METER.copies
        METER.steps, METER.copies = self.budget, COPY_BUDGET
        try:
            return work()
        except Exception as exception:  # noqa: BLE001 - whatever the source does becomes an ExpressionError
            error = ExpressionError(expression=source, reason=_reason(exception), line=_line(exception))
        finally:
            METER.steps, METER.copies = before
        raise error


class ScriptEngine(PythonScriptEngine):  # type: ignore[misc]  # SpiffWorkflow has no types
    """SpiffWorkflow's script engine over a `SafeEnv`; its errors name the element whose expression failed."""

    def __init__(self, environment: SafeEnv) -> None:
        super().__init__(environment)

    def validate(self, expression: str) -> None:
        """Raise `SyntaxError` (as decision tables expect) unless `expression` is one of our language."""
        try:
            self.environment.validate(expression, "eval")
        except ExpressionError as error:
            problem = SyntaxError(error.reason.en, (FILE_NAME, error.line, 0, expression))
        else:
            return
        raise problem

    def evaluate(self, task: Any, expression: str, external_context: Mapping[str, Any] | None = None) -> Any:
        """The value of `expression` over the data of `task`."""
        return _located(task, lambda: self.environment.evaluate(expression, task.data, external_context))

    def execute(self, task: Any, script: str, external_context: Mapping[str, Any] | None = None) -> bool:
        """Run `script` over the data of `task`."""
        return bool(_located(task, lambda: self.environment.execute(script, task.data, external_context)))

    def call_service(self, task: Any, **call: Any) -> Any:
        """Refuse, naming the element (the library's own version fails with a NameError)."""
        return _located(task, lambda: self.environment.call_service(task.data, **call))


_GUARDS: Final[Mapping[str, Function]] = {**OPERATIONS, "_invoke_": invoke}


def _fenced(function: Function) -> Function:
    """`function` with a price, given copies of bounded size only, and giving copies."""

    def guarded(*arguments: Any, **named: Any) -> Any:
        charge(FUNCTION_STEPS)
        return plain(
            function(
                *(plain(argument) for argument in arguments),
                **{name: plain(argument) for name, argument in named.items()},
            )
        )

    return guarded


def _result(value: Any) -> Any:
    return value if value is None or type(value) is bool else plain(value)


def _located(task: Any, work: Callable[[], Any]) -> Any:
    try:
        return work()
    except ExpressionError as error:
        located = error.in_element(getattr(task.task_spec, "bpmn_id", None) or task.task_spec.name)
    raise located


def _reason(exception: Exception) -> Text:
    match exception:
        case Refusal():
            return exception.reason
        case AutomationError():
            return exception.text
        case NameError():
            return UNKNOWN_NAME.with_values(name=exception.name)
        case ZeroDivisionError():
            return BY_ZERO
        case OverflowError() | MemoryError() | RecursionError():
            return TOO_BIG
        case TypeError():
            return WRONG_CALL
        case ValueError() | LookupError() | AttributeError():
            return WRONG_VALUE
    return FAILED


def _line(exception: Exception) -> int:
    line = getattr(exception, "line", 0)
    trace: TracebackType | None = exception.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == FILE_NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return int(line) or 1
