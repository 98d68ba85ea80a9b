"""`retinue serve`: answer over HTTP with the champion and the current scoring run."""

from pathlib import Path

from retinue.console import err, say
from retinue.project import Project
from scoring.segments.describe import questions_of
from serving.access.boot import Guarding, check_settings
from serving.access.records import Rate
from serving.limits import Limits
from serving.online import OnlineSettings
from serving.web.boot import Boot
from serving.web.run import Application
from serving.web.run import run as listen


def run(project: Project, host: str, port: int, workers: int = 1) -> None:
    """Serve until interrupted.

    Raises:
        UnsafeSettingError: Somebody could ask who should not.
        BundleError: There is no champion that can be trusted, nor one that answered before.
    """
    guarding, warnings = guard(project, host)
    boot = Boot(
        project.bundles,
        project.output / "last_good",
        project.store,
        Limits(**project.sections.serving.model_dump()),
        guarding,
        online_settings(project),
    )
    # A model that cannot be served is told here, before anything listens.
    application: Application = boot
    if workers == 1:
        application = boot()
    else:
        boot.model()  # each worker loads its own

    def listening(url: str) -> None:
        docs = f"API docs at {url}/docs - " if guarding.local else ""
        say(f"Serving {url} - {docs}Ctrl-C stops")
        for warning in warnings:
            err.print(f"warning: {warning}", markup=False, soft_wrap=True)

    listen(application, host=host, port=port, workers=workers, listening=listening)


def online_settings(project: Project) -> OnlineSettings | None:
    """What rows that come with a question may hold; None where the project brings features."""
    if project.sections.own_features is not None:
        return None
    customers = project.sources.get("customers")
    return OnlineSettings(
        {name: tuple(source.columns) for name, source in project.sources.items()},
        customers.timeless if customers else (),
        questions_of(project.segments),
        project.sentiment if project.sentiment.exists() else None,
    )


def guard(project: Project, host: str) -> tuple[Guarding, list[str]]:
    """How this project's server is guarded, and what is doubtful about its settings.

    Raises:
        UnsafeSettingError: Somebody could ask who should not.
        StoreError: The keys cannot be read.
    """
    section = project.sections.access
    rate = Rate(section.requests_per_second, section.burst)
    guarding = Guarding.of(project.access, rate, host)
    store = project.store if isinstance(project.store, Path) else None
    return guarding, check_settings(
        host, any_key=guarding.any_key, access=project.access, store=store
    )
