"""The project file, `retinue.toml`: where the data is, what churn means, where results go."""

import os
import re
import tomllib
from collections.abc import Mapping
from math import inf
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, create_model, field_validator

from features.own.reading import OwnSource
from features.sources.postgres_address import PostgresAddress
from features.sources.source import Source
from retinue.access_section import AccessSection
from retinue.address import postgres_address
from retinue.churn_section import LONGEST_DAYS, NAMES, ChurnSection, definition_of
from retinue.errors import ProjectError
from retinue.own_section import OwnFeaturesSection, as_text, own_source_of
from retinue.serving_section import ServingSection
from retinue.store_section import StoreSection
from retinue.table_section import Section, TableSection, source_of
from retinue.training_section import TrainingSection
from scoring.churn_definition import ChurnDefinition, GivenLabel
from scoring.segments.scheme import Settings
from scoring.segments.schemes import SCHEMES

FILE = "retinue.toml"


_SCHEMES: dict[str, Any] = {scheme.name: (scheme.settings, scheme.settings()) for scheme in SCHEMES}
SegmentsSection = create_model(
    "SegmentsSection",
    __base__=Section,
    __doc__="How customers are classified, a section for each scheme.",
    **_SCHEMES,
)


class ValueSection(Section):
    """How the money still to come of a customer is counted."""

    horizon_days: int = Field(default=365, gt=0, le=LONGEST_DAYS, description="How far ahead.")
    least_customers: int = Field(
        default=30, ge=10, description="Fewer customers with a second order say nothing of orders."
    )
    least_ended: int = Field(
        default=10,
        ge=5,
        description="Fewer subscribers who left, or who stay, say nothing of subscriptions.",
    )


class CapacitySection(Section):
    """What is assumed of a campaign: the profit at capacity is no better than these."""

    share: float = Field(
        default=0.1, gt=0, le=1, description="Share of the scored customers it can contact."
    )
    customers: int | None = Field(
        default=None, gt=0, description="How many it can contact, instead of a share."
    )
    contact_cost: float = Field(
        default=1.0, ge=0, description="Of one contact all told, offers included, in `currency`."
    )
    save_rate: float = Field(
        default=0.1, gt=0, le=1, description="Share of contacted leavers who stay for it."
    )
    worth: Literal["remaining_value", "spend_last_91_days"] | float = Field(
        default="remaining_value",
        description="What one who stays is worth: of `[value]`, the customer's own spend, or a "
        "number; without a value model the spend.",
    )

    @field_validator("worth")
    @classmethod
    def _is_an_amount(cls, found: str | float) -> str | float:
        if not isinstance(found, str) and not 0 < found < inf:
            raise ValueError("a stated worth must be above 0 and end")
        return found


class OutputSection(Section):
    """Folders for results, relative to the project file."""

    folder: Path = Field(default=Path("output"), description="Bundles, the store and pictures.")
    mlruns: Path = Field(default=Path("mlruns"), description="MLflow's database and artifacts.")


