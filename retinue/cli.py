"""The command line: what each command takes; its work is in `retinue/commands/`."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from features.errors import RetinueError
from retinue import access_cli

# Commands import their work when called, so that help and mistakes answer at once.

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    help="Who is leaving, why, and how much they spent.\n\n"
    "Example: retinue train --project examples/complete_journey",
)

feedback = typer.Typer(
    no_args_is_help=True, help="Read what customers write.\n\nExample: retinue feedback fit"
)
app.add_typer(feedback, name="feedback")
app.add_typer(access_cli.keys, name="keys")
app.add_typer(access_cli.audit, name="audit")

ProjectPath = Annotated[
    Path, typer.Option("--project", help="The project file, or the folder that holds it.")
]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
        help="As-of date, UTC; what happened at or after it is not known.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]
Lang = Annotated[Literal["en", "zh"], typer.Option(help="Language of words: English or Chinese.")]
HERE = Path()
TRAINING_PACKAGES = (
    "joblib",
    "matplotlib",
    "mlflow",
    "optuna",
    "pandas",
    "scipy",
    "sklearn",
    "threadpoolctl",
)


@app.command()
def init(
    folder: Annotated[
        Path, typer.Argument(help="Where the data files are, or one of them.")
    ] = HERE,
    out: Annotated[
        Path | None, typer.Option(help="File to write; retinue.toml in the folder if absent.")
    ] = None,
) -> None:
    """Write a project file from data files, with a comment on each guess.

    Reads .csv, .tsv, .parquet and .duckdb; asks nothing and overwrites nothing.

    Example: retinue init data --out retinue.toml
    """
    from retinue.commands.init import run

    run(folder, out)


@app.command()
def check(
    html: Annotated[
        Path | None, typer.Option(help="File to write the report to as well, as one page.")
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Say whether one can train, and why not.

    Example: retinue check --html readiness.html
    """
    from retinue.commands.check import run
    from retinue.project import Project

    run(Project.read(project), html, as_json=as_json)


@app.command()
def advise(
    as_of: AsOf = None,
    level: Annotated[
        float,
        typer.Option(
            min=0.01, max=0.9, help="Suggest the silence after which fewer than this share return."
        ),
    ] = 0.2,
    plot: Annotated[Path | None, typer.Option(help="File to draw it to as well: .png.")] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Suggest after how long a silence customers are gone.

    For each length of silence: how many customers silent for that long order again within the
    horizon and ever, and, at a past date, whom it would have called gone and who came back.

    Example: retinue advise --plot silences.png
    """
    from retinue.commands.advise import run
    from retinue.project import Project

    run(Project.read(project), as_of, level, plot, as_json=as_json)


@app.command()
def features(
    out: Annotated[str, typer.Option(help="File to write: .parquet or .csv; a folder on Spark.")],
    as_of: AsOf = None,
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option(help="duckdb works within this process, spark where its session runs."),
    ] = "duckdb",
    project: ProjectPath = HERE,
) -> None:
    """Write every customer's features as of one date.

    Example: retinue features --as-of 2017-10-01 --out features.parquet
    """
    from retinue.commands.features import run
    from retinue.project import Project

    run(Project.read(project), as_of, out, on_spark=engine == "spark")


@app.command()
def train(
    tune: Annotated[
        float | None,
        typer.Option(
            min=0.01, metavar="MINUTES", help="Search LightGBM's settings for so long first."
        ),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(min=1, help="Search with so many trials: again, it finds the same settings."),
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Make, judge, save and register a model.

    A search looks at customers held out at the fit dates, never at the test, and prints what it
    found as a section of the project file.

    Example: retinue train --tune 10 --project examples/complete_journey
    """
    from retinue.commands.train import run
    from retinue.project import Project

    run(Project.read(project), tune, trials, as_json=as_json)


@app.command()
def evaluate(
    as_of: AsOf = None,
    origins: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=100,
            help="Instead: train from scratch at this many dates, one reach apart, and judge each.",
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="GROUPS",
            help="Judge groups of customers too: by tenure, month, a scheme such as lifecycle, or "
            "an attribute such as gender.",
        ),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="File to draw the figures over origins to: .png.")
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Judge the champion out of time, beside the baselines; or the recipe, over origins.

    Example: retinue evaluate --origins 4 --by tenure --plot origins.png
    """
    if origins is not None and as_of:
        raise typer.BadParameter("it takes no --as-of", param_hint="--origins")
    if plot and origins is None:
        raise typer.BadParameter("it draws figures over --origins", param_hint="--plot")
    from retinue.commands.evaluate import Question, run
    from retinue.project import Project

    run(Project.read(project), Question(as_of, origins, by, plot), as_json=as_json)


@app.command()
def promote(
    force: Annotated[
        bool, typer.Option("--force", help="Promote though the gate refuses; needs --why.")
    ] = False,
    why: Annotated[str | None, typer.Option(help="Your reason, for the history.")] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Put the challenger through the gate and, if it passes, into service.

    What is forced is written down with who, when, why and what the gate had against it.

    Example: retinue promote
    """
    if force and not (why or "").strip():
        raise typer.BadParameter("say why, with --why", param_hint="--force")
    from retinue.commands.promote import run
    from retinue.project import Project

    run(Project.read(project), force=force, why=why, as_json=as_json)


