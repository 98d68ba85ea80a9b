"""`retinue erase`: take customers out of every scoring run that is kept."""

import json
from collections.abc import Sequence

from retinue.commands.auditing import record
from retinue.console import out, say
from retinue.project import Project
from serving.erasure import erase
from serving.store import Store


def run(project: Project, customer_ids: Sequence[str], *, as_json: bool) -> None:
    """Erase them and say how many there were; ids that no run knows are counted.

    Raises:
        UnderWayError: Another process writes to the store.
        StoreError: The store cannot be written, or the audit log.
    """
    store = Store(project.store)
    store.check()
    record(project, "cli.erasures", {"command": "erase"})
    done = json.loads(erase(store, customer_ids).answer)
    if as_json:
        out.print_json(json.dumps(done))
        return
    people = "customer" if done["erased"] == 1 else "customers"
    times = "run" if done["runs"] == 1 else "runs"
    say(f"Erased {done['erased']:,} {people} from {done['runs']:,} scoring {times}.")
    if done["unknown"]:
        say(f"{done['unknown']:,} of the ids asked for stood in none.")
    say("The project's own tables are as they were: erase there too, before the next run.")
