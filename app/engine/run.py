"""A running process instance: start or restore, act, settle, snapshot."""

from app.engine.vocabulary import Call, Subscription, Thrown, Timer, Variables, Waiting, World

__all__ = ["Call", "Subscription", "Thrown", "Timer", "Variables", "Waiting", "World"]
