"""Random walks through Kostanay's reception: whatever people answer and whenever, it ends or waits sensibly."""

import os
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models import Incident, Job, UserTask
from app.models.database import reading
from app.usecases.tasks import InvalidAnswersError, complete_user_task
from tests.reception import Walk, at, kostanay

WALKS = int(os.environ.get("WALKS", "300"))
SEED = int(os.environ.get("SEED", "1"))
MOST_MOVES = 60
OTHER_ANSWERS: dict[str, list[dict[str, Any]]] = {
    "clarify_request": [{"substance_stated": "no"}, {"package_sufficient": "no", "missing": [{"name": "Анықтама"}]}],
    "decide_on_reception": [{"decision": "refuse", "refusal_reason": "Мәселе сотта қаралуда."}],
    "confirm_attendance": [{"attendance": "not_reached"}, {"attendance": "withdrawn"}, {"attendance": "rebook"}],
    "analyse_materials": [{"materials_quality": "poor", "position_remarks": "Мерзімі көрсетілмеген."}],
    "check_in": [{"came": "no"}],
    "conduct_reception": [{"has_assignments": "no", "assignments": []}],
    "issue_protocol": [{"has_assignments": "no", "assignments": []}],
    "check_execution": [{"fully_executed": "no"}, {"quality": "doubtful"}],
    "review_quality": [{"verdict": "rework", "review_remarks": "Растауын қоса беріңіз."}],
    "archive_appeal": [{"agreed": "no"}],
}


@pytest.mark.soak
def test_every_random_walk_ends_or_waits_for_somebody_and_nothing_breaks(database_url: str):
    chance = random.Random(SEED)
    ends: dict[str, int] = {}

    with kostanay(database_url, at("2025-06-02")) as walk:
        for number in range(WALKS):
            walk.clock.moment = at("2025-06-02") + timedelta(days=7 * number)
            end = _walk(walk, chance)
            ends[end] = ends.get(end, 0) + 1
            with reading() as session:
                incidents = session.scalars(select(Incident.detail)).all()
            assert incidents == [], f"walk {number}"
            walk.clear()

    print(ends)
    assert ends.get("archived", 0) > 0
    assert len(ends) >= 4


def _walk(walk: Walk, chance: random.Random) -> str:
    """One case with random answers and moves of the clock; returns its end event, or "waiting"."""
    day = (walk.now + timedelta(days=21)).date()
    walk.reception_day(day + timedelta(days=-day.weekday()))
    walk.start()
    for _ in range(MOST_MOVES):
        instance = walk.instance()
        if instance.status == "completed":
            assert walk.tasks() == []
            assert _waiting_jobs(walk, "timer", "call") == 0
            return str(instance.end_event)
        tasks = walk.tasks()
        if tasks and chance.random() < 0.85:
            _answer(walk, chance, chance.choice(tasks))
        elif chance.random() < 0.5 or not _waiting_jobs(walk):
            walk.pass_time_to(walk.now + timedelta(hours=chance.choice((1, 5, 24, 72))))
        else:
            walk.wait()
    assert walk.tasks() or _waiting_jobs(walk), "the case stands still and nobody is asked"
    return "waiting"


def _answer(walk: Walk, chance: random.Random, task: UserTask) -> None:
    """Another answer now and then; where the form refuses it, or has no usual one, the task waits on."""
    try:
        usual = walk.usual(task.element)
    except KeyError:
        usual = {}
    others = OTHER_ANSWERS.get(task.element, [])
    other = chance.choice(others) if others and chance.random() < 0.25 else {}
    for answers in ({**usual, **other}, usual):
        try:
            complete_user_task(task.id, answers=answers, by=walk.actor(task.role or "reception_coordinator"))
        except InvalidAnswersError:
            continue
        walk.work()
        return
    walk.pass_time_to(walk.now + timedelta(hours=4))


def _waiting_jobs(walk: Walk, *kinds: str) -> int:
    """How many jobs of the case wait: of these kinds, or of any."""
    waiting = select(func.count()).select_from(Job).where(Job.case_id == walk.case_id, Job.status == "waiting")
    with reading() as session:
        return session.scalar(waiting.where(Job.kind.in_(kinds)) if kinds else waiting) or 0
