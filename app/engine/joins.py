"""Gateways and ends where branches meet: each keeps what every branch has changed."""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.bpmn.specs.control import _EndJoin
from SpiffWorkflow.bpmn.specs.mixins import (
    BpmnSpecMixin,
    ExclusiveGatewayMixin,
    InclusiveGatewayMixin,
    ParallelGatewayMixin,
)

from app.engine.errors import NoFlowTakenError
from app.engine.merging import applied, changes, merged, same, with_branch, with_changes
from app.engine.tokens import (
    CANCELLED,
    FUTURE,
    UNFINISHED,
    WAITING,
    Token,
    began_beside,
    began_with,
    listens_for_scope,
)
from app.engine.vocabulary import Variables


def gathered(ends: Iterable[tuple[Token, Variables]]) -> Variables:
    """The variables of several branches of one scope in one: `ends` are their tips with their data, the latest last.

    Merged fork by fork from the innermost outwards, each time against the data at the fork.
    """
    order: dict[Any, int] = {}
    branches: dict[Any, dict[Any, None]] = {}
    data: dict[Any, Variables] = {}
    root = None
    for number, (token, variables) in enumerate(ends):
        data[token.id] = variables
        current, parent = token, token.parent
        order[current.id] = number
        while parent is not None:
            branches.setdefault(parent.id, {})[current.id] = None
            order[parent.id] = number
            current, parent = parent, parent.parent
        root = current
    return _gathered(root, branches, data, order) if root is not None else {}


def _gathered(
    node: Token, branches: dict[Any, dict[Any, None]], data: dict[Any, Variables], order: dict[Any, int]
) -> Variables:
    tasks = node.workflow.tasks
    beside = [node] if began_beside(node) else []
    while node.id not in data and len(branches[node.id]) == 1:
        node = tasks[next(iter(branches[node.id]))]
        beside += [node] if began_beside(node) else []
    if node.id in data:
        result = data[node.id]
    else:
        latest_last = sorted(branches[node.id], key=order.__getitem__)
        result = merged(node.data, [_gathered(tasks[key], branches, data, order) for key in latest_last])
    for event in reversed(beside):
        result = _own(event, result)
    return result


def _own(event: Token, data: Variables) -> Variables:
    """`data` of a branch beside the flow, with only what the branch itself has changed since its event.

    An event without a parent is what all that is left has come from: nothing is beside it any more.
    """
    return data if event.parent is None else applied(event.parent.data, changes(began_with(event), data))


def with_ended(scope: Any, ends: list[tuple[Token, Variables]]) -> Variables:
    """The variables of the branches of a scope that still run, in one, with what those that have ended had changed."""
    data = gathered(ends) if ends else scope.task_tree.data
    return with_changes(data, scope.task_tree.internal_data.get("ended", []))


class Meeting:
    """A gateway where tokens arrive and wait for each other; of every flow the first one counts."""

    name: str
    _inputs: list[str]

    def _may_fire(self, token: Token, arrived: dict[str, Token]) -> bool:
        raise NotImplementedError

    def _update_hook(self, token: Token) -> bool:
        if len(self._inputs) == 1:
            token._inherit_data()
            return True
        if token._state != WAITING:
            self._arrive(token)
        arrived = self._arrived(token.workflow)
        if token is not max(arrived.values(), key=arrival) or not self._may_fire(token, arrived):
            return False
        together = sorted(arrived.values(), key=arrival)
        token.data = gathered([(other, other.parent.data) for other in together])
        for other in together:
            if other is not token:
                other._set_state(CANCELLED)
        return True

    def _arrive(self, token: Token) -> None:
        waiting = [arrival(other) for other in token.workflow.in_state(WAITING) if other.task_spec is self]
        token.internal_data.update(arrival=1 + max(waiting, default=0), flow=token.parent.task_spec.name)
        token._set_state(WAITING)

    def _arrived(self, scope: Any) -> dict[str, Token]:
        arrived: dict[str, Token] = {}
        for other in self._waiting(scope):
            arrived.setdefault(other.internal_data["flow"], other)
        return arrived

    def _waiting(self, scope: Any) -> list[Token]:
        return sorted((other for other in scope.in_state(WAITING) if other.task_spec is self), key=arrival)

    def _last_needed(self, scope: Any) -> Token | None:
        """The token that the others wait with: the only one by which the gateway may go on."""
        return max(self._arrived(scope).values(), key=arrival, default=None)

    def look_again(self, scope: Any) -> None:
        """Something has changed in the scope: the tokens that wait here may go on, those of one round after another."""
        token = self._last_needed(scope)
        while token is not None:
            self._update(token)  # type: ignore[attr-defined]  # of the library's task spec
            token = self._last_needed(scope) if token._state != WAITING else None


def arrival(token: Token) -> int:
    """The place of a waiting token among those that wait at the same gateway."""
    number: int = token.internal_data["arrival"]
    return number


