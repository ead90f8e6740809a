"""The challenge's windows: which months are forecast, and where the data are cut."""

from dataclasses import dataclass

from tocsin.errors import UsageError
from tocsin.tables.months import month_of, month_text, parse_month

# Data end three months before the window's first month.
CUT = 3
MONTHS = 12


@dataclass(frozen=True)
class Window:
    """Twelve months to forecast from data that end three months before the first."""

    name: str
    first: int

    @property
    def last(self) -> int:
        return self.first + MONTHS - 1

    @property
    def origin(self) -> int:
        return self.first - CUT

    @property
    def months(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def horizons(self) -> tuple[int, ...]:
        return tuple(month - self.origin for month in self.months)


def parse_window(text: str) -> Window:
    """`Y2018` (January to December), `Y2024` (the true future), or a first month `2025-01`.

    The challenge's last window, which it judged as truth arrived, is July 2024 to June 2025; it
    goes by the name Y2024.

    Raises
    ------
    UsageError, if the text is no window.

    >>> window = parse_window("Y2018")
    >>> window.first, window.origin, window.horizons[0], window.horizons[-1]
    (457, 454, 3, 14)
    """
    name = text.strip()
    year = name[1:]
    if name[:1] in ("Y", "y") and year.isdigit() and len(year) == 4:
        first = f"{year}-07" if year == "2024" else f"{year}-01"
        return Window(f"Y{year}", parse_month(first))
    try:
        first_month = parse_month(name)
    except UsageError:
        raise UsageError(
            "{text!r} is not a window",
            remedy="Write a window as Y2018, or its first month as 2024-07.",
            text=text,
        ) from None
    return Window(month_text(first_month), first_month)


def parse_windows(text: str) -> tuple[Window, ...]:
    """Windows from a list with commas.

    >>> [window.name for window in parse_windows("Y2018,Y2019")]
    ['Y2018', 'Y2019']
    """
    return tuple(parse_window(part) for part in text.split(",") if part.strip())


def window_of_directory(name: str) -> Window:
    """The window of a folder `window=Y2018`."""
    return parse_window(name.removeprefix("window="))


__all__ = ["CUT", "MONTHS", "Window", "month_of", "parse_window", "parse_windows"]
