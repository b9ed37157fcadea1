"""The dashboard of the headline cluster for Apache Superset, as a bundle that a stock Superset imports.

Belongs here: what a bundle of Superset 6 looks like, and the dashboard's charts.
Does not belong here: Superset itself, which is no dependency, and what the tables say (models/).
"""

from __future__ import annotations

import json
import uuid
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from pipelines.jurisdiction import Headline, Jurisdiction

# Names below it are the same in every bundle of a jurisdiction, so that importing one again changes what is there.
_NAMESPACE = uuid.UUID("2f1b7d0e-3d0c-5f5e-9d0c-6f0f5a4b8a31")
_WIDTH = 12

# Columns that Superset makes of those of a table: verdicts that name a base or a day are of one kind.
_MADE = {
    "published_figures": {
        "verdict_kind": "case when verdict like 'consistent%' then 'another base or day' else verdict end"
    }
}

Columns = Mapping[str, Sequence[tuple[str, str, str]]]


@dataclass(frozen=True)
class _Chart:
    """One chart: its name, kind, dataset, width of twelve, settings, and the query that gives its data."""

    name: str
    kind: str
    dataset: str
    width: int
    settings: Mapping[str, Any]
    query: Mapping[str, Any]


def write_bundle(
    jurisdiction: Jurisdiction, headline: Headline, database: Path, columns: Columns, target: Path
) -> None:
    """Write the bundle for the cluster that the jurisdiction's headline names.

    `columns` are name, type and description by table; `database` is the published file as Superset's machine sees it.
    """
    files = _files(jurisdiction, headline, database, columns)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            # Superset strips the first folder; a fixed date keeps the same bundle the same
            entry = zipfile.ZipInfo(f"crime_clearance/{name}", date_time=(2024, 1, 1, 0, 0, 0))
            bundle.writestr(entry, yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


def _files(jurisdiction: Jurisdiction, headline: Headline, database: Path, columns: Columns) -> dict[str, Any]:
    own = jurisdiction.id
    datasets = {
        "cluster_report": (columns["cluster_report"], _report_sql(headline)),
        **{name: (columns[name], None) for name in ("cluster_totals", "period_completeness", "published_figures")},
    }
    charts = _charts(headline)
    title = f"{jurisdiction.english(jurisdiction.name)}: {headline.cluster}"
    return {
        "metadata.yaml": {"version": "1.0.0", "timestamp": datetime(2024, 1, 1).isoformat()},
        f"databases/{own}.yaml": _database(own, database),
        **{f"datasets/{own}/{name}.yaml": _dataset(own, name, *told) for name, told in datasets.items()},
        **{f"charts/{chart.name.lower().replace(' ', '_')}.yaml": _chart(own, chart) for chart in charts},
        f"dashboards/{own}.yaml": _dashboard(own, title, charts),
    }


def _report_sql(headline: Headline) -> str:
    """The macro with the headline's own keys; they are of the jurisdiction's file, not of a reader."""
    keys = (
        headline.cluster, f"{headline.window.start}/{headline.window.end}", headline.series,
        headline.definition_version, headline.offence,
    )  # fmt: skip
    texts = ", ".join("'" + key.replace("'", "''") + "'" for key in keys)
    return f"select * from main.cluster_report({texts})"


def _database(own: str, database: Path) -> dict[str, Any]:
    return {
        "database_name": f"crime_clearance_{own}",
        "sqlalchemy_uri": f"duckdb:///{database}",
        "expose_in_sqllab": True,
        "allow_file_upload": False,
        "allow_dml": False,
        "extra": {
            "engine_params": {
                "connect_args": {
                    "read_only": True,
                    "config": {"enable_external_access": False, "lock_configuration": True},
                }
            }
        },
        "uuid": _uuid(own, "database"),
        "version": "1.0.0",
    }


def _dataset(own: str, name: str, columns: Sequence[tuple[str, str, str]], sql: str | None) -> dict[str, Any]:
    return {
        "table_name": f"{own}_{name}" if sql else name,
        "schema": "main",
        **({"sql": sql} if sql else {}),
        "uuid": _uuid(own, f"dataset/{name}"),
        "metrics": [{"metric_name": "count", "expression": "COUNT(*)"}],
        "columns": [
            {"column_name": c, "type": kind, "is_dttm": kind == "DATE", "groupby": True, "filterable": True,
             "description": about}
            for c, kind, about in columns
        ] + [
            {"column_name": c, "type": "VARCHAR", "groupby": True, "filterable": True, "expression": expression}
            for c, expression in _MADE.get(name, {}).items()
        ],
        "version": "1.0.0",
        "database_uuid": _uuid(own, "database"),
    }  # fmt: skip


def _charts(headline: Headline) -> list[_Chart]:
    period = f"{headline.window.start}/{headline.window.end}"
    of_cluster = {
        "cluster_id": headline.cluster, "period_id": period, "series_id": headline.series,
        "definition_version": headline.definition_version, "offence_code": headline.offence,
        "accumulation": "increment",
    }  # fmt: skip
    complete = {"scope_type": "cluster", "scope_id": headline.cluster, "series_id": headline.series}
    table = ("name", "recorded", "cleared", "clearance_rate", "threshold_percent", "verdict", "needed", "rate_reason")
    completeness = (
        "period_id", "definition_version", "units_expected", "recorded_units", "cleared_units", "missing_units",
        "late_units", "recorded_coverage", "cleared_coverage",
    )  # fmt: skip
    return [
        _number("Offences recorded", "cluster_totals", "recorded", ",d", of_cluster),
        _number("Offences cleared", "cluster_report", "cleared", ",d", {"scope_type": "cluster"}),
        _number("Share of the nation", "cluster_totals", "national_share", ".2%", of_cluster),
        _bars("Share of the nation by unit", "cluster_report", ["national_share"], {"scope_type": "unit"}),
        _bars("Clearance rate by unit", "cluster_report", ["clearance_rate"], {}),
        _table("Clearance against target", "cluster_report", table, {}, 8),
        _pie("Printed figures checked, all sources", "published_figures", "verdict_kind", 4),
        _table("Completeness", "period_completeness", completeness, complete, 12),
    ]


def _number(name: str, dataset: str, column: str, number_format: str, where: Mapping[str, str]) -> _Chart:
    metric = _metric("SUM", column)
    settings = {"metric": metric, "y_axis_format": number_format, "adhoc_filters": _filters(where)}
    return _Chart(name, "big_number_total", dataset, 4, settings, {"columns": [], "metrics": [metric], **_where(where)})


def _bars(name: str, dataset: str, columns: Sequence[str], where: Mapping[str, str]) -> _Chart:
    metrics = [_metric("MAX", column) for column in columns]
    known = {"expressionType": "SIMPLE", "clause": "WHERE", "subject": columns[0], "operator": "IS NOT NULL"}
    settings = {
        "x_axis": "name", "metrics": metrics, "groupby": [], "y_axis_format": ".2%", "orientation": "horizontal",
        "show_value": True, "row_limit": 100, "adhoc_filters": [*_filters(where), known],
    }  # fmt: skip
    filters = [*_where(where)["filters"], {"col": columns[0], "op": "IS NOT NULL"}]
    query = {"columns": ["name"], "metrics": metrics, "filters": filters}
    return _Chart(name, "echarts_timeseries_bar", dataset, 6, settings, query)


def _table(name: str, dataset: str, columns: Sequence[str], where: Mapping[str, str], width: int) -> _Chart:
    settings = {
        "query_mode": "raw", "all_columns": list(columns), "row_limit": 200, "adhoc_filters": _filters(where),
        "column_config": {"clearance_rate": {"d3NumberFormat": ".2%"}}, "show_cell_bars": False,
    }  # fmt: skip
    return _Chart(name, "table", dataset, width, settings, {"columns": list(columns), **_where(where)})


def _pie(name: str, dataset: str, column: str, width: int) -> _Chart:
    settings = {
        "groupby": [column],
        "metric": "count",
        "row_limit": 100,
        "label_type": "key_value",
        "adhoc_filters": [],
    }
    return _Chart(name, "pie", dataset, width, settings, {"columns": [column], "metrics": ["count"], "filters": []})


def _metric(aggregate: str, column: str) -> dict[str, Any]:
    label = f"{aggregate}({column})"
    return {"expressionType": "SIMPLE", "column": {"column_name": column}, "aggregate": aggregate, "label": label}


def _filters(where: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"expressionType": "SIMPLE", "clause": "WHERE", "subject": column, "operator": "==", "comparator": value}
        for column, value in where.items()
    ]


