"""Sources of a page: numbered where a line leans on them, listed at its foot, one click away."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from tocsin.web.room.asking import Asked


@dataclass
class Sources:
    """What stands behind the lines of one page, in the order in which they are shown."""

    asked: Asked
    held: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def mark(self, *cited: Any) -> Markup:
        """The raised numbers of some sources, each a link to its line at the foot."""
        links = []
        for one in cited:
            number = self.held.setdefault(one.statement, (len(self.held) + 1, one))[0]
            links.append(
                Markup('<a href="#s{0}" aria-label="{1} {0}" title="{2} ({3})">{0}</a>').format(
                    number, self.asked.say("source"), one.source, one.grade
                )
            )
        if not links:
            return Markup()
        return Markup('<sup class="src">{}</sup>').format(Markup(",").join(links))

    def marks(self, cited: Iterable[Any]) -> Markup:
        """The same for a list of sources."""
        return self.mark(*cited)

    def listed(self) -> list[dict[str, Any]]:
        """The foot of the page: number, who said it, when it became known, its grade, where."""
        return [
            {
                "number": number,
                "source": one.source,
                "known_at": one.known_at,
                "grade": one.grade,
                "address": self.asked.to(f"/statements/{one.statement}"),
            }
            for number, one in self.held.values()
        ]
