"""The language of expressions and scripts: a small part of Python, checked and compiled once."""

import ast
import symtable
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Final, Literal

from app.domain.texts import Text
from app.engine.expression_functions import CHANGING, METHOD_NAMES
from app.engine.foreign_expressions import compares_loosely, in_our_words
from app.engine.guards import MAX_BITS, TOO_BIG, Refusal
from app.engine.sandbox_policy import Policy

Mode = Literal["eval", "exec"]
FILE_NAME: Final = "<expression>"
MAX_SOURCE: Final = 6_000
MAX_NODES: Final = 1_500
MAX_DEPTH: Final = 80
MAX_BRACKETS: Final = 40
MAX_BRACES: Final = 400

SOURCE_TOO_LONG = Text(
    kk="өрнек тым ұзын немесе тым күрделі.",
    ru="выражение слишком длинное или слишком сложное.",
    en="the expression is too long or too complicated.",
)
EMPTY = Text(kk="өрнек бос.", ru="выражение пустое.", en="the expression is empty.")
SYNTAX = Text(
    kk="өрнек дұрыс жазылмаған, {column}-таңбаны тексеріңіз.",
    ru="выражение записано неверно, проверьте символ {column}.",
    en="the expression is not written correctly, check character {column}.",
)
NOT_ALLOWED = Text(
    kk="өрнекте «{construct}» пайдалануға болмайды.",
    ru="в выражении нельзя использовать «{construct}».",
    en="“{construct}” is not allowed in an expression.",
)
NO_CHANGES = Text(
    kk="«.{name}()» деректерді өзгертеді, сондықтан ол тек сценарий тапсырмасында рұқсат етіледі.",
    ru="«.{name}()» меняет данные и разрешено только в задаче-сценарии.",
    en="“.{name}()” changes data and is allowed in a script task only.",
)
_ALLOWED: Final = frozenset(
    {
        *(ast.Expression, ast.Module, ast.Expr, ast.Assign, ast.AugAssign, ast.If, ast.For, ast.Break, ast.Continue),
        *(ast.Pass, ast.BoolOp, ast.And, ast.Or, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv),
        *(ast.Mod, ast.Pow, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp, ast.Dict, ast.Set, ast.List),
        *(ast.ListComp, ast.SetComp, ast.DictComp, ast.comprehension, ast.Compare, ast.Eq, ast.NotEq, ast.Lt),
        *(ast.LtE, ast.Gt, ast.GtE, ast.Is, ast.IsNot, ast.In, ast.NotIn, ast.Call, ast.keyword, ast.JoinedStr),
        *(ast.FormattedValue, ast.Constant, ast.Attribute, ast.Subscript, ast.Slice, ast.Name, ast.Load, ast.Store),
        ast.Tuple,
    }
)
_WORDS: Final[dict[type[ast.AST], str]] = {
    ast.While: "while",
    ast.FunctionDef: "def",
    ast.AsyncFunctionDef: "async",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.Try: "try",
    ast.TryStar: "try",
    ast.With: "with",
    ast.AsyncWith: "async",
    ast.AsyncFor: "async",
    ast.Await: "await",
    ast.Import: "import",
    ast.ImportFrom: "import",
    ast.Raise: "raise",
    ast.Assert: "assert",
    ast.Delete: "del",
    ast.NamedExpr: ":=",
    ast.GeneratorExp: "(… for …), […]",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
    ast.Starred: "*",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.Invert: "~",
    ast.MatMult: "@",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.Return: "return",
    ast.Match: "match",
    ast.AnnAssign: ":",
}


@dataclass(frozen=True, slots=True)
class Program:
    """Compiled source: the `names` it reads, the variables it assigns, whether it changes values in place."""

    code: CodeType
    names: frozenset[str]
    assigned: frozenset[str]
    changes: bool