def _where(where: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    return {"filters": [{"col": column, "op": "==", "val": value} for column, value in where.items()]}


def _chart(own: str, chart: _Chart) -> dict[str, Any]:
    context = {
        "datasource": {"id": 0, "type": "table"}, "force": False, "result_format": "json", "result_type": "full",
        "queries": [{**chart.query, "row_limit": 1000}],
    }  # fmt: skip
    return {
        "slice_name": chart.name,
        "viz_type": chart.kind,
        "params": {"viz_type": chart.kind, **chart.settings},
        "query_context": json.dumps(context),
        "uuid": _uuid(own, f"chart/{chart.name}"),
        "version": "1.0.0",
        "dataset_uuid": _uuid(own, f"dataset/{chart.dataset}"),
    }


def _dashboard(own: str, title: str, charts: Sequence[_Chart]) -> dict[str, Any]:
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": [], "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
    }
    row, used = "", _WIDTH
    for number, chart in enumerate(charts, 1):
        if used + chart.width > _WIDTH:
            row, used = f"ROW-{number}", 0
            position["GRID_ID"]["children"].append(row)
            position[row] = {
                "type": "ROW", "id": row, "children": [], "parents": ["ROOT_ID", "GRID_ID"],
                "meta": {"background": "BACKGROUND_TRANSPARENT"},
            }  # fmt: skip
        used += chart.width
        place, height = f"CHART-{number}", 20 if chart.kind == "big_number_total" else 50
        position[row]["children"].append(place)
        position[place] = {
            "type": "CHART", "id": place, "children": [], "parents": ["ROOT_ID", "GRID_ID", row],
            "meta": {"chartId": number, "uuid": _uuid(own, f"chart/{chart.name}"), "sliceName": chart.name,
                     "width": chart.width, "height": height},
        }  # fmt: skip
    return {
        "dashboard_title": title,
        "slug": f"crime-clearance-{own}",
        "published": True,
        "uuid": _uuid(own, "dashboard"),
        "position": position,
        "metadata": {},
        "version": "1.0.0",
    }


def _uuid(own: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{own}/{name}"))
