"""The commands `retinue keys` and `retinue audit`: what each takes."""

from pathlib import Path
from typing import Annotated

import typer

from serving.access.scopes import MEANING, Scope

# Commands import their work when called, so that help and mistakes answer at once.

keys = typer.Typer(
    no_args_is_help=True,
    help="Make and withdraw the API keys of the server.\n\nExample: retinue keys list",
)
audit = typer.Typer(
    no_args_is_help=True,
    help="Read and check the audit log.\n\nExample: retinue audit verify",
)

ProjectPath = Annotated[
    Path, typer.Option("--project", help="The project file, or the folder that holds it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
KeyId = Annotated[str, typer.Argument(help="The key's id, as `retinue keys list` shows it.")]
Days = Annotated[int, typer.Option(min=1, max=3650, help="Days until the secret expires.")]
NoExpiry = Annotated[bool, typer.Option("--no-expiry", help="The secret does not expire.")]
HERE = Path()
SCOPES = "What it may do; again for more. " + "; ".join(
    f"{scope}: {meaning}" for scope, meaning in MEANING.items()
)


@keys.command("create")
def create(
    name: Annotated[str, typer.Option(help="What it is for, such as the system that has it.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    scope: Annotated[list[Scope], typer.Option(help=f"{SCOPES}.")],
    days: Days = 365,
    no_expiry: NoExpiry = False,
    rate: Annotated[
        float | None,
        typer.Option(
            min=0.001, max=100_000, help="Requests a second, instead of the project's [access]."
        ),
    ] = None,
    burst: Annotated[
        int | None,
        typer.Option(min=1, max=1_000_000, help="Requests at once; twice the rate if absent."),
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Make a key and print its token, this once.

    Example: retinue keys create --name crm --owner "Sales IT" --scope predict --scope profiles
    """
    if burst and not rate:
        raise typer.BadParameter("it goes with --rate", param_hint="--burst")
    from retinue.commands.keys import Making
    from retinue.commands.keys import create as run
    from retinue.project import Project

    making = Making(name, owner, scope, None if no_expiry else days, rate, burst)
    run(Project.read(project), making, as_json=as_json)


@keys.command("rotate")
def rotate(
    key_id: KeyId,
    overlap_hours: Annotated[
        float,
        typer.Option(min=0, max=24 * 365, help="Hours for which the old secret goes on opening."),
    ] = 24,
    days: Days = 365,
    no_expiry: NoExpiry = False,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Give a key a new secret and print its token, this once.

    Example: retinue keys rotate 3f9a1c20b7de --overlap-hours 48
    """
    from retinue.commands.keys import rotate as run
    from retinue.project import Project

    lasts = None if no_expiry else days
    run(Project.read(project), key_id, overlap_hours, lasts, as_json=as_json)


@keys.command("revoke")
def revoke(key_id: KeyId, project: ProjectPath = HERE, as_json: AsJson = False) -> None:
    """Let a key open nothing any more, for good; running servers follow within 5 seconds.

    Example: retinue keys revoke 3f9a1c20b7de
    """
    from retinue.commands.keys import revoke as run
    from retinue.project import Project

    run(Project.read(project), key_id, as_json=as_json)


@keys.command("list")
def list_keys(project: ProjectPath = HERE, as_json: AsJson = False) -> None:
    """List every key there ever was; secrets are not kept and not shown.

    Example: retinue keys list --json
    """
    from retinue.commands.keys import list_all as run
    from retinue.project import Project

    run(Project.read(project), as_json=as_json)


@audit.command("list")
def list_entries(
    most: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many, latest first.")] = 50,
    action: Annotated[
        list[str] | None, typer.Option(help="Only this action, such as key.created; again for more")
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Show who changed keys, exported, erased or was refused, and when.

    Example: retinue audit list --action access.refused --most 20
    """
    from retinue.commands.audit import list_entries as run
    from retinue.project import Project

    run(Project.read(project), most, action or [], as_json=as_json)


@audit.command("verify")
def verify(
    kept: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER:HASH",
            help="What an earlier check printed; shows that the log up to it was not rewritten.",
        ),
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Check every entry's hash; exit 1 if one was altered, removed, inserted or moved.

    Prints the number and hash of the last entry. Keep them where whoever can write the project
    cannot: only with them does a later check see a log that was rewritten as a whole.

    Example: retinue audit verify --kept 1204:9be1...
    """
    from retinue.commands.audit import verify as run
    from retinue.project import Project

    run(Project.read(project), kept, as_json=as_json)
