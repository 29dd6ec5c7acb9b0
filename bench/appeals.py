"""What finding costs among 200,000 appeals: the list with its search, and the same person while her name is typed."""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from appeals_crowd import crowd_of_appeals
from installation import ROOT, Installation, installation

from app.domain.same_person import Described
from app.queries.appeal_search import AppealFilter, appeal_list
from app.queries.known_people import known_cases
from app.usecases.deploy import deploy

KOSTANAY: Final = "kostanay"
SEARCHES: Final = (
    *(
        "дорогу",
        "отоплением",
        "школе ремонтом",
        "водоснабжения подъездов",
        "керекит",
        "мотоер крыши",
        "жолды",
        "мектептің",
    ),
    *(
        "Нұрпейісов",
        "Нурпеисов",
        "Ахметбаева Айгуль",
        "Иванманов Сергей",
        "Akhmetov Nurlan",
        "Ахмитжанов Нурлан",
        "Ким",
    ),
    *(
        "К-4321/2025",
        "50012/2025",
        "120345",
        "8 701 123 45 67",
        "просит",
        "ответ акимата",
        "тұрғын үй кез",
        "гар",
        "xyz",
    ),
)
FILTERS: Final = (
    AppealFilter(),
    AppealFilter(state="open"),
    AppealFilter(state="overdue"),
    AppealFilter(nature="roads", district="рудный"),
    AppealFilter(control="yes", source="egov"),
    AppealFilter(find="дороги", nature="land", state="open"),
    AppealFilter(find="жылу", district="Аркалык", category="complaint"),
    AppealFilter(since=date(2025, 1, 1), until=date(2025, 1, 31)),
    AppealFilter(district="нигде"),
)
TYPED: Final = (
    Described("Ахм"),
    Described("Ахметов"),
    Described("Ахметбаев Нұр"),
    Described("Нурпеисова Айгуль Маратовна"),
    Described("Иванманов С"),
    Described("Petrov Sergey", phone="87011234567"),
    Described("", phone="8 701 765 43"),
    Described("Ковалтуева Ирина", address="Костанай, Абая 15, кв 4"),
    Described("Ким Олег", address="г. Костанай, ул. Гоголя, 77"),
    Described("Соколбаева Светлана", iin="850101300123"),
)
ROUNDS: Final = 5


def measure_appeals(here: Installation) -> dict[str, float]:
    """Milliseconds of the 95th percentile among 200,000 appeals."""
    deploy(ROOT / "processes" / KOSTANAY)
    crowd_of_appeals(here.database, office=KOSTANAY, now=datetime.now(UTC))
    searches = [AppealFilter(find=each) for each in SEARCHES]
    return {
        "search_200k_p95_ms": _p95(lambda chosen: appeal_list(KOSTANAY, chosen, personal=True), searches),
        "typed_200k_p95_ms": _p95(lambda typed: known_cases(KOSTANAY, typed), TYPED),
        "filter_200k_p95_ms": _p95(lambda chosen: appeal_list(KOSTANAY, chosen, personal=True), FILTERS),
    }


def _p95(call: Callable[[Any], object], asked: Sequence[Any]) -> float:
    took = []
    for each in asked:
        call(each)  # warm
        for _ in range(ROUNDS):
            began = time.perf_counter()
            call(each)
            took.append(1000 * (time.perf_counter() - began))
    return statistics.quantiles(took, n=20)[-1]


def main() -> None:
    """This page of the measurements alone."""
    with installation() as here:
        for name, value in measure_appeals(here).items():
            print(f"{name} {value:.1f}")


if __name__ == "__main__":
    main()
