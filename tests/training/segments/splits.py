"""Splits to examine: by lot, by lot anew at each fit, and by a truth that was planted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from features.feature import Words
from scoring.segments.customers import Customers
from scoring.segments.scheme import Fact, Fitted, Label, Labels, Population, Scheme, Settings

WORDS = Words("a split", "一种划分")
LABELS = tuple(Label(code, Words(code, code)) for code in ("w", "x", "y", "z"))


@dataclass(frozen=True)
class ByLot:
    """A quarter of the customers each, by nothing but their id and a salt."""

    salt: int

    @property
    def labels(self) -> tuple[Label, ...]:
        return LABELS

    def label(self, customers: Customers) -> Labels:
        drawn = [_hash(f"{self.salt}:{who}") % 4 for who in customers.rows.customer_ids]
        return Labels(np.array(drawn, dtype=np.int64), {})

    def rule(self) -> Words:
        return WORDS

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        return WORDS


@dataclass(frozen=True)
class ByTruth:
    """Labels given by hand."""

    labels: tuple[Label, ...]
    of: Mapping[str, int]

    def label(self, customers: Customers) -> Labels:
        found = [self.of.get(who, -1) for who in customers.rows.customer_ids]
        return Labels(np.array(found, dtype=np.int64), {})

    def rule(self) -> Words:
        return WORDS

    def explain(self, facts: Mapping[str, Fact]) -> Words:
        return WORDS


def scheme_of(name: str, fit: Callable[[Population, Settings], Fitted]) -> Scheme:
    """A scheme with that fit."""
    return Scheme(name, Words(name, name), 1, Settings, ByLot, fit, WORDS)


def fixed(salt: int = 5) -> Scheme:
    """By lot, once and for all: stable, large, and of no use."""
    return scheme_of("fixed", lambda _population, _settings: ByLot(salt))


def drawn_anew(population: Population, _settings: Settings) -> Fitted:
    """By lot, which each sample of customers draws again."""
    return ByLot(_hash("".join(population.customers.rows.customer_ids)))


def planted(archetypes: Mapping[str, str]) -> tuple[Scheme, ByTruth]:
    """By how customers truly answer a campaign."""
    names = sorted(set(archetypes.values()))
    labels = tuple(Label(name, Words(name, name)) for name in names)
    fitted = ByTruth(labels, {who: names.index(name) for who, name in archetypes.items()})
    return scheme_of("planted", lambda _population, _settings: fitted), fitted


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest())
