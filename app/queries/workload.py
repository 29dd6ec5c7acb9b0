"""Who has how much to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from app.domain import clock
from app.domain.texts import Text
from app.models.database import reading
from app.models.person import titled
from app.queries.absences import AbsenceRow, absences_of
from app.records.substitutes import in_whose_hands

_load = text(
    """
    SELECT person.id, person.full_name, person.position, person.position_kk, person.position_en,
           count(user_task.id) AS open,
           count(user_task.id) FILTER (WHERE user_task.due_at < :now) AS late,
           (SELECT count(*) FROM user_task AS done
            WHERE done.ended_by = person.id AND done.status = 'completed' AND done.ended_at > :now - interval '7 days'
           ) AS done_last_week
    FROM person
    LEFT JOIN user_task ON user_task.assignee_id = person.id AND user_task.status = 'open'
    WHERE person.office_id = :office AND person.active
    GROUP BY person.id
    ORDER BY person.sort_key COLLATE "C"
    """
)


@dataclass(frozen=True, slots=True)
class Load:
    """A person's open, late and lately completed tasks, and when she is away, now or next.

    `for_others`: the open tasks of those for whom she stands now, by their names.
    """

    id: int
    full_name: str
    position: Text
    open: int
    late: int
    done_last_week: int
    absence: AbsenceRow | None = None
    for_others: Mapping[str, int] = field(default_factory=dict)


def workload_of(office_id: str) -> Sequence[Load]:
    """Everybody of the office with what she has in hand."""
    coming: dict[int, AbsenceRow] = {}
    for each in absences_of(office_id, with_past=False):
        coming.setdefault(each.person_id, each)
    now = clock.now()
    with reading() as session:
        rows = session.execute(_load, {"office": office_id, "now": now}).all()
        open_of = {row.id: (row.full_name, row.open) for row in rows}
        hands = in_whose_hands(session, office_id, now)
        return [
            Load(
                id=row.id,
                full_name=row.full_name,
                position=titled(row.position_kk, row.position, row.position_en),
                open=row.open,
                late=row.late,
                done_last_week=row.done_last_week,
                absence=coming.get(row.id),
                for_others=dict(open_of[each] for each in hands if hands[each] == row.id and each in open_of),
            )
            for row in rows
        ]
