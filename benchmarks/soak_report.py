"""What a soak found, for people."""

from dataclasses import dataclass
from statistics import median

from pydantic import TypeAdapter

from benchmarks.report import machine
from benchmarks.soak_load import Soaked

FLAT = 1.05  # the last third may hold so many times what the second third held


@dataclass(frozen=True)
class Findings:
    """Everything that the report says."""

    command: str
    date: str
    minutes: float
    told: Soaked

    @property
    def growth(self) -> float:
        """Memory of the last third over that of the second; the first is warming up."""
        held = [mebibytes for _, mebibytes in self.told.memory]
        third = max(1, len(held) // 3)
        return median(held[-third:]) / median(held[third : 2 * third] or held)

    @property
    def flat(self) -> bool:
        """Whether memory kept to what it had reached by then."""
        return self.growth <= FLAT


def page(found: Findings) -> str:
    """The figures in Markdown."""
    told = found.told
    here = ", ".join(f"{what} {value}" for what, value in machine().items())
    asked = ", ".join(f"{count:,} {kind}" for kind, count in sorted(told.answers.items()))
    wrong = "; ".join(f"{count:,} {kind}" for kind, count in sorted(told.wrong.items())) or "none"
    per_bundle = " and ".join(f"{count:,}" for count in told.told.values())
    lines = [
        "# Serving: memory and answers while the champion is swapped",
        "",
        f"    {found.command}",
        "",
        f"{here}, {found.date}. One worker, four connections without a pause for "
        f"{found.minutes:g} minutes, the champion moved {told.swaps:,} times between two bundles.",
        "",
        "| what | expected | found | so? |",
        "|---|---|---|---|",
        "| answers that failed, or held another score than that of the version they named | "
        f"none | {wrong} | {_so(not told.wrong)} |",
        f"| memory of the last third over that of the second | at most {FLAT:g} | "
        f"{found.growth:.3f} | {_so(found.flat)} |",
        "",
        f"Answers: {asked}. Scores looked at, by bundle: {per_bundle}; from one answer to the next "
        f"of a connection the version changed {told.seen:,} times.",
        "",
        "Memory of the server's processes:",
        "",
        "| second | MiB |",
        "|---:|---:|",
        *(f"| {second:.0f} | {mebibytes:.0f} |" for second, mebibytes in told.memory),
    ]
    return "\n".join([*lines, ""])


def raw(found: Findings) -> str:
    """The figures in JSON."""
    return TypeAdapter(Findings).dump_json(found, indent=1).decode() + "\n"


def _so(met: bool) -> str:
    return "yes" if met else "**no**"
