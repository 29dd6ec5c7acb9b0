"""How far the engine goes by itself: loops are bounded, lengths are not."""

from typing import Any, Final

from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask

from app.engine.errors import EndlessLoopError
from app.engine.tokens import Token, began_beside

MOST_PASSES: Final = 200
"""So often the same element of one scope may be passed without anybody acting, instances of a list not counted."""

MOST_BESIDE: Final = 100
"""So often the same event of one scope may begin a branch beside the flow without anybody acting."""

MOST_STEPS: Final = 50_000
"""So many steps may be taken without anybody acting."""

MANY: Final = 256


class Steps:
    """Counts the steps of the engine between two acts."""

    def __init__(self) -> None:
        self._taken = 0
        self._passes: dict[tuple[Any, str], int] = {}

    def count(self, token: Token) -> None:
        """The engine is about to run `token`. Raises `EndlessLoopError`."""
        self._taken += 1
        place = (token.workflow, token.task_spec.name)
        passes = self._passes[place] = self._passes.get(place, 0) + 1
        if (passes > MOST_BESIDE and _too_often(token, passes)) or self._taken > MOST_STEPS:
            raise EndlessLoopError(element=token.element, steps=self._taken)

    @property
    def are_many(self) -> bool:
        """Whether it is time to forget what has been finished."""
        return self._taken % MANY == 0


def _too_often(token: Token, passes: int) -> bool:
    most = MOST_BESIDE if began_beside(token) else MOST_PASSES
    return passes > most and not _is_instance(token)


def _is_instance(token: Token) -> bool:
    parent = token.parent
    return parent is not None and isinstance(parent.task_spec, MultiInstanceTask)
