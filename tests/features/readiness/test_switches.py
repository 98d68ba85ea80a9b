"""What is written of columns and values is what features do without them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from features.build import build_features
from features.catalog import NAMES
from features.engines import connect
from features.history.before import History
from features.readiness.switches import COLUMNS, VALUES, Switch, of_table
from features.tables import Tables, open_tables
from retinue.project import Project
from training.simulation.plan import Plan
from training.simulation.simulate import simulate

AS_OF = [datetime(2023, 12, 1)]
# What opening makes of a column takes its place.
MADE_FROM = {"quantity": ("units",), "text": ("text", "tone")}


def spoken(tables: Tables, wanted: Collection[str] = NAMES) -> set[str]:
    """Features, of those wanted, with at least two different values."""
    values = build_features(History.before(tables, AS_OF), wanted).values
    return {
        name
        for name, column in zip(NAMES, values.T, strict=True)
        if len(np.unique(column[~np.isnan(column)])) > 1
    }


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    folder = tmp_path_factory.mktemp("company") / "data"
    simulate(Plan(customers=400, days=365), folder)
    return open_tables(connect(), Project.read(folder).sources)


@pytest.fixture(scope="module")
def all_spoken(tables: Tables) -> set[str]:
    return spoken(tables)


def off_without(tables: Tables, switches: Sequence[Switch]) -> Tables:
    rows = dict(tables.rows)
    for switch in switches:
        table = rows[switch.table]
        if switch.value is not None:
            kept = table[switch.column].fill_null("") != switch.value
            rows[switch.table] = table.filter(kept)
            continue
        gone = MADE_FROM.get(switch.column, (switch.column,))
        rows[switch.table] = table.drop(*(name for name in gone if name in table.columns))
    return replace(tables, rows=rows)


def in_turns(switches: Sequence[Switch]) -> list[list[Switch]]:
    """Switches of different tables can be turned off at once: each table has its own features."""
    turns: list[list[Switch]] = []
    for switch in switches:
        free = (turn for turn in turns if all(one.table != switch.table for one in turn))
        turn = next(free, None)
        if turn is None:
            turns.append([switch])
        else:
            turn.append(switch)
    return turns


@pytest.mark.parametrize("switches", [*in_turns(COLUMNS), *in_turns(VALUES)])
def test_a_switch_turns_off_the_features_it_names_and_no_others(
    switches: list[Switch], tables: Tables, all_spoken: set[str]
) -> None:
    of_tables = all_spoken & {name for switch in switches for name in of_table(switch.table)}

    off = of_tables - spoken(off_without(tables, switches), of_tables)

    named = {name for switch in switches for name in switch.features}
    assert off == named & all_spoken


def test_what_is_proven_covers_nearly_every_name(all_spoken: set[str]) -> None:
    """Of the names switches hold, those that say nothing in the simulated company are few."""
    named = {name for switch in (*COLUMNS, *VALUES) for name in switch.features}
    assert named - all_spoken <= {
        "plan_changes",  # nobody changes plans there
    }


def test_names_are_of_the_catalog() -> None:
    assert {name for switch in (*COLUMNS, *VALUES) for name in switch.features} <= set(NAMES)
