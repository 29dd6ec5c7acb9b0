"""What an operator learns of the installation before anybody complains."""

from app.domain import clock
from app.usecases.doctor import examine
from tests.usecases.small_office import OFFICE, almaty, hire, opened


def test_an_office_without_an_administrator_is_named(databases, migrated_template) -> None:
    url = databases.create(template=migrated_template)
    with opened(url), clock.using(clock.StandingClock(almaty("2024-04-18"))):
        before = {finding.what: finding.ok for finding in examine()}
        hire("admin", "office_admin")
        after = {finding.what: finding.ok for finding in examine()}
    databases.drop(url)

    assert before[f"offices without an administrator: {OFFICE} (qabyldau admin)"] is False
    assert after["offices without an administrator: none (qabyldau admin)"] is True
