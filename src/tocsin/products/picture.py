"""What products are made from: what one reader may see of one place as of one day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tocsin.briefs.contents import Brief, Gist
    from tocsin.briefs.grounds import Grounds
    from tocsin.briefs.scoping import Scope
    from tocsin.tables.snapshots import Snapshot
    from tocsin.tables.statements import Statement
    from tocsin.warning.rulebook import Rulebook
    from tocsin.warning.standing import Standing


@dataclass(frozen=True)
class Picture:
    """One reader's view of a place.

    grounds, brief : the counts and what a brief makes of them; None where nothing is counted
    statements : current statements about the place, under the cap of the marking
    standings : warnings on the place with their steps, as known at the end of the day
    members : pictures of a region's countries, by ISO3; empty unless the product asks for them
    snapshots : the lake's snapshots by id, for what rules and counts rest on
    kept : what the brief says in few words, where its tables were not read for it
    """

    scope: Scope
    as_of: date
    reconstruct: bool
    reader: str
    rules: Rulebook
    grounds: Grounds | None = None
    brief: Brief | None = None
    statements: tuple[Statement, ...] = ()
    standings: tuple[Standing, ...] = ()
    members: Mapping[str, Picture] = field(default_factory=dict)
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    kept: Gist | None = None

    @property
    def gist(self) -> Gist | None:
        """What the counts say in few words; None where nothing is counted."""
        return self.brief.gist if self.brief is not None else self.kept

    @property
    def open(self) -> list[Standing]:
        """Warnings that are open, issued, not covered by another: most urgent first."""
        found = [
            one
            for one in self.standings
            if one.is_open and one.body.state == "issued" and not one.body.covered_by
        ]
        return sorted(found, key=lambda one: one.urgency)
