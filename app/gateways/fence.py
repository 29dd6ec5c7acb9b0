"""A fence around a process: what it asks for beyond, the system refuses."""

import resource
from typing import Final

MEGABYTE: Final = 1024 * 1024


def limit_memory(megabytes: int) -> None:
    """Let this process and its children have at most `megabytes` of address space; 0 leaves it without a limit.

    The second fence behind the budgets of expressions, forms and documents: whatever slips through them fails with a
    `MemoryError` in its own request or job rather than taking the machine's memory. A hard limit set outside stays.
    """
    if not megabytes:
        return
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = megabytes * MEGABYTE
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
