"""How a table is declared. One declaration gives the check, the documentation and the schema."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from tocsin.errors import TableError

DType = pl.DataType | type[pl.DataType]


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit and meaning, and what its values may be."""

    name: str
    dtype: DType
    meaning: str
    unit: str = ""
    required: bool = True  # False: the value may be missing
    minimum: float | None = None
    maximum: float | None = None
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One way in which a table breaks its declaration."""

    column: str
    problem: str
    rows: int
    example: str = ""


@dataclass(frozen=True)
class Table:
    """A table that passes between rooms: its columns in order, and its key."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def schema(self) -> dict[str, DType]:
        return {column.name: column.dtype for column in self.columns}

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def empty(self) -> pl.DataFrame:
        """The table with no rows and the right schema."""
        return pl.DataFrame(schema=self.schema)

    def build(self, data: Mapping[str, Sequence[Any] | pl.Series]) -> pl.DataFrame:
        """A frame of this table from columns; those not given are missing throughout."""
        frame = pl.DataFrame(dict(data))
        absent = [
            pl.lit(None, dtype=column.dtype).alias(column.name)
            for column in self.columns
            if column.name not in frame.columns
        ]
        return frame.with_columns(absent).select(
            pl.col(column.name).cast(column.dtype) for column in self.columns
        )

    def check(self, frame: pl.DataFrame) -> list[Finding]:
        """Every way in which `frame` breaks the declaration; empty when it is sound."""
        findings = list(self._check_shape(frame))
        if findings:
            return findings
        for column in self.columns:
            findings += _check_values(frame[column.name], column)
        repeated = frame.height - frame.select(self.key).n_unique() if frame.height else 0
        if repeated:
            findings.append(Finding(", ".join(self.key), "the key is repeated", repeated))
        return findings

    def require(self, frame: pl.DataFrame, where: str = "") -> pl.DataFrame:
        """`frame` itself, if it is sound.

        Raises
        ------
        TableError, naming the first finding and how many more there are.
        """
        findings = self.check(frame)
        if findings:
            first = findings[0]
            raise TableError(
                "table {table}, column {column}: {problem} ({rows} rows{example}); "
                "{more} more findings",
                where=where,
                table=self.name,
                column=first.column,
                problem=first.problem,
                rows=first.rows,
                example=f", such as {first.example}" if first.example else "",
                more=len(findings) - 1,
            )
        return frame

    def _check_shape(self, frame: pl.DataFrame) -> list[Finding]:
        findings = []
        for column in self.columns:
            if column.name not in frame.columns:
                findings.append(Finding(column.name, "the column is missing", frame.height))
            elif frame.schema[column.name] != column.dtype:
                kind = f"the type is {frame.schema[column.name]}, not {column.dtype}"
                findings.append(Finding(column.name, kind, frame.height))
        unknown = [name for name in frame.columns if name not in self.schema]
        return findings + [Finding(name, "an unknown column", frame.height) for name in unknown]


def _check_values(values: pl.Series, column: Column) -> list[Finding]:
    """Findings in one column of the right type."""
    tests: list[tuple[str, pl.Series]] = []
    if column.required:
        tests.append(("a value is missing", values.is_null()))
    if column.minimum is not None:
        tests.append((f"below {column.minimum:g}", (values < column.minimum).fill_null(False)))
    if column.maximum is not None:
        tests.append((f"above {column.maximum:g}", (values > column.maximum).fill_null(False)))
    if column.one_of:
        tests.append(
            (f"not one of {', '.join(column.one_of)}", ~values.is_in(column.one_of).fill_null(True))
        )
    return [
        Finding(column.name, problem, int(bad.sum()), str(values.filter(bad)[0]))
        for problem, bad in tests
        if bad.any()
    ]
