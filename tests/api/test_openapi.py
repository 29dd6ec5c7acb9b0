"""The OpenAPI document: valid, complete, and true of what the API answers."""

from collections.abc import Iterator
from datetime import date
from itertools import product

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.models import RoleGrant
from app.usecases.transaction import transaction
from tests.api.conftest import PROCESS, ROLES, House

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_is_openapi_3_1_and_every_operation_needs_a_token(house: House):
    document = house.app.test_client().get("/api/v1/openapi.json").get_json()

    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
    assert sorted(broken_references(document, document)) == []
    operations = [
        operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method != "parameters"
    ]
    assert all(operation["security"] == [{"token": []}] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def broken_references(part: object, document: dict[str, object]) -> Iterator[str]:
    """The `$ref` that lead nowhere."""
    if isinstance(part, list):
        for each in part:
            yield from broken_references(each, document)
    elif isinstance(part, dict):
        target: object = document
        for name in str(part.get("$ref", "#")).split("/")[1:]:
            target = target.get(name) if isinstance(target, dict) else None
        if target is None:
            yield part["$ref"]
        for each in part.values():
            yield from broken_references(each, document)


@pytest.mark.filterwarnings("ignore::Warning")
def test_whatever_is_sent_the_answer_is_one_that_the_document_promises(house: House):
    house.app.config["API_REQUESTS_A_MINUTE"] = 100_000
    headers = {"Authorization": f"Bearer {token_of_everything(house)}"}
    started = house.start()
    known = {"case_id": started["case_id"], "instance_id": started["id"], "task_id": house.task(started["id"], "ask")}
    known |= {"process": PROCESS, "number": 1}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", house.app)
    answered: set[int] = set()

    for found, mode in product(list(schema.get_all_operations()), (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)):

        @seed(2026)
        @settings(
            max_examples=4,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=found.ok().as_strategy(generation_mode=mode))
        def attempt(case: schemathesis.Case) -> None:
            if isinstance(case.body, dict) and "variables" in case.body and "process" in case.body:
                case.body["process"] = PROCESS
            case.path_parameters.update({name: known[name] for name in case.path_parameters if name in known})
            response = case.call(headers=headers)
            answered.add(response.status_code)
            case.validate_response(response, checks=CHECKS)

        attempt()

    assert {200, 201, 202, 404, 409, 422} <= answered


def token_of_everything(house: House) -> str:
    """The token of somebody who holds every role in `north`."""
    person = house.people["north", "admin"]
    with transaction() as session:
        for role in ROLES.values():
            session.add(RoleGrant(office_id="north", person_id=person, role=role, valid_from=date(2020, 1, 1)))
    return house.tokens["north", "admin"]
