"""A run's state as bytes and back: tokens and data only, the diagram is kept elsewhere."""

from typing import Any, Final
from uuid import UUID

import orjson
import zstandard
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from app.engine.errors import NotJsonError, StateFormatError, StateMismatchError
from app.engine.json_data import STRICT
from app.engine.merging import same, with_branch
from app.engine.specs import Containing
from app.engine.tokens import READY, WAITING, ProcessScope, SubProcessScope, Token

FORMAT: Final = 1
LEVEL: Final = 3
MOST_STATE_BYTES: Final = 256 * 1024 * 1024

# one row of a token: id, index of its parent (-1: none), name of its task, state, moment of its last change,
# triggered, internal data, data that differ from its parent's, names its parent has and it has not
_Row = list[Any]


def dump(top: ProcessScope) -> bytes:
    """The state, format number first. Raises `NotJsonError` naming the element whose variable is no JSON."""
    scopes = [top, *sorted(top.subprocesses.values(), key=lambda scope: scope.depth)]
    state = {"end": top.end_event, "scopes": [_scope_rows(scope) for scope in scopes]}
    try:
        written = orjson.dumps(state, option=STRICT)
    except TypeError:
        written = b""
    if not written:
        raise _not_json(top)
    return bytes([FORMAT]) + zstandard.ZstdCompressor(level=LEVEL).compress(written)


def load(state: bytes, top: ProcessScope) -> None:
    """Fill an empty scope with what `dump` wrote. Raises `StateFormatError`, `StateMismatchError`."""
    if not state or state[0] != FORMAT:
        raise StateFormatError(number=state[0] if state else 0)
    written = zstandard.ZstdDecompressor().decompress(state[1:], max_output_size=MOST_STATE_BYTES)
    read = orjson.loads(written)
    top.end_event = read["end"]
    hosts: dict[str, Token] = {}
    for rows in read["scopes"]:
        if rows["host"] is None:
            _fill(top, rows, top, hosts)
        else:
            _open(top, rows, hosts)


def _scope_rows(scope: Any) -> dict[str, Any]:
    rows: list[_Row] = []
    index: dict[UUID, int] = {}
    tasks = scope.tasks
    ahead = [scope.task_tree]
    while ahead:
        token = ahead.pop()
        parent = tasks.get(token._parent)
        index[token.id] = len(rows)
        rows.append(_row(token, parent, -1 if parent is None else index[parent.id]))
        if token._children:
            ahead += [tasks[child] for child in reversed(token._children)]
    last = scope.last_task
    return {
        "host": None if scope.parent_task_id is None else scope.parent_task_id.hex,
        "data": scope.data,
        "correlations": scope.correlations,
        "completed": scope.completed,
        "success": scope.success,
        "last": -1 if last is None else index.get(last.id, -1),
        "tokens": rows,
    }


def _row(token: Token, parent: Token | None, parent_index: int) -> _Row:
    data = token.data
    gone: list[str] = []
    if parent is not None:
        before = parent.data
        if before:
            own = {
                key: value
                for key, value in data.items()
                if key not in before or (before[key] is not value and not same(before[key], value))
            }
            if own or len(data) != len(before):
                gone = [key for key in before if key not in data]
            data = own
    return [
        token.id.hex,
        parent_index,
        token.task_spec.name,
        token._state,
        token.last_state_change,
        int(token.triggered),
        token.internal_data,
        data,
        gone,
    ]


def _open(top: ProcessScope, rows: dict[str, Any], hosts: dict[str, Token]) -> None:
    host = hosts[rows["host"]]
    if not isinstance(host.task_spec, Containing):
        raise StateMismatchError(element=host.element)
    spec = top.subprocess_specs[host.task_spec.spec]
    scope = SubProcessScope(spec, host)
    top.subprocesses[host.id] = scope
    host.task_spec.connect_scope(scope, host)
    _fill(scope, rows, top, hosts)


def _fill(scope: Any, rows: dict[str, Any], top: ProcessScope, hosts: dict[str, Token]) -> None:
    scope.data, scope.correlations = rows["data"], rows["correlations"]
    scope.completed, scope.success = rows["completed"], rows["success"]
    tokens: list[Token] = []
    specs, tasks = scope.spec.task_specs, scope.tasks
    for row in rows["tokens"]:
        spec = specs.get(row[2])
        if spec is None:
            raise StateMismatchError(element=row[2])
        parent = tokens[row[1]] if row[1] >= 0 else None
        token = _token(scope, spec, row, parent)
        tokens.append(token)
        tasks[token.id] = token
        if token._state == WAITING and isinstance(spec, CatchingEvent):
            top.event_manager.tasks[token.id] = token
        elif token._state == READY and not spec.manual:
            top.ready.append(token)
        if isinstance(spec, Containing):
            hosts[row[0]] = token
    scope.task_tree = tokens[0]
    _flatten_ended(tokens[0].internal_data)
    scope.last_task = tokens[rows["last"]] if rows["last"] >= 0 else None


def _token(scope: Any, spec: Any, row: _Row, parent: Token | None) -> Token:
    token: Token = Token.__new__(Token)  # without __init__: everything is set here
    token.id = UUID(int=int(row[0], 16))
    token.workflow, token.task_spec, token._state = scope, spec, row[3]
    token.last_state_change, token.triggered, token.internal_data = row[4], bool(row[5]), row[6]
    token.thread_id, token._children = 0, []
    if parent is None:
        token._parent, token.data = None, row[7]
        return token
    token._parent = parent.id
    parent._children.append(token.id)
    token.data = {**parent.data, **row[7]}
    for key in row[8]:
        del token.data[key]
    return token


def _flatten_ended(kept: dict[str, Any]) -> None:
    """Release 0.1 kept what ended branches had changed branch by branch; now each variable has one outcome."""
    if kept.get("ended") and isinstance(kept["ended"][0][0], list):
        changed: list[list[Any]] = []
        for branch in kept["ended"]:
            changed = with_branch(changed, branch)
        kept["ended"] = changed


def _not_json(top: ProcessScope) -> NotJsonError:
    for scope in [top, *top.subprocesses.values()]:
        for token in scope.tasks.values():
            for name, value in {**token.internal_data, **token.data}.items():
                try:
                    orjson.dumps({name: value}, option=STRICT)
                except TypeError:
                    return NotJsonError(element=token.element, variable=str(name))
    return NotJsonError(element="", variable="")
