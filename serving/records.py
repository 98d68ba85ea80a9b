"""What the store holds: scoring runs and one record per customer, as values and as tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)

from features.asked import is_asked
from features.build import FeatureRows
from features.catalog import NAMES
from features.feature import Words
from features.own.schema import UNKNOWN
from scoring.reasons import Reason
from scoring.scorer import Prediction
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fact
from serving.errors import StoreError
from serving.names import OF_A_REASON, Names

SCORED = "scored"
STORED_REASONS = 5  # of each prediction, at the most; who asks for more has the model asked
PREDICTION_KEYS = {one.name for one in fields(Prediction)}
REASON_KEYS = {*OF_A_REASON} - {"told"}

# In the order of its bytes on PostgreSQL too, whatever the language of the database.
ID = String().with_variant(String(collation="C"), "postgresql")

metadata = MetaData()
runs = Table(
    "runs",
    metadata,
    Column("run_id", Integer, primary_key=True),
    Column("as_of", String, nullable=False),
    Column("bundle_id", String, nullable=False),
    Column("catalog_hash", String, nullable=False),
    Column("data_until", String, nullable=False),
    Column("finished_at", String, nullable=False),
    Column("counts", LargeBinary, nullable=False),
    Column("attributes", LargeBinary, nullable=False),
    Column("names", LargeBinary),
    Column("made_of", String),
    Column("erased", Integer, nullable=False, server_default="0"),
)
customers = Table(
    "customers",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", ID, primary_key=True),
    Column("status", String, nullable=False),
    Column("churn_probability", Float),
    Column("value_at_risk", Float),
    Column("risk_tier", String),
    Column("features", LargeBinary),
    Column("profile", LargeBinary, nullable=False),
    Column("traits", LargeBinary, nullable=False),
    Column("prediction", LargeBinary),
    sqlite_with_rowid=False,
)
# In the very order of the lists, so that a page is read off from where the last one ended; they
# hold what lists are filtered by, so that whoever is left out is not even looked at.
_OF_RUN, _ID, _TIER = customers.c.run_id, customers.c.customer_id, customers.c.risk_tier
_PROBABILITY, _VALUE = customers.c.churn_probability, customers.c.value_at_risk
Index("listed_by_probability", _OF_RUN, _PROBABILITY.desc(), _ID, _VALUE, _TIER)
Index("listed_by_value", _OF_RUN, _VALUE.desc(), _ID, _PROBABILITY, _TIER)

RUN_COLUMNS = tuple(column.name for column in runs.columns)
COLUMNS = tuple(column.name for column in customers.columns)


@dataclass(frozen=True)
class Origin:
    """What a run is of.

    Attributes:
        as_of: The moment at which customers are described; None where it is not known.
        data_until: Moment of the last order known; likewise.
        bundle_id: The model that scores.
        catalog_hash: Of the catalog behind the features.
        made_of: Digest of all that decides what the run says; None where it is not known, and an
            attempt that breaks off cannot be gone on with.
    """

    as_of: datetime | None
    data_until: datetime | None
    bundle_id: str
    catalog_hash: str
    made_of: str | None = None


@dataclass(frozen=True)
class Run:
    """One scoring run.

    Attributes:
        run_id: Ascending.
        as_of: The moment at which customers are described, ISO 8601, UTC; or `unknown`.
        bundle_id: The model that scored.
        catalog_hash: Of the features in the store.
        data_until: Moment of the last order known to the run; or `unknown`.
        finished_at: When the run was written.
        counts: Customers by status.
        attributes: Names of the customers' attributes that lists can be filtered by.
        names: Of what the run says of each customer.
        made_of: Digest of all that decides what the run says; None where it is not known.
        erased: Customers who were erased since.
    """

    run_id: int
    as_of: str
    bundle_id: str
    catalog_hash: str
    data_until: str
    finished_at: str
    counts: Mapping[str, int]
    attributes: tuple[str, ...] = ()
    names: Names = field(default_factory=Names)
    made_of: str | None = None
    erased: int = 0


@dataclass(frozen=True)
class CustomerRecord:
    """What a run says of one customer.

    Attributes:
        customer_id: The customer.
        status: scored, or why not: already_churned, too_new, never_ordered, never_subscribed,
            never_did or unfamiliar.
        features: Shape (features,) in the model's order; None for a customer without orders.
        profile: Facts to read, JSON values by name.
        traits: What classes and the churn definition ask beside features, by name; None where
            unknown.
        prediction: The answer as JSON values; None unless scored.
        churn_probability: Of the prediction, for sorting.
        value_at_risk: Likewise.
        risk_tier: Likewise.
    """

    customer_id: str
    status: str
    features: NDArray[np.float64] | None
    profile: dict[str, Any]
    traits: Mapping[str, Fact] = field(default_factory=dict)
    prediction: dict[str, Any] | None = None
    churn_probability: float | None = None
    value_at_risk: float | None = None
    risk_tier: str | None = None


@lru_cache(maxsize=64)
def run_of(row: tuple[Any, ...]) -> Run:
    """A row of the runs table as a run; the same one for the same row."""
    values = dict(zip(RUN_COLUMNS, row, strict=True))
    read = {
        "counts": orjson.loads(values["counts"]),
        "attributes": tuple(orjson.loads(values["attributes"])),
        "names": Names.read(values["names"]),
    }
    return Run(**values | read)


def row_of(run_id: int, record: CustomerRecord, names: Names) -> tuple[Any, ...]:
    """A record as a row of the customers table, in the order of `COLUMNS`."""
    return (
        run_id,
        record.customer_id,
        record.status,
        record.churn_probability,
        record.value_at_risk,
        record.risk_tier,
        None if record.features is None else record.features.tobytes(),
        orjson.dumps(record.profile),
        names.packed_traits(record.traits),
        None if record.prediction is None else names.packed_prediction(record.prediction),
    )


def record_of(row: Any, names: Names) -> CustomerRecord:
    """A row of the customers table as a record."""
    return CustomerRecord(
        customer_id=row.customer_id,
        status=row.status,
        features=None if row.features is None else np.frombuffer(row.features, dtype=np.float64),
        profile=orjson.loads(row.profile),
        traits=names.traits_of(row.traits),
        prediction=None if row.prediction is None else names.prediction_of(row.prediction),
        churn_probability=row.churn_probability,
        value_at_risk=row.value_at_risk,
        risk_tier=row.risk_tier,
    )


def customers_of(
    records: Sequence[CustomerRecord], as_of: str, features: tuple[str, ...]
) -> Customers:
    """Records of one run as the scorer takes them; without features, all are null.

    Args:
        records: Of one run.
        as_of: The run's.
        features: Names of those that the records hold, in their order.
    """
    moment = "NaT" if as_of == UNKNOWN else as_of.removesuffix("Z")
    nothing = np.full(len(features), np.nan)
    values = [nothing if record.features is None else record.features for record in records]
    names = records[0].traits if records else ()
    rows = FeatureRows(
        np.array([record.customer_id for record in records], dtype=object),
        np.full(len(records), moment, dtype="datetime64[us]"),
        np.array(values).reshape(-1, len(features)),
        {name: _column(records, name).astype(np.float64) for name in names if is_asked(name)},
        features,
    )
    traits = {
        name: _trait([record.traits.get(name) for record in records])
        for name in names
        if not is_asked(name)
    }
    return Customers(rows, traits)


def reason_of(stored: Mapping[str, Any]) -> Reason:
    """A reason of a stored prediction.

    Raises:
        StoreError: It was written by another version, which told reasons otherwise.
    """
    told = stored.get("told")
    tellable = told is not None or stored.get("feature") in NAMES
    if stored.keys() - {"told"} != REASON_KEYS or not tellable:
        raise StoreError(
            "the current scoring run was written by another version of Retinue, which told "
            "reasons otherwise; run `retinue score` again"
        )
    return Reason(**{**stored, "told": None if told is None else Words(**told)})


def prediction_of(stored: Mapping[str, Any], most_reasons: int) -> Prediction | None:
    """A stored prediction, with its largest reasons and the others added to the rest.

    None where the run does not hold that many, or was written by a version that said other things.
    """
    if most_reasons > STORED_REASONS or stored.keys() != PREDICTION_KEYS:
        return None
    reasons = [reason_of(one) for one in stored["reasons"]]
    rest = sum((one.contribution for one in reasons[most_reasons:]), stored["other_contributions"])
    told = {"reasons": reasons[:most_reasons], "other_contributions": rest}
    return Prediction(**{**stored, **told})


def _column(records: Sequence[CustomerRecord], name: str) -> NDArray[np.object_]:
    return np.array([record.traits.get(name) for record in records], dtype=object)


def _trait(values: list[Fact]) -> NDArray[Any]:
    numbers = any(isinstance(value, float) for value in values)
    return np.array(values, dtype=np.float64 if numbers else object)
