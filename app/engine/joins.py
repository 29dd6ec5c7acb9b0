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
from app.engine.merging import changes, fold, merged, with_changes
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
    while node.id not in data:
        inner = branches[node.id]
        if len(inner) > 1:
            latest_last = [tasks[key] for key in sorted(inner, key=order.__getitem__)]
            ends = [(branch, _gathered(branch, branches, data, order)) for branch in latest_last]
            return _merged_at(node, ends)
        node = tasks[next(iter(inner))]
    return data[node.id]


def _merged_at(fork: Token, ends: list[tuple[Token, Variables]]) -> Variables:
    """What the branches of a fork have made of its data; one that began beside counts from where it began."""
    beside = [(branch, data) for branch, data in ends if began_beside(branch)]
    within = [data for branch, data in ends if not began_beside(branch)]
    if not beside:
        return merged(fork.data, within)
    result = merged(fork.data, within) if within else beside[0][1]
    for branch, data in beside if within else beside[1:]:
        result = merged(began_with(branch), [result, data] if branch is ends[-1][0] else [data, result])
    return result


def with_ended(scope: Any, ends: list[tuple[Token, Variables]]) -> Variables:
    """The variables of the branches of a scope that still run, in one, with what those that have ended had changed.

    An event sub-process counts from where it began: its listener knows what all branches had made of the data then.
    """
    ended = scope.task_tree.internal_data.get("ended", ())
    begun = [_ancestors_beside(token) for token, _ in ends]
    within = [end for end, (listener, _) in zip(ends, begun, strict=True) if listener is None]
    result = None
    if within or not ends:
        beside = [event for listener, event in begun if listener is None and event is not None]
        began = {key: value for event in beside for key, value in began_with(event).items()}
        data = within[0][1] if len(within) == 1 else gathered(within) or scope.task_tree.data
        result = with_changes(data, ended, began)
    for (token, data), (listener, _) in zip(ends, begun, strict=True):
        if listener is not None:
            base = began_with(listener)
            if result is None:
                result = with_changes(data, ended, base)
            else:
                others = {**base, **result}
                result = merged(base, [others, data] if token is ends[-1][0] else [data, others])
    return result or {}


def _ancestors_beside(token: Token | None) -> tuple[Token | None, Token | None]:
    """Of the ancestors the start of an event sub-process, and the first event that began a branch beside the flow."""
    listener = event = None
    while token is not None:
        if getattr(token.task_spec, "of_scope", False):
            listener = token
        elif began_beside(token):
            event = token
        token = token.parent
    return listener, event


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
        arrived = self._arrived(token)
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

    def _arrived(self, token: Token) -> dict[str, Token]:
        arrived: dict[str, Token] = {}
        waiting = (other for other in token.workflow.in_state(WAITING) if other.task_spec is self)
        for other in sorted(waiting, key=arrival):
            arrived.setdefault(other.internal_data["flow"], other)
        return arrived


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
        changed = changes(_fork_data(earlier), earlier.parent.data)
        if changed:
            fold(scope.task_tree.internal_data.setdefault("ended", []), changed)
        earlier._set_state(CANCELLED)


def _fork_data(tip: Token) -> Variables:
    """The data with which the branch of `tip` has begun; that of a listening boundary event begins with its event."""
    others: set[Any] = set()
    for other in tip.workflow.in_state(UNFINISHED):
        ancestor = other if other is not tip else None
        while ancestor is not None and ancestor.id not in others:
            others.add(ancestor.id)
            ancestor = ancestor.parent
    branch, fork = tip, tip.parent
    while fork.id not in others and fork.parent is not None:
        branch, fork = fork, fork.parent
    data: Variables = began_with(branch) if began_beside(branch) else fork.data
    return data
