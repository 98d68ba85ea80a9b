"""From a history to the customers that schemes classify: everyone known in any table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from features.build import ROWS_AT_ONCE, feature_rows, found_features
from features.catalog import NAMES
from features.online import OnlineFeatures
from features.traits import Questions, Traits, build_traits
from scoring.churn_definition import ChurnDefinition, Event
from scoring.segments.customers import Customers
from scoring.segments.needs import NeedsSettings
from scoring.segments.scheme import Settings
from scoring.segments.social import SocialSettings

if TYPE_CHECKING:
    from features.history.before import History


def questions_of(
    settings: Mapping[str, Settings], churn: Iterable[ChurnDefinition] = ()
) -> Questions:
    """What schemes and churn definitions ask to be counted; tables are opened with its `themes`.

    Args:
        settings: By scheme's name; a scheme without has its defaults.
        churn: Definitions that tell statuses: the project's, and the champion's.
    """
    social = settings.get("social", SocialSettings())
    needs = settings.get("needs", NeedsSettings())
    if not isinstance(social, SocialSettings) or not isinstance(needs, NeedsSettings):
        raise TypeError(f"expected settings of social and needs, found {social!r}, {needs!r}")
    return Questions(social.kinds, needs.themes, asked_by(churn))


def asked_by(churn: Iterable[ChurnDefinition]) -> tuple[tuple[str, ...], ...]:
    """The sets of kinds of events that churn definitions ask for."""
    return tuple(dict.fromkeys(found.kinds for found in churn if isinstance(found, Event)))


def build_customers(
    history: "History", questions: Questions, wanted: Collection[str] = NAMES
) -> Customers:
    """Features and traits of everyone known in any table at the history's one as-of date.

    Prospects, who neither ordered nor subscribed, are among them: their features are all null. A
    row of an undated customers table makes nobody known before the date at which it says they
    joined.

    Args:
        history: Of one as-of date.
        questions: What to count beside features.
        wanted: Names of features; the others are null.

    Returns:
        Ordered by customer_id, each once.

    Raises:
        AsOfDateError: The history is of several dates.
        TableError: See `features.traits.build_traits`.
    """
    traits = build_traits(history, questions)
    prospects = traits.customer_ids.filter(pa.array(traits.present))
    found = found_features(history, wanted)
    return customers_of(_with_others(found, prospects, history.as_of_dates[0]), traits)


def customers_online(
    online: OnlineFeatures,
    tables: Mapping[str, pa.Table],
    customer_ids: Sequence[str],
    as_of: datetime,
) -> Customers:
    """The same of customers whose rows come with the question, in the order asked.

    Args:
        online: For the project's tables; no other thread uses it meanwhile.
        tables: Rows by table, see `features.online.OnlineFeatures.rows`.
        customer_ids: Whose rows they are, each once; of whom there is none nothing is known.
        as_of: UTC without a zone.

    Raises:
        TableError: The project has no such table or column, or a value does not fit.
    """
    found, traits = online.described(tables, as_of)
    everyone = customers_of(_with_others(found, pa.array(customer_ids, pa.string()), as_of), traits)
    place = {customer_id: i for i, customer_id in enumerate(everyone.rows.customer_ids)}
    return everyone.where(np.array([place[one] for one in customer_ids], dtype=np.int64))


def customers_of(found: pa.Table, traits: Traits) -> Customers:
    """An engine's answers for the same customers, in the order of the features.

    Args:
        found: Features and what is asked beside them, one row per customer.
        traits: Of whom other tables tell.
    """
    rows = feature_rows(found.to_reader(ROWS_AT_ONCE))
    places = _places(pa.array(rows.customer_ids, pa.string()), traits)
    known = {
        name: _at(values, places, 0.0 if name in traits.counts else None)
        for name, values in traits.values.items()
    }
    return Customers(rows, known)


def _with_others(found: pa.Table, others: pa.Array, as_of: Any) -> pa.Table:
    """Features of everyone: of those whom the engine found none, nothing."""
    ids = found["customer_id"].cast(pa.string())
    others = others.filter(pc.invert(pc.is_in(others, ids)))
    if not len(others):
        return found
    dates = pa.array([as_of], found["as_of"].type).take(pa.array(np.zeros(len(others), np.int8)))
    prospects = pa.table({"customer_id": others, "as_of": dates})
    found = found.set_column(found.column_names.index("customer_id"), "customer_id", ids)
    return pa.concat_tables([found, prospects], promote_options="default").sort_by("customer_id")


def _places(ids: pa.Array, traits: Traits) -> NDArray[np.int64]:
    """Of each id its place among the traits; -1 where there is none."""
    places = pc.index_in(ids, traits.customer_ids.cast(pa.string()))
    return np.asarray(places.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _at(values: NDArray[Any], places: NDArray[np.int64], otherwise: float | None) -> NDArray[Any]:
    """The values at those places, `otherwise` (None in numbers is NaN) at place -1."""
    return np.append(values, np.array([otherwise], dtype=values.dtype))[places]
