"""The lock files pin what pyproject.toml asks for, and name nobody's package index."""

import ast
import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PARTS_OF_FLASK = {"jinja2", "markupsafe", "werkzeug"}
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


def test_whatever_the_program_imports_is_asked_for():
    ours = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    owners = packages_distributions()

    strangers = {
        module
        for path in [*(ROOT / "app").rglob("*.py"), ROOT / "gunicorn.conf.py", *(ROOT / "migrations").rglob("*.py")]
        for module in imported(path)
        if module not in PARTS_OF_FLASK | {"app"}
        and not any(canonicalize_name(owner) in ours for owner in owners.get(module, ()))
    }

    assert strangers == set()


def imported(path: Path) -> set[str]:
    """The top-level names of other people's packages that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names


def test_the_editor_pins_exact_versions_with_checksums_and_names_no_registry():
    asked = json.loads((ROOT / "ui/package.json").read_text())
    lock = json.loads((ROOT / "ui/package-lock.json").read_text())
    packages = {path: about for path, about in lock["packages"].items() if path}

    versions = [*asked["dependencies"].values(), *asked["devDependencies"].values()]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
    assert all(about["integrity"].startswith("sha512-") and "resolved" not in about for about in packages.values())


def test_what_the_editor_holds_of_others_is_told_with_its_licence():
    told = (ROOT / "app/web/static/vendor/studio/THIRD_PARTY.txt").read_text("utf-8")
    asked = json.loads((ROOT / "ui/package.json").read_text())["dependencies"]

    assert all(f"{name} {version} (" in told for name, version in asked.items())
