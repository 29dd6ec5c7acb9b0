# ruff: noqa: N802 - ast.NodeVisitor finds its methods by the names of node classes
"""Turns every operation of an expression that may cost much into a call of its guard."""

import ast
import re
from typing import Any, Final

from RestrictedPython.transformer import RestrictingNodeTransformer

from app.domain.texts import Text
from app.engine.expression_functions import CHANGING, FUNCTIONS
from app.engine.guards import Refusal

NODES_PER_STEP: Final = 8
RESERVED = Text(
    kk="«{name}» — функция атауы, оған мән беруге болмайды.",
    ru="«{name}» — имя функции, присвоить ему значение нельзя.",
    en="“{name}” is the name of a function and cannot be given a value.",
)

_JSON_WORDS: Final = {"true": True, "false": False, "null": None}
_BINARY: Final[dict[type[ast.operator], str]] = {
    ast.Add: "_add_",
    ast.Sub: "_sub_",
    ast.Mult: "_mul_",
    ast.Div: "_div_",
    ast.FloorDiv: "_floordiv_",
    ast.Mod: "_mod_",
    ast.Pow: "_pow_",
}
_COMPARING: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "_eq_",
    ast.NotEq: "_ne_",
    ast.Lt: "_lt_",
    ast.LtE: "_le_",
    ast.Gt: "_gt_",
    ast.GtE: "_ge_",
    ast.In: "_in_",
    ast.NotIn: "_not_in_",
}


_OF_ONE_KIND: Final = {"_eq_": "_alike_", "_ne_": "_unlike_"}


class Policy(RestrictingNodeTransformer):
    """Turns every operation that may cost much into a call of its guard; `kinds_matter` where it asks what is equal."""

    def __init__(self, *, kinds_matter: bool = False) -> None:
        super().__init__()
        self._kinds_matter = kinds_matter
        self.assigned: set[str] = set()
        self.changes = False
        self._weights: dict[int, int] = {}

    @property
    def first_error(self) -> tuple[str, int]:
        """What RestrictedPython refused first: the quoted name and its line."""
        place, _, what = self.errors[0].partition(":")
        found = re.search(r'"([^"]*)"', what)
        return found[1] if found else what.strip(), int(re.sub(r"\D", "", place) or 1)

    def _call(self, guard: str, arguments: list[Any], node: ast.AST) -> ast.Call:
        call = ast.Call(func=ast.Name(guard, ast.Load()), args=arguments, keywords=[])
        return ast.fix_missing_locations(ast.copy_location(call, node))

    def visit_Name(self, node: ast.Name) -> Any:
        """The constants of JSON are those of Python; nobody can set a variable of such a name."""
        if node.id in _JSON_WORDS and isinstance(node.ctx, ast.Load):
            return ast.copy_location(ast.Constant(_JSON_WORDS[node.id]), node)
        return super().visit_Name(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        node = self.node_contents_visit(node)
        return self._call(_BINARY[type(node.op)], [node.left, node.right], node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        node = self.node_contents_visit(node)
        guard = _COMPARING.get(type(node.ops[0]))
        if self._kinds_matter and guard is not None:
            guard = _OF_ONE_KIND.get(guard, guard)
        if len(node.ops) == 1:
            return self._call(guard, [node.left, node.comparators[0]], node) if guard else node
        node.left = self._call("_weighed_", [node.left], node)
        node.comparators = [self._call("_weighed_", [operand], node) for operand in node.comparators]
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.visit(argument) for argument in node.args]
        node.keywords = [self.visit(keyword) for keyword in node.keywords]
        if isinstance(node.func, ast.Attribute):
            self.changes |= node.func.attr in CHANGING
            node.args = [self.visit(node.func.value), ast.Constant(node.func.attr), *node.args]
            node.func = ast.Name("_invoke_", ast.Load())
            return ast.fix_missing_locations(node)
        node.func = self.visit(node.func)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        if isinstance(node.ctx, ast.Load):
            return super().visit_Attribute(node)
        target = ast.Subscript(node.value, ast.Constant(node.attr), ast.Store())
        return self.visit(ast.fix_missing_locations(ast.copy_location(target, node)))

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.changes |= isinstance(node.ctx, ast.Store)
        return super().visit_Subscript(node)

    def visit_Slice(self, node: ast.Slice) -> ast.AST:
        node = self.node_contents_visit(node)
        bounds = [bound or ast.Constant(None) for bound in (node.lower, node.upper, node.step)]
        return self._call("_slice_", bounds, node)

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        node = self.node_contents_visit(node)
        node.keys = [key and self._key(key) for key in node.keys]
        return node

    def _key(self, node: ast.expr) -> ast.expr:
        return self._call("_key_", [node], node)

    def visit_Set(self, node: ast.Set) -> ast.AST:
        return self._call("_set_", [self.visit(ast.copy_location(ast.List(node.elts, ast.Load()), node))], node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        self._weigh_body(node, node.generators)
        return self.node_contents_visit(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._call("_set_", [self.visit(ast.copy_location(ast.ListComp(node.elt, node.generators), node))], node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        self._weigh_body(node, node.generators)
        node = self.node_contents_visit(node)
        node.key = self._key(node.key)
        return node

    def _weigh_body(self, node: ast.AST, generators: list[ast.comprehension]) -> None:
        weight = 1 + sum(1 for _ in ast.walk(node)) // NODES_PER_STEP
        self._weights.update({id(generator): weight for generator in generators})

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        parts = [self.visit(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
        return self._call("_joined_", [ast.List(parts, ast.Load())], node)

    def visit_For(self, node: ast.For) -> Any:
        self._assign(node.target)
        self._weigh_body(node, [])
        self._weights[id(node)] = 1 + sum(1 for _ in ast.walk(node)) // NODES_PER_STEP
        return self.guard_iter(node)

    def guard_iter(self, node: Any) -> Any:
        weight = ast.Constant(self._weights[id(node)])
        node = self.node_contents_visit(node)
        node.iter = self._call("_getiter_", [node.iter, weight], node.iter)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        for target in node.targets:
            self._assign(target)
        return self.node_contents_visit(node)

    def _assign(self, target: ast.AST) -> None:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                if part.id in FUNCTIONS or part.id in _JSON_WORDS:
                    raise Refusal(RESERVED.with_values(name=part.id), part.lineno)
                self.assigned.add(part.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """`place += value` as `place = place + value`, so that the guard of `+` sees it."""
        current: Any = ast.parse(ast.unparse(node.target), mode="eval").body
        value = ast.copy_location(ast.BinOp(current, node.op, node.value), node)
        for part in ast.walk(current):
            ast.copy_location(part, node)
        return self.visit(ast.copy_location(ast.Assign(targets=[node.target], value=value), node))
