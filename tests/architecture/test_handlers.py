"""Every service task declares what it sets: lint knows the variables of a diagram by it."""

import ast
import inspect
import textwrap

import pytest

from app.handlers.registry import Handler, all_handlers


@pytest.mark.parametrize("handler", list(all_handlers()), ids=lambda each: each.name)
def test_what_a_service_task_returns_is_in_its_sample(handler: Handler) -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(handler.call)))
    returned = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    names = {
        key.value
        for value in returned
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
    }

    assert names <= set(handler.sample)
    computed = any(not isinstance(value, ast.Dict) for value in returned)
    assert handler.sample or not computed or handler.kind == "compute"
