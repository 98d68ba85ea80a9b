"""A finding of `retinue check`, and the kinds of findings there are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["stops", "weakens", "note"]
SEVERITIES: tuple[Severity, ...] = ("stops", "weakens", "note")
MEANINGS: Mapping[Severity, str] = {
    "stops": "no model can be made, or none that could be judged",
    "weakens": "a model can be made, and will be worse or misleading for it",
    "note": "good to know; nothing is wrong",
}
Number = int | float | str


@dataclass(frozen=True)
class Code:
    """A kind of finding; its name never changes its meaning.

    Attributes:
        name: Stable, for machines.
        severities: Those it may have, gravest first.
        found_when: When it is reported.
        why: Why it matters.
    """

    name: str
    severities: tuple[Severity, ...]
    found_when: str
    why: str


@dataclass(frozen=True)
class Finding:
    """What was found in one table, what that risks, and what to do about it.

    Attributes:
        code: What kind of finding it is.
        severity: `stops`, `weakens` or `note`.
        table: The table; None if it is about the whole project.
        found: What was found, in numbers.
        effect: What it switches off or risks.
        remedy: What to do, with the key or SQL to write.
        features: Features that are off because of it.
        numbers: The numbers in `found`, by name.
    """

    code: Code
    severity: Severity
    table: str | None
    found: str
    effect: str
    remedy: str
    features: tuple[str, ...] = ()
    numbers: Mapping[str, Number] = field(default_factory=dict)


def gravest_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Findings by severity, in the order they came within one."""
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def share(part: int, whole: int) -> str:
    """A share in words: `3.1 %`; below a tenth of a percent `under 0.1 %`."""
    found = part / whole if whole else 0.0
    return "under 0.1 %" if 0 < found < 0.001 else f"{found:.1%}".replace("%", " %")


def listed(names: tuple[str, ...], most: int = 4) -> str:
    """Names after one another, and how many more there are."""
    rest = len(names) - most
    shown = ", ".join(names[:most])
    return f"{shown} and {rest} more" if rest > 0 else shown
