"""`retinue serve`: answer over HTTP with the champion and the current scoring run."""

from retinue.commands.opening import champion_scorer
from retinue.console import say
from retinue.project import Project
from serving.store import Store
from serving.web.app import Parts, create_app
from serving.web.run import run as listen


def run(project: Project, host: str, port: int) -> None:
    """Serve until interrupted."""
    app = create_app(Parts(champion_scorer(project), Store(project.store)))
    listen(
        app,
        host=host,
        port=port,
        listening=lambda url: say(f"Serving {url} - API docs at {url}/docs - Ctrl-C stops"),
    )
