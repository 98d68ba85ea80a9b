"""`retinue simulate`: a company of any size, with truths planted in it."""

import json
from pathlib import Path

from retinue.console import out as stdout
from retinue.console import progress, say
from training.simulation.plan import Plan
from training.simulation.simulate import simulate


def run(plan: Plan, out: Path, *, as_json: bool) -> None:
    """Write the folder, with a progress bar."""
    chunks = len(plan.chunks)
    with progress(chunks) as (tell, advance):
        tell(f"simulating {plan.customers:,} customers")
        rows = simulate(plan, out, advance)
    if as_json:
        stdout.print_json(json.dumps({"folder": str(out), "rows": rows}))
        return
    counts = ", ".join(f"{count:,} {name}" for name, count in rows.items() if name != "truth")
    say(f"{out}: {counts}; what is planted is told in {out / 'README.md'}")
