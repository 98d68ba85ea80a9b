"""Put what is known of segments into the form of the answers."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from features.feature import Language, Words
from scoring.segments.migration import Cell, Total
from scoring.segments.scheme import Labels
from scoring.segments.schemes import BY_NAME
from scoring.segments.segmentation import Segmentation
from scoring.segments.sizes import Size
from scoring.segments.transitions import Alert
from serving.labels import SchemeRecord
from serving.members import Members
from serving.records import Run
from serving.segments import Movement
from serving.web.schemas import WordsAnswer
from serving.web.segment_schemas import (
    AlertAnswer,
    CellAnswer,
    DefinitionAnswer,
    MemberAnswer,
    MembersAnswer,
    MigrationAnswer,
    RunAnswer,
    SchemeAnswer,
    SegmentsAnswer,
    SizeAnswer,
    TotalAnswer,
)


def segments_of(
    segmentation: Segmentation, labelled: Mapping[str, Labels], as_of: str
) -> dict[str, dict[str, Any]]:
    """The first customer's label in every scheme that is on, with what decided it.

    JSON values of `CustomerSegment`.
    """
    found = {}
    for name, labels in labelled.items():
        fitted, facts, position = segmentation.fitted[name], labels.facts_of(0), labels.positions[0]
        label = fitted.labels[position] if position >= 0 else None
        found[name] = {
            "label": label.code if label else None,
            "name": _both(label.name) if label else None,
            "facts": facts,
            "explanation": _both(fitted.explain(facts)),
            "rule_version": BY_NAME[name].version,
            "as_of": as_of,
        }
    return found


def _both(said: Words) -> dict[str, str]:
    """JSON values of `WordsAnswer`."""
    return {"en": said.en, "zh": said.zh}


def segments_answer(
    run: Run, schemes: list[SchemeRecord], currency: str, language: Language | None
) -> SegmentsAnswer:
    """Every scheme of a run."""
    return SegmentsAnswer(
        run=run.run_id,
        as_of=run.as_of,
        model_version=run.bundle_id,
        currency=currency,
        schemes=[SchemeAnswer(**_scheme(run, scheme, language)) for scheme in schemes],
    )


def definition_answer(
    run: Run, scheme: SchemeRecord, currency: str, language: Language | None
) -> DefinitionAnswer:
    """One scheme of a run with its rule."""
    return DefinitionAnswer(
        **_scheme(run, scheme, language),
        rule=words(scheme.rule, language) if scheme.rule else None,
        nobody=words(scheme.unlabelled, language),
        fitted_as_of=scheme.fitted_as_of,
        customers=scheme.sizes.customers if scheme.sizes else None,
        money=scheme.sizes.money if scheme.sizes else None,
        run=run.run_id,
        model_version=run.bundle_id,
        currency=currency,
    )


def members_answer(members: Members, currency: str) -> MembersAnswer:
    """A page of a scheme's customers."""
    run, scheme = members.run, members.scheme
    return MembersAnswer(
        scheme=scheme.name,
        run=run.run_id,
        as_of=run.as_of,
        rule_version=scheme.version,
        currency=currency,
        customers=[
            MemberAnswer(**asdict(line), as_of=run.as_of, rule_version=scheme.version)
            for line in members.lines
        ],
        next=members.next,
    )


def migration_answer(moved: Movement, currency: str, language: Language | None) -> MigrationAnswer:
    """Movement between two runs."""
    migration = moved.migration
    first, second = (
        RunAnswer(
            run=run.run_id,
            as_of=run.as_of,
            model_version=run.bundle_id,
            rule_version=scheme.version,
        )
        for run, scheme in zip(moved.runs, moved.schemes, strict=True)
    )
    return MigrationAnswer(
        scheme=moved.schemes[0].name,
        from_run=first,
        to_run=second,
        currency=currency,
        summary=words(migration.in_words(), language),
        known_at_both=migration.known_at_both,
        moved=migration.moved,
        share_moved=migration.share_moved,
        before=[_total(total, language) for total in migration.before],
        after=[_total(total, language) for total in migration.after],
        entered=_total(migration.entered, language),
        left=_total(migration.left, language),
        cells=[CellAnswer(**_cell(cell)) for cell in migration.cells],
        alerts=[_alert(alert, language) for alert in moved.alerts],
        alert_rule=words(moved.alert_rule, language),
        warnings=[words(warning, language) for warning in moved.warnings],
    )


def words(said: Words, language: Language | None = None) -> WordsAnswer:
    """In the language asked for, or in both."""
    return WordsAnswer(
        en=said.en if language != "zh" else None, zh=said.zh if language != "en" else None
    )


def _scheme(run: Run, scheme: SchemeRecord, language: Language | None) -> dict[str, Any]:
    sizes = scheme.sizes
    return {
        "scheme": scheme.name,
        "title": words(scheme.title, language),
        "on": sizes is not None,
        "why_off": words(scheme.off, language) if scheme.off else None,
        "rule_version": scheme.version,
        "as_of": run.as_of,
        "labels": [_size(size, language) for size in sizes.labels] if sizes else [],
        "unlabelled": _size(sizes.unlabelled, language) if sizes else None,
    }


def _size(size: Size, language: Language | None) -> SizeAnswer:
    return SizeAnswer(
        label=size.label.code,
        name=words(size.label.name, language),
        customers=size.customers,
        share=size.share,
        money=size.money,
        share_of_money=size.share_of_money,
        mean_churn_probability=size.mean_churn_probability,
        reachable_share=size.reachable_share,
    )


def _total(total: Total, language: Language | None) -> TotalAnswer:
    return TotalAnswer(
        label=total.label.code,
        name=words(total.label.name, language),
        customers=total.customers,
        money=total.money,
    )


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "before": cell.before.code,
        "after": cell.after.code,
        "customers": cell.customers,
        "money_before": cell.money_before,
        "money_after": cell.money_after,
    }


def _alert(alert: Alert, language: Language | None) -> AlertAnswer:
    return AlertAnswer(
        **_cell(alert.cell),
        kind=alert.kind,
        steps=alert.steps,
        text=words(alert.in_words(), language),
    )
