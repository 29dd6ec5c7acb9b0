"""What finding costs among 200,000 appeals: the list with its search, and the same person while her name is typed."""

from datetime import UTC, date, datetime
from typing import Final

from appeals_crowd import crowd_of_appeals
from installation import ROOT, Installation, installation
from tasks import p95

from app.domain.same_person import Described
from app.queries.appeal_search import AppealFilter, appeal_list
from app.queries.cases import case_list
from app.queries.control import VIEWS, control_of
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
CASES: Final = (
    *({"find": each} for each in ("", "дороги", "жылу", "Нурпеисов", "К-4321/2025", "керекит", "xyz")),
    *({"status": each} for each in ("running", "closed", "registered_and_routed", "withdrawn")),
    {"find": "просит", "status": "running"},
    {"find": "Ахметов", "status": "closed"},
)
ROUNDS: Final = 5


def measure_appeals(here: Installation) -> dict[str, float]:
    """Milliseconds of the 95th percentile among 200,000 appeals."""
    deploy(ROOT / "processes" / KOSTANAY)
    crowd_of_appeals(here.database, office=KOSTANAY, now=datetime.now(UTC))
    searches = [AppealFilter(find=each) for each in SEARCHES]
    return {
        "search_200k_p95_ms": p95(lambda chosen: appeal_list(KOSTANAY, chosen, personal=True), searches, ROUNDS),
        "typed_200k_p95_ms": p95(lambda typed: known_cases(KOSTANAY, typed), TYPED, ROUNDS),
        "filter_200k_p95_ms": p95(lambda chosen: appeal_list(KOSTANAY, chosen, personal=True), FILTERS, ROUNDS),
        "cases_200k_p95_ms": p95(lambda asked: case_list(KOSTANAY, **asked), CASES, ROUNDS),
        "control_200k_p95_ms": p95(
            lambda view: control_of(KOSTANAY, view=view, executor=None, personal=True), VIEWS, ROUNDS
        ),
    }


def main() -> None:
    """This page of the measurements alone."""
    with installation() as here:
        for name, value in measure_appeals(here).items():
            print(f"{name} {value:.1f}")


if __name__ == "__main__":
    main()
