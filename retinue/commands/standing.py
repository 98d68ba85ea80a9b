"""What `segments` and `migration` open: tables and, where there is one, the champion."""

from retinue.commands.configuring import config_of
from retinue.commands.opening import open_project_tables
from retinue.project import Project
from scoring.shelf import Shelf
from training.segments.standpoint import Standpoint


def standpoint_of(project: Project) -> Standpoint:
    """The project seen with its champion, or without where nothing was promoted yet."""
    tables = open_project_tables(project, quiet=True)
    shelf = Shelf(project.bundles)
    champion = shelf.champion() if shelf.champion_id() else None
    return Standpoint(config_of(project), tables, champion)
