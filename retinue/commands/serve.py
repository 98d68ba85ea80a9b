"""`retinue serve`: answer over HTTP with the champion and the current scoring run."""

from retinue.console import say
from retinue.project import Project
from serving.web.boot import Boot
from serving.web.limits import Limits
from serving.web.run import run as listen


def run(project: Project, host: str, port: int, workers: int = 1) -> None:
    """Serve until interrupted.

    Raises:
        BundleError: There is no champion that can be trusted, nor one that answered before.
    """
    boot = Boot(
        project.bundles,
        project.output / "last_good",
        project.store,
        Limits(**project.sections.serving.model_dump()),
    )
    boot.model()  # a model that cannot be served is told here, before anything listens
    listen(
        boot,
        host=host,
        port=port,
        workers=workers,
        listening=lambda url: say(f"Serving {url} - API docs at {url}/docs - Ctrl-C stops"),
    )
