"""The gate: whether a challenger may take the champion's place, and if not, why, in words."""

from training.evaluation import Evaluation

# Calibration error of a perfect model moves by about this much between samples of 2,000.
CALIBRATION_TOLERANCE = 0.01


def refusals(challenger: Evaluation, champion: Evaluation) -> list[str]:
    """Reasons against promotion; none means the challenger may pass.

    Both are judged on the same rows. A better ranking does not excuse worse probabilities: money
    and tiers are computed from them.
    """
    new, old = challenger.rules["model"], champion.rules["model"]
    reasons = []
    if new["log_loss"].value > old["log_loss"].value:
        reasons.append(
            f"its log loss of {new['log_loss'].value:.4f} is worse than the champion's "
            f"{old['log_loss'].value:.4f}"
        )
    worse = new["calibration_error"].value - old["calibration_error"].value
    if worse > CALIBRATION_TOLERANCE:
        reasons.append(
            f"its probabilities are off by {new['calibration_error'].value:.3f} on average, the "
            f"champion's by {old['calibration_error'].value:.3f}"
        )
    return reasons
