"""The interface keeps its word: whatever the specification allows is answered as it says."""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from scoring.scorer import Scorer
from serving.served_model import ServedModel
from serving.web.app import Parts, create_app
from tests.conftest import Trained

# Which features a row needs is the model's to say, and in no specification.
NOT_OF: dict[str, Any] = {"/invocations": [positive_data_acceptance]}
# `CONTRACT_EXAMPLES=5000` asks for an hour; here each route is asked this often.
EXAMPLES = int(os.environ.get("CONTRACT_EXAMPLES", "20"))


def test_every_answer_is_as_specified(scorer: Scorer, trained: Trained) -> None:
    app = create_app(Parts(ServedModel(scorer), trained.store))
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
            case.call_and_validate(excluded_checks=NOT_OF.get(case.path, []))

        try:
            ask()
        except BaseExceptionGroup as error:  # all routes are asked before any is told of
            broken.append(f"{operation.label}: {error}")
    assert not broken, "\n\n".join(broken)
    assert asked > 5 * EXAMPLES
