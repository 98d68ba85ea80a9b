"""Every scheme's fitted thresholds, as one value: the content of the bundle's segments.json."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Self

from pydantic import TypeAdapter

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fit, Fitted, Labels, Off, Population, Scheme, Settings
from scoring.segments.schemes import BY_NAME, SCHEMES

ONLY_TRAINED = Off(
    Words(
        "nothing was fitted: run `retinue train`, which fits this scheme",
        "尚未拟合：请运行`retinue train`",
    )
)


@dataclass(frozen=True)
class Segmentation:
    """The schemes that label customers.

    Attributes:
        as_of: Of the population that thresholds were fitted on, ISO 8601.
        customers: How many these were.
        fitted: By scheme's name, in the order of `SCHEMES`.
        off: Schemes that cannot speak of that population, and why.
    """

    as_of: str
    customers: int
    fitted: Mapping[str, Fitted]
    off: Mapping[str, Off]

    @classmethod
    def fit(
        cls,
        population: Population,
        settings: Mapping[str, Settings],
        fits: Mapping[str, Fit] = MappingProxyType({}),
    ) -> Self:
        """Settle every scheme's thresholds on one population.

        Args:
            population: Everyone known at one as-of date.
            settings: By scheme's name; a scheme without has its defaults.
            fits: By scheme's name, how to fit those that need more than this package may import.
        """
        found: dict[str, Fitted | Off] = {}
        for scheme in SCHEMES:
            fit = fits.get(scheme.name, scheme.fit)
            own = settings.get(scheme.name, scheme.settings())
            found[scheme.name] = ONLY_TRAINED if fit is None else fit(population, own)
        rows = population.customers.rows
        return cls(
            as_of=str(rows.as_of[0].astype("datetime64[D]")) if len(rows) else "",
            customers=len(rows),
            fitted={name: one for name, one in found.items() if not isinstance(one, Off)},
            off={name: one for name, one in found.items() if isinstance(one, Off)},
        )

    def label(self, customers: Customers) -> dict[str, Labels]:
        """Labels by scheme."""
        return {name: fitted.label(customers) for name, fitted in self.fitted.items()}

    def as_json(self) -> dict[str, Any]:
        """JSON values that `of_json` reads back."""
        return {
            "as_of": self.as_of,
            "customers": self.customers,
            "schemes": {
                name: {"version": BY_NAME[name].version, "fitted": asdict(fitted)}  # type: ignore[call-overload]
                for name, fitted in self.fitted.items()
            }
            | {
                name: {"version": BY_NAME[name].version, "off": asdict(off.why)}
                for name, off in self.off.items()
            },
        }

    @classmethod
    def of_json(cls, content: bytes) -> Self:
        """Read what `as_json` made.

        Raises:
            ValueError: It holds an unknown scheme or another version of one.
        """
        file = TypeAdapter(_File).validate_json(content)
        fitted: dict[str, Fitted] = {}
        off: dict[str, Off] = {}
        for name, entry in file.schemes.items():
            scheme = _same(name, entry.version)
            if entry.off is not None:
                off[name] = Off(entry.off)
            else:
                fitted[name] = TypeAdapter(scheme.fitted).validate_python(entry.fitted)
        return cls(file.as_of, file.customers, fitted, off)


@dataclass(frozen=True)
class _Entry:
    version: int
    fitted: dict[str, Any] | None = None
    off: Words | None = None


@dataclass(frozen=True)
class _File:
    as_of: str
    customers: int
    schemes: dict[str, _Entry]


def _same(name: str, version: int) -> Scheme:
    scheme = BY_NAME.get(name)
    if scheme is None or scheme.version != version:
        raise ValueError(f"scheme {name} of version {version} is not one that this version knows")
    return scheme