@lru_cache(maxsize=4096)
def compiled(source: str, mode: Mode) -> Program:
    """The program of `source`; raises `Refusal` with a line where it is not in the language."""
    tree = _parsed(source, mode)
    _check(tree, mode)
    policy = Policy(kinds_matter=mode == "eval" and compares_loosely(source))
    tree = ast.fix_missing_locations(policy.visit(tree))
    if policy.errors:
        name, line = policy.first_error
        raise Refusal(NOT_ALLOWED.with_values(construct=name), line)
    try:
        code = compile(tree, FILE_NAME, mode, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        code = None
    if code is None:
        raise Refusal(SOURCE_TOO_LONG, 1)
    return Program(code, frozenset(policy.used_names) & _free(source, mode), frozenset(policy.assigned), policy.changes)


def _free(source: str, mode: Mode) -> frozenset[str]:
    """The names that come from outside: without those that a comprehension goes through its values by."""
    outermost = symtable.symtable(in_python(source, mode), FILE_NAME, mode)
    found = {each.get_name() for each in outermost.get_symbols() if each.is_referenced()}
    waiting = outermost.get_children()
    while waiting:
        table = waiting.pop()
        found |= {each.get_name() for each in table.get_symbols() if each.is_global()}
        waiting += table.get_children()
    return frozenset(found)


def in_python(source: str, mode: Mode) -> str:
    """The source as Python reads it; an expression in the notation of another system is translated if it can be."""
    return textwrap.dedent(source) if mode == "exec" else in_our_words(source) or source.strip()


def _parsed(source: str, mode: Mode) -> ast.AST:
    text = in_python(source, mode)
    if not text.strip():
        raise Refusal(EMPTY, 1)
    if len(text) > MAX_SOURCE or text.count("{") > MAX_BRACES or _brackets(text) > MAX_BRACKETS:
        raise Refusal(SOURCE_TOO_LONG, 1)
    try:
        return ast.parse(text, FILE_NAME, mode)
    except SyntaxError as error:
        refusal = Refusal(SYNTAX.with_values(column=error.offset or 1), error.lineno or 1)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        refusal = Refusal(SOURCE_TOO_LONG, 1)
    raise refusal


def _brackets(text: str) -> int:
    """How deep brackets are nested at most; those within quotes count too, which errs on the safe side."""
    deepest = depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node, without recursion; raises `Refusal` on too many or too deep ones."""
    stack = [(tree, 0)]
    count = 0
    while stack:
        node, depth = stack.pop()
        count += 1
        if depth > MAX_DEPTH or count > MAX_NODES:
            raise Refusal(SOURCE_TOO_LONG, getattr(node, "lineno", 1))
        yield node
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))


def _check(tree: ast.AST, mode: Mode) -> None:
    for node in list(_nodes(tree)):
        construct = _WORDS.get(type(node), type(node).__name__) if type(node) not in _ALLOWED else _refused(node)
        if construct:
            raise Refusal(NOT_ALLOWED.with_values(construct=construct), getattr(node, "lineno", 1))
        if isinstance(node, ast.Constant):
            _check_constant(node)
        if mode == "eval":
            _check_unchanging(node)


def _check_unchanging(node: ast.AST) -> None:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        raise Refusal(NO_CHANGES.with_values(name=node.func.attr), node.lineno)


def _refused(node: ast.AST) -> str | None:
    """What is wrong with a node of an allowed kind, in a word; None where nothing is."""
    match node:
        case ast.Name(id=name) if name.startswith("_") or name in ("print", "printed"):
            return name
        case ast.Attribute(attr=name) if name.startswith("_"):
            return name
        case ast.Call(func=ast.Attribute(attr=name)) if name not in METHOD_NAMES:
            return f".{name}()"
        case ast.Call(func=function) if not isinstance(function, ast.Name | ast.Attribute):
            return "()"
        case ast.Compare(ops=operators, comparators=comparators):
            return _refused_identity(operators, comparators)
    return _refused_form(node)


def _refused_form(node: ast.AST) -> str | None:
    match node:
        case ast.keyword(arg=None):
            return "**"
        case ast.Dict(keys=keys) if None in keys:
            return "**"
        case ast.FormattedValue(conversion=conversion, format_spec=spec) if conversion != -1 or spec is not None:
            return "{…:…}"
        case ast.Tuple(ctx=ast.Load()):
            return "(…, …)"
        case ast.Subscript(ctx=ast.Store(), slice=ast.Slice()):
            return "[…:…] ="
        case ast.For(orelse=[_, *_]):
            return "for … else"
        case ast.comprehension(is_async=1):
            return "async"
    return None


def _refused_identity(operators: list[ast.cmpop], comparators: list[ast.expr]) -> str | None:
    for operator, operand in zip(operators, comparators, strict=True):
        singular = isinstance(operand, ast.Constant) and type(operand.value) in (bool, type(None))
        if isinstance(operator, ast.Is | ast.IsNot) and not singular:
            return "is"
    return None


def _check_constant(node: ast.Constant) -> None:
    value = node.value
    if type(value) not in (str, int, float, bool, type(None)):
        raise Refusal(NOT_ALLOWED.with_values(construct=type(value).__name__), node.lineno)
    if type(value) is int and value.bit_length() > MAX_BITS:
        raise Refusal(TOO_BIG, node.lineno)
    if type(value) is str and any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        raise Refusal(NOT_ALLOWED.with_values(construct="\\0, \\ud800"), node.lineno)
