"""What the customers of a run have in common, kept once: the names of what is said of each.

Of most customers as much is said, under the same names, and with these a record would be a third
longer. So a record holds a list of values where the run's names fit it, and says its own otherwise,
as the records of earlier versions do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Any, Self

import orjson

from scoring.reasons import Reason

OF_A_REASON = tuple(one.name for one in fields(Reason))
_values = attrgetter(*OF_A_REASON)


@dataclass(frozen=True)
class Names:
    """Names in the order in which records hold their values; empty where nothing was said yet.

    Attributes:
        traits: Of the traits.
        prediction: Of a prediction's parts.
        segments: Of the schemes in it.
        reason: Of a reason's parts.
    """

    traits: tuple[str, ...] = ()
    prediction: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    reason: tuple[str, ...] = OF_A_REASON

    @classmethod
    def read(cls, content: bytes | None) -> Self:
        """Names as a run keeps them; none where it was written without."""
        found = orjson.loads(content) if content else {}
        return cls(**{name: tuple(some) for name, some in found.items()})

    def knowing(self, records: Iterable[Any]) -> Self:
        """With what is still empty taken from the first record that says it."""
        found = self
        for record in records:
            if found.prediction:
                break
            if not found.traits:
                found = replace(found, traits=tuple(record.traits))
            if record.prediction is not None:
                schemes = tuple(record.prediction.get("segments", ()))
                found = replace(found, prediction=tuple(record.prediction), segments=schemes)
        return found

    def packed_traits(self, traits: Mapping[str, Any]) -> bytes:
        """Traits as a record holds them."""
        fit = traits and tuple(traits) == self.traits  # an empty list would say that all are there
        return orjson.dumps([*traits.values()] if fit else traits)

    def traits_of(self, content: bytes) -> dict[str, Any]:
        """Traits by name."""
        return _named(self.traits, orjson.loads(content))

    def packed_prediction(self, prediction: Mapping[str, Any]) -> bytes:
        """A prediction as a record holds it."""
        if tuple(prediction) != self.prediction:
            return orjson.dumps(prediction)
        values = dict(prediction)
        if tuple(values.get("segments", ())) == self.segments:
            values["segments"] = [*values.get("segments", {}).values()]
        values["reasons"] = [
            _values(reason) if isinstance(reason, Reason) else reason
            for reason in values.get("reasons", ())
        ]
        return orjson.dumps([values[name] for name in self.prediction])

    def prediction_of(self, content: bytes) -> dict[str, Any]:
        """A prediction as JSON values by name."""
        found = _named(self.prediction, orjson.loads(content))
        if "segments" in found:
            found["segments"] = _named(self.segments, found["segments"])
        if "reasons" in found:
            found["reasons"] = [_named(self.reason, reason) for reason in found["reasons"]]
        return found


def _named(names: tuple[str, ...], found: Any) -> dict[str, Any]:
    return dict(zip(names, found, strict=True)) if isinstance(found, list) else found
