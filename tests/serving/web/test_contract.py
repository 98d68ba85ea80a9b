"""The interface keeps its word: whatever the specification allows is answered as it says."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from retinue.commands.serve import online_settings
from scoring.scorer import Scorer
from serving.access.scopes import Scope
from serving.batch import score_customers
from serving.online import OnlineCustomers
from serving.served_model import ServedModel
from serving.store import Store
from serving.web.app import Parts, create_app
from tests.conftest import Trained
from tests.serving.access.hands import Office

# It takes a key that is sent beside a made-up one for no key; test_access asks every route.
NOT_HERE: list[Any] = [ignored_auth]
# Which features a model needs, which attributes a project maps, which cursors were given out, and
# that no two customers have one id: no specification can say it.
PARTICULAR = (
    "/invocations",
    "/v1/at-risk",
    "/v1/at-risk/export",
    "/v1/predict",
    "/v1/segments/{scheme}/customers",
)
# `CONTRACT_EXAMPLES=5000` asks for an hour; here each route is asked this often.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "20"))


@pytest.fixture(params=["sqlite", "postgresql"])
def either(
    request: pytest.FixtureRequest, trained: Trained, scorer: Scorer, tmp_path: Path
) -> Store:
    """The run of the simulated shop, in either kind of database."""
    if request.param == "sqlite":
        shutil.copy(trained.file, tmp_path / "store.db")  # whoever it asks to erase is erased
        return Store(tmp_path / "store.db")
    store = Store(request.getfixturevalue("schema"))
    score_customers(trained.tables, scorer, store, trained.tables.day_after_last_order)
    return store


def test_errors_every_answer_is_as_specified(
    scorer: Scorer, trained: Trained, either: Store, tmp_path: Path
) -> None:
    office = Office(tmp_path)
    key = {"X-API-Key": office.make(*Scope)[1]}
    mapped = online_settings(trained.project)
    assert mapped is not None
    online = OnlineCustomers(mapped)
    app = create_app(Parts(ServedModel(scorer), either, gate=office.gate(), online=online))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    broken: list[str] = []
    asked = 0
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        def ask(case: Case[Any]) -> None:
            nonlocal asked
            asked += 1
            particular = [positive_data_acceptance] if case.path in PARTICULAR else []
            case.call_and_validate(headers=key, excluded_checks=NOT_HERE + particular)

        try:
            ask()
        except BaseExceptionGroup as error:  # all routes are asked before any is told of
            broken.append(f"{operation.label}: {error}")
    assert not broken, "\n\n".join(broken)
    assert asked > 5 * EXAMPLES
