"""Bundles like a trained one, with one thing changed."""

from dataclasses import replace
from typing import Any

from scoring.bundle import Bundle, Description


def described(bundle: Bundle, **changes: Any) -> Bundle:
    """The same model, described otherwise: another currency, churn definition, ..."""
    manifest = bundle.manifest
    description = Description(
        name=manifest.name,
        created_at=manifest.created_at,
        currency=manifest.currency,
        churn_definition=manifest.churn_definition,
        trained_on=manifest.trained_on,
    )
    return Bundle.of(bundle.parts, replace(description, **changes), manifest.metrics)


def calibrated(bundle: Bundle, **changes: Any) -> Bundle:
    """Another model: the same booster under another sigmoid."""
    calibration = replace(bundle.parts.churn.calibration, **changes)
    churn = replace(bundle.parts.churn, calibration=calibration)
    parts = replace(bundle.parts, churn=churn)
    return described(Bundle(bundle.manifest, parts))


def declared(bundle: Bundle, **changes: Any) -> Bundle:
    """The same model under a manifest that says something else, sealed as if it were true."""
    return Bundle(replace(bundle.manifest, **changes), bundle.parts)
