"""Which movements are worth an alert: towards less wanted labels, and impossible ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from features.feature import Words
from scoring.segments.migration import Cell, Migration
from scoring.segments.scheme import Label, Scheme

Kind = Literal["downward", "impossible"]


@dataclass(frozen=True)
class Alert:
    """A movement worth an alert.

    Attributes:
        kind: Towards a less wanted label, or one that the scheme declares impossible.
        cell: Who moved, with customers and money.
        steps: Places down in the scheme's order; 0 where that does not say.
        from_date: ISO 8601.
        to_date: Likewise.
        currency: Code of the money's currency.
    """

    kind: Kind
    cell: Cell
    steps: int
    from_date: str
    to_date: str
    currency: str

    def in_words(self) -> Words:
        """Who moved, and what they were and are worth."""
        cell, currency = self.cell, self.currency
        before, after = cell.before.name, cell.after.name
        one = cell.customers == 1
        said = Words(
            f"{cell.customers:,} {'customer' if one else 'customers'} moved from {before.en} to "
            f"{after.en}; a year's money of theirs was {currency} {cell.money_before:,.2f} at "
            f"{self.from_date} and is {currency} {cell.money_after:,.2f} at {self.to_date}.",
            f"{cell.customers:,}位客户由「{before.zh}」转为「{after.zh}」,其近一年金额由"
            f"{self.from_date}的{currency} {cell.money_before:,.2f}变为{self.to_date}的"
            f"{currency} {cell.money_after:,.2f}。",
        )
        if self.kind == "downward":
            return said
        return Words(
            f"{said.en} Nobody can move so: look for a fault in the data.",
            f"{said.zh}此变动本不可能发生,请检查数据。",
        )


def alerts(scheme: Scheme, migration: Migration, currency: str) -> tuple[Alert, ...]:
    """Movements worth an alert, those of the most money at the first date first."""
    ranks = _ranks(scheme)
    found = []
    for cell in migration.cells:
        codes = (cell.before.code, cell.after.code)
        steps = ranks[codes[1]] - ranks[codes[0]] if set(codes) <= set(ranks) else 0
        kind: Kind = "impossible" if codes in scheme.impossible else "downward"
        if kind == "impossible" or steps > 0:
            found.append(
                Alert(kind, cell, max(steps, 0), migration.from_date, migration.to_date, currency)
            )
    return tuple(sorted(found, key=_by_money))


def alert_rule(scheme: Scheme, labels: tuple[Label, ...]) -> Words:
    """Which movements of a scheme count, in sentences."""
    names = {label.code: label.name for label in labels}
    order = [[names[code] for code in tier if code in names] for tier in scheme.order]
    tiers = [tier for tier in order if tier]
    if tiers:
        wanted = Words(
            "Worth an alert is a move to a less wanted label, in this order: "
            + " > ".join(" = ".join(name.en for name in tier) for tier in tiers)
            + ". A move to or from any other label, or none, is not.",
            "需提醒的变动:转入更不理想的标签,顺序为"
            + " > ".join(" = ".join(name.zh for name in tier) for tier in tiers)
            + "。涉及其他标签或无标签的变动不提醒。",
        )
    else:
        wanted = Words(
            "No label is better than another, so no move is downward.",
            "各标签无优劣之分,故不存在下行变动。",
        )
    pairs = [pair for pair in scheme.impossible if set(pair) <= set(names)]
    if not pairs:
        return wanted
    return Words(
        f"{wanted.en} Impossible, and a sign of a fault in the data: "
        f"{'; '.join(_pair(pair, names, 'en') for pair in pairs)}.",
        f"{wanted.zh}不可能发生、提示数据有误的变动:"
        f"{';'.join(_pair(pair, names, 'zh') for pair in pairs)}。",
    )


def _ranks(scheme: Scheme) -> dict[str, int]:
    return {code: rank for rank, tier in enumerate(scheme.order) for code in tier}


def _by_money(alert: Alert) -> tuple[float, int, str, str]:
    cell = alert.cell
    return (-cell.money_before, -cell.customers, cell.before.code, cell.after.code)


def _pair(pair: tuple[str, str], names: Mapping[str, Words], language: str) -> str:
    before, after = (getattr(names[code], language) for code in pair)
    return f"{before} to {after}" if language == "en" else f"{before}→{after}"
