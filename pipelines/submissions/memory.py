"""What forms of one kind have in common, worked out for the first of them and remembered for the others of a run.

Belongs here: remembering.
Does not belong here: what is remembered. Whatever is asked for must follow from its key alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

_MOST = 4096
T = TypeVar("T")


class Memory:
    """Results by key; a run has one, and a new one knows nothing."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gave when this key was first asked for."""
        try:
            return self._known[key]  # type: ignore[no-any-return]
        except KeyError:
            if len(self._known) >= _MOST:
                self._known.clear()
            made = self._known[key] = make()
            return made
