"""The lock files pin what pyproject.toml asks for, and name nobody's package index."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
ASKED = {
    "requirements.lock": [*PROJECT["dependencies"], *EXTRAS["build"]],
    "requirements-dev.lock": [*PROJECT["dependencies"], *EXTRAS["build"], *EXTRAS["dev"]],
}


def pinned(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", ASKED)
def test_every_package_asked_for_is_pinned_in_a_version_that_will_do(lock: str):
    versions = pinned(lock)

    unmet = [
        str(requirement)
        for requirement in map(Requirement, ASKED[lock])
        if not requirement.specifier.contains(versions.get(canonicalize_name(requirement.name), "0"))
    ]

    assert unmet == []


@pytest.mark.parametrize("lock", ASKED)
def test_every_pin_has_its_hashes_and_no_line_names_an_address(lock: str):
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text().strip())

    assert all(
        re.fullmatch(r"[a-z0-9-]+==\S+( ; .+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+", entry) for entry in entries
    )
    assert "://" not in (ROOT / lock).read_text()


def test_development_and_production_run_the_same_versions():
    production, development = pinned("requirements.lock"), pinned("requirements-dev.lock")

    assert production.items() <= development.items()
