"""The cases by subject: each module has its list `CASES`."""

import importlib
import pkgutil

from tests.conformance.case import Case


def all_cases() -> list[Case]:
    """Every case of every module, in order."""
    modules = (importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return [each for module in modules for each in module.CASES]
