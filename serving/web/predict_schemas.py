"""What may be asked of `/v1/predict`: customers by id, or by their rows."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from serving.web.examples import SCORED, UNSCORED
from serving.web.raw_rows import CustomerRows, Moment
from serving.web.row_examples import NEW_CUSTOMER
from serving.web.schemas import MOST_IDS, Schema, whole_text

BY_ID = {"customer_ids": [SCORED["customer_id"], UNSCORED["customer_id"]], "reasons": 3}
BY_ROWS = {"as_of": "2024-04-01T00:00:00Z", "customers": [NEW_CUSTOMER]}


def _one_way(schema: dict[str, Any]) -> None:
    """Say in the specification what the validator says: one of the two, and none of them null."""
    for name in ("customer_ids", "customers", "as_of"):
        field = schema["properties"][name]
        field |= field.pop("anyOf")[0]
        del field["default"]
    schema["oneOf"] = [
        {"required": ["customer_ids"], "not": {"required": ["as_of"]}},
        {"required": ["customers"]},
    ]
    schema["examples"] = [BY_ID, BY_ROWS]


class PredictRequest(Schema):
    """Customers to score: by id, from the current scoring run, or by the rows that are sent."""

    customer_ids: list[Annotated[str, AfterValidator(whole_text)]] | None = Field(
        default=None, min_length=1, max_length=MOST_IDS, description="Ids as in the orders table."
    )
    customers: list[CustomerRows] | None = Field(
        default=None,
        min_length=1,
        max_length=MOST_IDS,
        description="Customers with their rows, in place of ids: nothing of them is read from the "
        "scoring run, and nothing is kept.",
    )
    as_of: Moment | None = Field(
        default=None,
        description="The moment at which customers are described by their rows: none is counted "
        "that happened at it or later. Now, where it is left out; not with ids, which are of the "
        "scoring run's moment.",
    )
    reasons: int = Field(default=5, ge=0, le=50, description="Most reasons per customer.")

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_one_way)

    @model_validator(mode="after")
    def _asks_one_way(self) -> Self:
        if (self.customer_ids is None) == (self.customers is None):
            raise ValueError("give either customer_ids or customers")
        if self.customers is None:
            if self.as_of is not None:
                raise ValueError("as_of goes with customers; ids are as of the scoring run")
            return self
        ids = [one.customer_id for one in self.customers]
        if len(set(ids)) < len(ids):
            raise ValueError("a customer_id stands twice among customers; send all rows together")
        return self