@app.command()
def rollback(
    why: Annotated[str | None, typer.Option(help="Your reason, for the history.")] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Put the previous champion back into service.

    Example: retinue rollback --why "complaints about the new list"
    """
    from retinue.commands.rollback import run
    from retinue.project import Project

    run(Project.read(project), why=why, as_json=as_json)


@app.command()
def models(project: ProjectPath = HERE, as_json: AsJson = False) -> None:
    """List every version with its figures, and who was champion when.

    Example: retinue models
    """
    from retinue.commands.models import run
    from retinue.project import Project

    run(Project.read(project), as_json=as_json)


@app.command()
def score(
    as_of: AsOf = None,
    out: Annotated[
        str | None,
        typer.Option(
            help="File to write as well: .csv or .parquet; with Spark the folder to write."
        ),
    ] = None,
    lang: Lang = "en",
    engine: Annotated[
        Literal["duckdb", "spark"],
        typer.Option(
            help="spark scores where its session runs, into --out and not into the store."
        ),
    ] = "duckdb",
    again: Annotated[
        bool,
        typer.Option("--again", help="Though the current run is of the same data and model."),
    ] = False,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Score every customer with the champion, into the store.

    It may be started again at any time: what an attempt left that was killed is gone on with, and
    what was scored before, of the same data by the same model, is not scored anew.

    Example: retinue score --as-of 2018-01-01 --out scores.parquet
    """
    from retinue.commands.score import run, run_on_spark
    from retinue.project import Project

    if engine == "spark":
        if out is None or as_json:
            raise typer.BadParameter("spark writes a folder: name it with --out, without --json")
        run_on_spark(Project.read(project), as_of, out, lang)
        return
    to = Path(out) if out else None
    run(Project.read(project), as_of, to, language=lang, again=again, as_json=as_json)


@app.command("at-risk")
def at_risk(
    top: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many customers.")] = 20,
    tier: Annotated[
        Literal["critical", "high", "medium", "low"] | None, typer.Option(help="Only this tier.")
    ] = None,
    segment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SCHEME:LABEL",
            help="Only this label; of several of one scheme any, of several schemes each.",
        ),
    ] = None,
    region: Annotated[str | None, typer.Option(help="Short for --attribute region:...")] = None,
    owner: Annotated[str | None, typer.Option(help="Short for --attribute owner:...")] = None,
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME:VALUE", help="Only who has this mapped attribute; several as segments."
        ),
    ] = None,
    least_probability: Annotated[
        float | None, typer.Option(min=0, max=1, help="Only whose churn probability is no lower.")
    ] = None,
    least_value_at_risk: Annotated[
        float | None, typer.Option(help="Only whose value at risk is known and no lower.")
    ] = None,
    sort: Annotated[
        Literal["churn_probability", "value_at_risk"], typer.Option(help="Highest first, by what.")
    ] = "churn_probability",
    with_: Annotated[
        Literal["segments"] | None, typer.Option("--with", help="Tell each line's segments too.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="File to write instead: .csv or .parquet.")
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="Begin a .csv with a byte order mark, for old Excel.")
    ] = False,
    lang: Lang = "en",
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """List the riskiest customers, with reasons.

    Example: retinue at-risk --top 200 --sort value_at_risk --out tomorrow.csv
    """
    if bom and not (out and out.suffix == ".csv"):
        raise typer.BadParameter("it begins a .csv file; name one with --out", param_hint="--bom")
    from retinue.commands.at_risk import run
    from retinue.project import Project
    from serving.at_risk import Query
    from serving.selection import Selection, attributes_of, pairs_of

    selection = Selection(
        tier,
        pairs_of(segment or (), "segment"),
        attributes_of(attribute or (), region=region, owner=owner),
        least_probability,
        least_value_at_risk,
        sort,
    )
    query = Query(top, selection, lang, with_segments=with_ == "segments")
    run(Project.read(project), query, out, bom=bom, as_json=as_json)