class ProjectSection(Section):
    """The whole file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="The model is registered under it.")
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="Of every amount, as in ISO 4217.")
    churn: ChurnSection | None = Field(
        default=None, description="What churn means; with `[own_features]` its label says it."
    )
    training: TrainingSection = TrainingSection()
    segments: SegmentsSection = SegmentsSection()  # type: ignore[valid-type]  # made above
    value: ValueSection = ValueSection()
    capacity: CapacitySection = CapacitySection()
    serving: ServingSection = ServingSection()
    access: AccessSection = AccessSection()
    store: StoreSection = StoreSection()
    output: OutputSection = OutputSection()
    tables: dict[str, TableSection] = Field(
        default_factory=dict,
        description="`orders` is required; `customers`, `events` and `treatments` are optional.",
    )
    own_features: OwnFeaturesSection | None = Field(
        default=None,
        description="In place of `[tables.*]` and `[churn]`: one row per customer, and no dates.",
    )


class Project:
    """A parsed project file; paths in it are relative to its folder."""

    def __init__(
        self, path: Path, sections: ProjectSection, environment: Mapping[str, str]
    ) -> None:
        """Use `Project.read` to make one from a file."""
        self.path = path
        self.folder = path.parent
        self.sections = sections
        self._environment = environment

    @classmethod
    def read(cls, path: Path, environment: Mapping[str, str] | None = None) -> "Project":
        """Read and check a project file.

        Args:
            path: The file, or the folder that holds a `retinue.toml`.
            environment: What each `${NAME}` in a source is taken from; the process's own if None.

        Raises:
            ProjectError: It is absent, not TOML, or holds something unknown or out of range.
        """
        file = path / FILE if path.is_dir() else path
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
            _refuse_mixture(file, found)
            missing = _missing(found)
            sections = ProjectSection.model_validate(found)
        except FileNotFoundError as error:
            raise ProjectError(
                f"there is no project file {file}; go to its folder, or name it with --project"
            ) from error
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ProjectError(f"{file} cannot be read as TOML: {error}; correct it") from error
        except ValidationError as error:
            problems = "; ".join([*missing, *(_in_words(found) for found in error.errors())])
            raise ProjectError(f"{file}: {problems}; correct the file") from error
        if missing:
            raise ProjectError(f"{file}: {'; '.join(missing)}; correct the file")
        return cls(file, sections, os.environ if environment is None else environment)

    @property
    def name(self) -> str:
        """The project's name; its model is registered under it."""
        return self.sections.name

    @property
    def output(self) -> Path:
        """Where bundles, the store and pictures go."""
        return self.folder / self.sections.output.folder

    @property
    def bundles(self) -> Path:
        """The shelf's folder."""
        return self.output / "bundles"

    @property
    def store(self) -> Path | PostgresAddress:
        """The store's file, or the database that it is in.

        Raises:
            ProjectError: The address is none, holds a password, or asks for what is not in the
                environment.
        """
        url = self.sections.store.url
        if url is None:
            return self.output / "store.db"
        return postgres_address("[store]", "url", url, self._environment)

    @property
    def access(self) -> Path:
        """The file of API keys and audit log."""
        return self.output / "access.db"

    @property
    def sentiment(self) -> Path:
        """The project's own text model; where there is none, the shipped one is used."""
        return self.output / "sentiment.npz"

    @property
    def mlruns(self) -> Path:
        """MLflow's folder."""
        return self.folder / self.sections.output.mlruns

    @property
    def churn(self) -> ChurnDefinition:
        """The churn definition."""
        own, churn = self.sections.own_features, self.sections.churn
        if own is not None:
            return GivenLabel(own.label, as_text(own.churned))
        if churn is None:  # refused before; says so to the type checker
            raise ProjectError(f"{self.path}: churn is missing; correct the file")
        return definition_of(churn)

    @property
    def own_features(self) -> OwnSource | None:
        """The table of one row per customer; None where the project has dated tables.

        Raises:
            ProjectError: A password stands in the file, or is not in the environment.
        """
        own = self.sections.own_features
        return own_source_of(own, self.folder, self._environment) if own else None

    @property
    def segments(self) -> dict[str, Settings]:
        """Each scheme's settings."""
        return {scheme.name: getattr(self.sections.segments, scheme.name) for scheme in SCHEMES}

    @property
    def sources(self) -> dict[str, Source]:
        """Each table's source, paths resolved and passwords filled in.

        Raises:
            ProjectError: A password stands in the file, or is not in the environment.
        """
        return {
            name: source_of(name, table, self.folder, self._environment)
            for name, table in self.sections.tables.items()
        }


def _refuse_mixture(file: Path, found: Mapping[str, Any]) -> None:
    """Refuse a file of both kinds, dated tables and own features."""
    dated = [name for name in ("churn", "tables") if name in found]
    if "own_features" in found and dated:
        raise ProjectError(
            f"{file}: it has [own_features] and {' and '.join(dated)} as well; features are either "
            "made of dated tables or brought in one table: take one of them out"
        )


def _missing(found: Mapping[str, Any]) -> list[str]:
    """What a file of dated tables cannot do without, in words."""
    if "own_features" in found:
        return []
    return [f"{name} is missing" for name in ("churn", "tables") if name not in found]


def _in_words(found: Any) -> str:
    """One of pydantic's findings as `[section] key: what is wrong`."""
    steps = [str(step) for step in found["loc"]] or ["file"]
    if steps[0] == "churn" and len(steps) > 1 and steps[1] in NAMES:
        del steps[1]  # pydantic names the definition too, which is no section
    if found["type"] == "value_error":
        return f"[{'.'.join(steps)}] {found['ctx']['error']}"
    *section, key = steps
    where = f"[{'.'.join(section)}] {key}" if section else key
    if found["type"] == "extra_forbidden":
        return f"{where} is not a known key"
    if found["type"] == "missing":
        return f"{where} is missing"
    # A password that should not stand in the file is not printed either.
    shown = re.sub(r"(//[^:/@\s]*):[^@\s]+@", r"\1:***@", repr(found["input"]))
    return f"{where}: {found['msg']}, found {shown}"
