"""Who gets a message in a simulation: the same order as in a running office, where there are no cases."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.engine.correlation import matching
from app.engine.parser import Definition
from app.engine.run import Run, Subscription, Thrown


@dataclass(slots=True)
class Instance:
    """A process instance, restored from its state after every act as it would be from the database.

    `generation`: how many instances have begun one another up to this one since time has passed.
    """

    definition: Definition
    run: Run
    generation: int = 0


Listener = tuple[Instance, Subscription]


def listeners(instances: Iterable[Instance], thrown: Thrown) -> list[Listener]:
    """The events that may be meant by a message: those whose correlation keys it carries, else those of its name."""
    waiting = [
        (instance, event)
        for instance in instances
        for event in instance.run.subscriptions()
        if event.kind == "message" and event.message == thrown.message
    ]
    by_keys = [each for each in waiting if matching(each[1].correlations, thrown.correlations)]
    return by_keys or [each for each in waiting if not (each[1].correlations and thrown.correlations)]


def chosen(found: Sequence[Listener]) -> Listener | None:
    """The first of the events, if all are of one instance; a message that several may claim is kept."""
    return found[0] if all(instance is found[0][0] for instance, _ in found) else None


def started_by(definitions: Iterable[Definition], thrown: Thrown) -> tuple[str, str] | None:
    """The only process that the message starts, by id, and its start event."""
    found = [
        (definition.process_id, definition.start_messages[thrown.message])
        for definition in definitions
        if thrown.message in definition.start_messages
    ]
    return found[0] if len(found) == 1 else None
