"""Column lineage: the columns of other tables that each column of a model is computed from, by dbt's compiled SQL."""

import re
from collections.abc import Iterable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from crime_dagster.core.errors import InputError

# A column of a table: schema (of a published one `landing_<publisher>`), table, column.
Leaf = tuple[str, str, str]
Columns = dict[str, set[Leaf]]
# Columns of tables by schema and name.
Tables = dict[tuple[str, str], Columns]


def trace_parents(sql: str, parents: Mapping[tuple[str, str], Iterable[str]]) -> Columns:
    """Trace every column of compiled SQL back to the columns of the tables that its values are computed from.

    `parents` gives the columns of each table by schema and name. Columns that only select rows (a join, a filter) are
    not traced, except below a bare `count(*)`, whose value they decide.
    """
    known = {place: {name: {(*place, name)} for name in names} for place, names in parents.items()}
    try:
        return _trace_model(sql, known)
    except SqlglotError as error:
        raise InputError(
            found=f"SQL that the parser cannot follow: {' '.join(str(error).split())}",
            expected="SQL whose columns can be traced",
            remedy="name the columns of the query with the table that they come from",
        ) from error


def _trace_model(sql: str, known: Tables) -> Columns:
    # The parser takes a bare `force` for a keyword of another dialect.
    tree = sqlglot.parse_one(re.sub(r"(?<![\w'])force(?![\w'])", '"force"', sql), dialect="duckdb")
    schema: dict[str, dict[str, dict[str, str]]] = {}
    for named in tree.find_all(exp.Table):
        # There is only one database, so its name is dropped.
        named.set("catalog", None)
        folder, table = named.db, named.name
        columns = known.get((folder, table))
        if columns is None:
            continue
        if not columns:
            raise InputError(
                found=f"{folder}.{table} without columns",
                expected="a source that lists its columns",
                remedy="add them to its YAML file",
            )
        schema.setdefault(folder, {})[table] = dict.fromkeys(columns, "varchar")
    known_columns = dict[str, object](schema)
    qualified = qualify(
        tree, schema=known_columns, dialect="duckdb", validate_qualify_columns=False, quote_identifiers=False
    )
    scope = build_scope(qualified)
    return {} if scope is None else _trace_scope(scope, known, {})


def _trace_scope(scope: Scope, known: Tables, traced: dict[int, Columns]) -> Columns:
    # Once each: a query that several others read would be traced for every path that leads to it.
    if id(scope) not in traced:
        traced[id(scope)] = _trace_query(scope, known, traced)
    return traced[id(scope)]


def _trace_query(scope: Scope, known: Tables, traced: dict[int, Columns]) -> Columns:
    if scope.set_operation_scopes:
        left, right = (_trace_scope(part, known, traced) for part in scope.set_operation_scopes)
        if scope.expression.args.get("by_name"):
            nothing = set[Leaf]()
            return {name: left.get(name, nothing) | right.get(name, nothing) for name in {**left, **right}}
        return {name: leaves | other for (name, leaves), other in zip(left.items(), right.values(), strict=True)}
    found: Columns = {}
    inner = [_trace_sources(part, known, traced) for part in scope.subquery_scopes]
    sources = _trace_sources(scope, known, traced)
    query = scope.expression
    for projection in query.selects if isinstance(query, exp.Query) else ():
        leaves: set[Leaf] = set()
        for column in projection.find_all(exp.Column):
            for place in (sources, *inner):
                if column.table in place:
                    leaves |= place[column.table].get(column.name, set())
                    break
        if any(isinstance(count.this, exp.Star) for count in projection.find_all(exp.Count)):
            leaves |= {leaf for columns in sources.values() for some in columns.values() for leaf in some}
        found[projection.alias_or_name] = leaves
    return found


def _trace_sources(scope: Scope, known: Tables, traced: dict[int, Columns]) -> dict[str, Columns]:
    return {
        name: _trace_scope(source, known, traced)
        if isinstance(source, Scope)
        else known.get((source.db, source.name), {})
        for name, source in scope.sources.items()
        if isinstance(source, Scope | exp.Table)
    }
