"""What the store holds of a run's segments: a narrow row per customer, and a record per scheme.

A row stays narrow because whoever asks for a segment, or for movement between two runs, reads
many customers and little of each. The attributes that lists are filtered by stand in it too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import orjson
from numpy.typing import NDArray
from pydantic import TypeAdapter
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    insert,
    select,
)

from features.feature import Words
from scoring.segments.money import PARTS_PER_UNIT, in_parts
from scoring.segments.scheme import Label
from scoring.segments.schemes import BY_NAME, SCHEMES
from scoring.segments.segmentation import Segmentation
from scoring.segments.sizes import Sizes
from scoring.segments.tally import Tally
from serving.bulk import insert_rows
from serving.records import ID, CustomerRecord, Run, metadata

labels = Table(
    "labels",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", ID, primary_key=True),
    Column("money", Float, nullable=False),
    # The code of the label, null where the scheme says nothing or is off.
    *(Column(scheme.name, String) for scheme in SCHEMES),
    # A list in the order of the run's names; null where the run was written without.
    Column("attributes", JSON),
    sqlite_with_rowid=False,
)
schemes = Table(
    "schemes",
    metadata,
    Column("run_id", ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("name", ID, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("record", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class SchemeRecord:
    """What a run keeps of one scheme: enough to read its labels without the model.

    Attributes:
        name: The scheme's.
        version: Of its rule.
        title: For people.
        unlabelled: Of whom it says nothing.
        rule: With the thresholds by which the run was labelled; None where the scheme is off.
        off: Why it is; None where it is on.
        sizes: Of every label in the run; None where the scheme is off.
        fitted_as_of: Of the population that thresholds were fitted on, ISO 8601.
    """

    name: str
    version: int
    title: Words
    unlabelled: Words
    rule: Words | None
    off: Words | None
    sizes: Sizes | None
    fitted_as_of: str

    @classmethod
    def of(cls, name: str, segmentation: Segmentation, tally: Tally | None) -> Self:
        """A scheme of a bundle, with the sums of the run's customers; None where it is off."""
        scheme, fitted = BY_NAME[name], segmentation.fitted.get(name)
        return cls(
            name=name,
            version=scheme.version,
            title=scheme.title,
            unlabelled=scheme.unlabelled,
            rule=fitted.rule() if fitted else None,
            off=None if fitted else segmentation.off[name].why,
            sizes=Sizes.adding_up(fitted.labels, tally) if fitted and tally else None,
            fitted_as_of=segmentation.as_of,
        )

    @property
    def labels(self) -> tuple[Label, ...]:
        """Its classes; none where it is off."""
        return tuple(size.label for size in self.sizes.labels) if self.sizes else ()


@dataclass(frozen=True)
class Batch:
    """Some customers of a run on their way into the store.

    Attributes:
        records: One per customer.
        codes: By scheme, shape (customers,): the label's code, None where there is none.
        money: Shape (customers,): a year's money of each.
        schemes: What the run keeps of each scheme, known once everyone has passed: it comes with
            the last batch.
        attributes: Names of those of the profiles that lists can be filtered by; of every batch
            with records the same.
    """

    records: Sequence[CustomerRecord]
    codes: Mapping[str, NDArray[np.object_]]
    money: NDArray[np.float64]
    schemes: Sequence[SchemeRecord] = ()
    attributes: Sequence[str] = ()


def write_labels(connection: Connection, run_id: int, batch: Batch) -> None:
    """Write a batch's labels and attributes; the schemes where it is the last."""
    if batch.records:
        ids = [record.customer_id for record in batch.records]
        # In whole ten-thousandths, as sizes count it, so that rows add up to these exactly.
        money = (in_parts(batch.money) / PARTS_PER_UNIT).tolist()
        columns = {"run_id": [run_id] * len(ids), "customer_id": ids, "money": money}
        columns |= {name: codes.tolist() for name, codes in batch.codes.items()}
        known = [record.profile["attributes"] for record in batch.records]
        columns["attributes"] = [
            orjson.dumps([some.get(name) for name in batch.attributes]).decode() for some in known
        ]
        insert_rows(connection, labels, list(columns), zip(*columns.values(), strict=True))
    for place, record in enumerate(batch.schemes):
        kept = {"run_id": run_id, "name": record.name, "place": place}
        connection.execute(insert(schemes).values(**kept, record=orjson.dumps(record)))


def schemes_of(connection: Connection, run: Run) -> list[SchemeRecord]:
    """What a run keeps of its schemes, in the order in which people read them."""
    asked = select(schemes.c.record).where(schemes.c.run_id == run.run_id)
    found = connection.execute(asked.order_by(schemes.c.place)).scalars()
    return [_RECORD.validate_json(content) for content in found]


_RECORD = TypeAdapter(SchemeRecord)