@app.command()
def erase(
    customer_ids: Annotated[
        list[str],
        typer.Argument(help="Whom, by id; `-` reads ids from standard input, a line each."),
    ],
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Erase customers from every scoring run that is kept; the audit log tells of it.

    The project's own tables are not touched: erase there first, or the next run describes the
    customer again.

    Example: retinue erase 7301 7302
    """
    import sys

    from retinue.commands.erase import run
    from retinue.project import Project

    if customer_ids == ["-"]:
        customer_ids = [line.rstrip("\r\n") for line in sys.stdin if line.strip()]
    if not customer_ids:
        raise typer.BadParameter("name at least one", param_hint="CUSTOMER_IDS")
    run(Project.read(project), customer_ids, as_json=as_json)


@app.command()
def segments(
    scheme: Annotated[
        str | None, typer.Argument(help="One scheme, such as rfm; all if not given.")
    ] = None,
    as_of: AsOf = None,
    rule: Annotated[bool, typer.Option("--rule", help="Say each rule in words.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Folder to write a page, its charts and tables to.")
    ] = None,
    compare: Annotated[
        tuple[datetime, datetime] | None,
        typer.Option(
            metavar="FROM TO",
            formats=["%Y-%m-%d"],
            help="Instead: which schemes and thresholds still hold from one date to another.",
        ),
    ] = None,
    lang: Lang = "en",
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Show every classification: customers, money, churn and reach per label.

    Example: retinue segments rfm --rule --as-of 2018-01-01
    """
    if compare and (as_of or rule or report):
        raise typer.BadParameter("it takes no --as-of, --rule or --report", param_hint="--compare")
    from retinue.commands.segments import Question, run
    from retinue.project import Project

    question = Question(scheme, as_of, rule, report, compare, lang)
    run(Project.read(project), question, as_json=as_json)


@app.command()
def migration(
    start: Annotated[
        datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="The first as-of date, UTC.")
    ],
    end: Annotated[
        datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="The second as-of date, UTC.")
    ],
    scheme: Annotated[str, typer.Option(help="Between whose labels.")] = "rfm",
    out: Annotated[
        Path | None, typer.Option(help="File to write the cells to as well: .csv or .parquet.")
    ] = None,
    lang: Lang = "en",
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Show who moved from label to label between two dates, with their money.

    Example: retinue migration --from 2017-10-01 --to 2018-01-01 --scheme lifecycle
    """
    from retinue.commands.migration import Question, run
    from retinue.project import Project

    run(Project.read(project), Question(start, end, scheme, lang), out, as_json=as_json)


@app.command()
def simulate(
    customers: Annotated[int, typer.Option(min=1, max=100_000_000, help="How many customers.")],
    out: Annotated[Path, typer.Option(help="Folder to make.")],
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same tables.")] = 7,
    days: Annotated[int, typer.Option(min=90, max=3650, help="Length of the tables.")] = 730,
    as_json: AsJson = False,
) -> None:
    """Make up a company with all seven tables and known truths.

    Example: retinue simulate --customers 10000 --out company
    """
    from retinue.commands.simulate import run
    from training.simulation.plan import Plan

    run(Plan(customers, days, seed), out, as_json=as_json)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer; one per core is enough.")
    ] = 1,
    project: ProjectPath = HERE,
) -> None:
    """Answer over HTTP until interrupted.

    Example: retinue serve --port 8000 --workers 2
    """
    from retinue.commands.serve import run
    from retinue.project import Project

    run(Project.read(project), host, port, workers)


@feedback.command("fit")
def feedback_fit(
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
            help="Learn from what was known by then, UTC; earlier as-of dates are then refused. If "
            "not given: the first as-of date that training uses.",
        ),
    ] = None,
    project: ProjectPath = HERE,
    as_json: AsJson = False,
) -> None:
    """Learn from the project's scored texts; kept only if better than the shipped model.

    Example: retinue feedback fit --until 2024-06-01 --json
    """
    from retinue.commands.feedback import run
    from retinue.project import Project

    run(Project.read(project), until, as_json=as_json)


def main() -> None:
    """Run the command line; exit 1 with one line for an error that a person can mend."""
    try:
        app()
    except RetinueError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        typer.echo(f"error: {error.filename or 'a file'}: {error.strerror or error}", err=True)
        sys.exit(1)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in TRAINING_PACKAGES:
            raise
        typer.echo(
            f"error: this command makes models and needs {error.name}, which a serving "
            "installation leaves out; install Retinue with its extra `train`",
            err=True,
        )
        sys.exit(1)
