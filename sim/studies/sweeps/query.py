"""SQL over a sweep: its cells and estimates as two tables of a DuckDB database in memory, asked by `query`.

``cells`` has a row a cell and strategy with the headline estimates at the horizon; ``estimates`` a row an estimate.
Both carry the axes under their dotted keys, to be quoted: ``"store.meta.cpm"``. The question sees nothing else: no
file, no network, and nothing it changes outlives it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.scenario import ConfigError
from sim.studies.sweeps.store import Store

INSTALL = 'sim query needs DuckDB: pip install "seller-sim[query]"'


def query(directory: str | Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Answer one SELECT with the names of its columns, and its rows.

    Raises
    ------
    ConfigError
        If DuckDB is missing, or does not understand the question.
    """
    try:
        import duckdb
    except ImportError as error:
        raise ConfigError(INSTALL) from error
    store = Store(Path(directory))
    with duckdb.connect(":memory:") as connection:
        for name, table in (("cells", store.index()), ("estimates", store.estimates())):
            connection.from_arrow(table).create(name)
        # From here on the question can reach no file, and cannot undo that.
        connection.execute("SET temp_directory = ''")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            statements = connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise ConfigError("a question is one SELECT; the tables are cells and estimates")
            answer = connection.execute(sql)
            return [column[0] for column in answer.description or []], answer.fetchall()
        except duckdb.Error as error:
            raise ConfigError(f"DuckDB does not understand the question: {error}") from error
