"""Pages of lists that no single statement gives."""

from __future__ import annotations

from typing import Any

from flask_sqlalchemy.pagination import Pagination


class ListPages(Pagination):
    """The pages of `rows`, a list that is in memory."""

    def _query_items(self) -> list[Any]:
        start = (self.page - 1) * self.per_page
        return list(self._query_args["rows"][start:start + self.per_page])

    def _query_count(self) -> int:
        return len(self._query_args["rows"])
