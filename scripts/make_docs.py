"""Make the generated pages: docs/features.md, settings.md, check.md, cli.md and others."""

import json
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any, cast

from features.catalog import CATALOG
from features.contract import CONTRACT
from retinue.project import ProjectSection
from scoring.segments.schemes import SCHEMES
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from training.readiness.documentation import documentation
from training.simulation.pages import readme
from training.simulation.plan import Plan

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- Made by scripts/make_docs.py; do not edit. -->"


def features_page() -> str:
    """One row per feature of the catalog."""
    rows = [
        f"| `{feature.name}` | {feature.family} | {feature.rows} | {feature.unit.many} "
        f"| {feature.description.en}<br>{feature.description.zh} "
        f"| {feature.null.en}<br>{feature.null.zh} |"
        for feature in CATALOG
    ]
    return "\n".join(
        [
            "# Features",
            MADE,
            "",
            f"{len(CATALOG)} features, in the order of the model's input. A day is 24 hours back "
            "from the as-of date; a window of 28 days holds rows fewer than 28 days old. Windows "
            "and counts hold what had happened strictly before the as-of date and was known by "
            "it. Every feature is null where the project has no table, or has not mapped the "
            "column, that it is made from; `categories` and `products` are made from the columns "
            "`category` and `product_id` of orders. What a customer without a row in a table "
            "counts is 0 where the last column says never null.",
            "",
            "| feature | family | made from | unit | what it measures | null means |",
            "|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def settings_page() -> str:
    """Every key of the project file, section by section, and every column a table may map."""
    schema = ProjectSection.model_json_schema()
    named = sorted(schema["$defs"].items(), key=lambda section: _titles(section[0]))
    sections = {"": schema} | dict(named)
    lines = ["# The project file", MADE, "", "`retinue.toml`; unknown keys are refused.", ""]
    for name, section in sections.items():
        title = ", ".join(_titles(name)) if name else "Top level"
        lines += [f"## {title}", "", section["description"], ""]
        lines += _keys(section)
    lines += ["## Columns that a table may map", ""]
    for table in CONTRACT:
        names = [f"**{c.name}**" if c.required else c.name for c in table.columns]
        free = ", and attributes of any name" if table.free_columns else ""
        lines.append(f"- `{table.name}`: {', '.join(names)}{free}")
    return "\n".join([*lines, "", "Columns in bold are required.", ""])


def _keys(section: dict[str, Any]) -> list[str]:
    """A table of the keys; of sections that only hold others, nothing."""
    required = section.get("required", [])
    rows = []
    for key, value in section["properties"].items():
        if "description" in value:
            shown = "required" if key in required else f"`{json.dumps(value.get('default'))}`"
            rows.append(f"| `{key}` | {shown} | {value['description']} |")
    return ["| key | default | meaning |", "|---|---|---|", *rows, ""] if rows else []


def _titles(section: str) -> list[str]:
    """Names of the sections that a class describes: several schemes may share one."""
    schemes = [one.name for one in SCHEMES if one.settings.__name__ == section]
    if schemes:
        return [f"`[segments.{name}]`" for name in schemes]
    churn = {
        "InactivitySection": "inactivity",
        "CadenceSection": "cadence",
        "SubscriptionEndSection": "subscription_end",
        "EventSection": "event",
    }
    if section in churn:
        return [f'`[churn]` with `definition = "{churn[section]}"`']
    names = {
        "ModelSection": "training.model",
        "TableSection": "tables.<name>",
        "LookupSection": "tables.<name>.lookup",
        "SqlSection": "tables.<name>.columns.<column>",
    }
    return [f"`[{names.get(section, section.removesuffix('Section').lower())}]`"]


def check_page() -> str:
    """What `retinue check` may find, and the keys of its JSON."""
    title, _, rest = documentation().partition("\n")
    return f"{title}\n{MADE}\n{rest}"


def cli_page() -> str:
    """Every command's help."""
    made = subprocess.run(
        [sys.executable, "-m", "typer", "retinue.cli", "utils", "docs", "--name", "retinue"],
        capture_output=True,
        text=True,
        check=True,
    )
    title, _, rest = unescape(made.stdout).strip().partition("\n")
    return f"{title}\n{MADE}\n{rest}\n"


def openapi_page() -> str:
    """The API's specification; routes are declared before any part is used."""
    nothing = Parts(cast("ServedModel", None), cast("Store", None))
    specification: dict[str, Any] = create_app(nothing).openapi()
    return json.dumps(specification, indent=1, sort_keys=True) + "\n"


def simulation_page() -> str:
    """What stands beside the tables of the simulated example."""
    title, _, rest = readme(Plan(customers=4000)).partition("\n")
    return f"{title}\n{MADE}\n{rest}"


def main() -> None:
    """Write each page."""
    pages = {
        "features.md": features_page(),
        "settings.md": settings_page(),
        "check.md": check_page(),
        "cli.md": cli_page(),
        "openapi.json": openapi_page(),
        "simulation.md": simulation_page(),
    }
    for name, page in pages.items():
        (DOCS / name).write_text(page, encoding="utf-8")
    print(f"made {', '.join(f'docs/{name}' for name in pages)}")


if __name__ == "__main__":
    main()