class MergingJoin(Meeting, ParallelGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """A parallel gateway: one token of every incoming flow, data merged against the fork."""

    def _may_fire(self, _token: Token, arrived: dict[str, Token]) -> bool:
        return arrived.keys() >= set(self._inputs)

    def _run_hook(self, _token: Token) -> bool:
        return True


class MergingInclusiveGateway(Meeting, InclusiveGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An inclusive gateway: waits while a token elsewhere can still reach one of its empty flows (BPMN 2.0, 13.4.3).

    `upstream` tells for each incoming flow from which tasks it can be reached without passing this gateway.
    """

    upstream: dict[str, frozenset[str]]

    def prepare(self) -> None:
        """Work `upstream` out; done once, when the diagram has been parsed."""
        self.upstream = upstream_of(self)

    def _may_fire(self, token: Token, arrived: dict[str, Token]) -> bool:
        return not still_to_come(self, token, full=arrived)

    def _predict_hook(self, token: Token) -> None:
        """Nothing: the flows to take are known only when the gateway runs."""

    def _run_hook(self, token: Token) -> bool:
        matches, defaults = self._get_matching_outputs(token)
        if not matches and not defaults:
            raise NoFlowTakenError(element=token.element)
        token._sync_children(matches or defaults, FUTURE)
        return True


def upstream_of(gateway: Any) -> dict[str, frozenset[str]]:
    """For each incoming flow of a gateway the task specs from which it can be reached without passing the gateway."""
    specs, upstream = gateway._wf_spec.task_specs, {}
    for flow in set(gateway._inputs):
        found, ahead = {flow}, [flow]
        while ahead:
            before = {name for name in specs[ahead.pop()]._inputs if name != gateway.name} - found
            found |= before
            ahead += before
        upstream[flow] = frozenset(found)
    return upstream


def still_to_come(gateway: Any, token: Token, *, full: Iterable[str]) -> bool:
    """Whether a token elsewhere can reach an incoming flow that is not `full`, and none that is.

    A boundary event that listens counts: its activity may still be left by it.
    """
    places = {other.task_spec.name for other in token.workflow.in_state(UNFINISHED) if other.task_spec is not gateway}
    filled = set(full)
    served = set().union(*(gateway.upstream[flow] for flow in filled if flow in gateway.upstream))
    empty = set().union(*(gateway.upstream[flow] for flow in gateway.upstream if flow not in filled))
    return bool(places & (empty - served))


class ExclusiveGateway(ExclusiveGatewayMixin, BpmnSpecMixin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """An exclusive gateway: the first condition that holds, else the default flow."""

    def _predict_hook(self, token: Token) -> None:
        """Nothing: the flow to take is known only when the gateway runs."""

    def _run_hook(self, token: Token) -> bool:
        taken = next(
            (name for condition, name in self.cond_task_specs if condition is not None and condition._matches(token)),
            self.default_task_spec,
        )
        if taken is None:
            raise NoFlowTakenError(element=token.element)
        token._sync_children([self._wf_spec.task_specs[taken]], FUTURE)
        return True


class ProcessEnd(_EndJoin):  # type: ignore[misc]  # SpiffWorkflow has no types
    """The end of a process or sub-process, reached when its last branch has ended.

    What the branches ended before had changed is kept as `internal_data["ended"]` of the scope's first token, so that
    they need not stay in the tree.
    """

    def _update_hook(self, token: Token) -> bool:
        token._set_state(WAITING)
        scope = token.workflow
        unfinished = (other for other in scope.in_state(UNFINISHED) if other is not token)
        running = [other for other in unfinished if not listens_for_scope(other)]
        for earlier in [other for other in running if other.task_spec is self]:
            self._put_aside(earlier)
        if any(other.task_spec is not self for other in running):
            return False
        token.data = with_ended(scope, [(token, token.parent.data)])
        return True

    def _run_hook(self, token: Token) -> bool:
        for other in token.workflow.in_state(WAITING):
            if listens_for_scope(other):
                other.cancel()
        return True

    def _put_aside(self, earlier: Token) -> None:
        scope = earlier.workflow
        ended = with_branch(scope.task_tree.internal_data.get("ended", []), _changed_by(earlier))
        scope.task_tree.internal_data["ended"] = [
            change for change in ended if any(_holds(token, change) for token in scope.tasks.values())
        ]
        earlier._set_state(CANCELLED)


def _holds(token: Token, change: list[Any]) -> bool:
    """Whether the token still has the variable as the change has found it."""
    key, before, _ = change
    return key in token.data and same(token.data[key], before[0]) if before else key not in token.data


def _fork_data(tip: Token) -> Variables:
    """The data with which the branch of `tip` has begun."""
    others: set[Any] = set()
    for other in tip.workflow.in_state(UNFINISHED):
        ancestor = other if other is not tip else None
        while ancestor is not None and ancestor.id not in others:
            others.add(ancestor.id)
            ancestor = ancestor.parent
    fork = tip.parent
    while fork.id not in others and fork.parent is not None:
        fork = fork.parent
    data: Variables = fork.data
    return data


def _changed_by(tip: Token) -> list[list[Any]]:
    """What the branch of `tip` has changed: against where it parted, and against what it saw where it began beside."""
    data: Variables = tip.parent.data
    seen: list[list[Any]] = []
    event = tip.parent
    while event is not None:
        if began_beside(event):
            own = changes(began_with(event), data)
            seen += own
            data = applied(event.parent.data, own)
        event = event.parent
    return [*changes(_fork_data(tip), data), *seen]
