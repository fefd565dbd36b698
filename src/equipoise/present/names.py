"""What readers call the things that a scenario knows by an identifier: missiles, modes, parties, sites, interceptors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from equipoise.results.record import Result


@dataclass(frozen=True)
class Names:
    """Names by table and identifier, as the scenario states them; what it does not name keeps its identifier."""

    by_table: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, results: Mapping[str, Result]) -> Names:
        """Return the names that go with saved results; none where the scenario is not among them."""
        if "scenario" not in results:
            return cls()
        return cls(json.loads(results["scenario"].data.attrs.get("names", "{}")))

    def __call__(self, table: str, identifier: str) -> str:
        """Return the name of an entry of a table such as ``threat``, ``mode``, ``party``, ``site`` or ``interceptor``."""
        return self.by_table.get(table, {}).get(identifier, identifier)

    def short(self, table: str, identifier: str) -> str:
        """Return the name without what stands in brackets or says that it is notional, for where there is little room."""
        return re.sub(r"\s*\([^)]*\)|, notional\b", "", self(table, identifier))
