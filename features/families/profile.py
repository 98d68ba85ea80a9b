"""Profile: attributes that cannot have changed since the as-of date, or whose changes are dated."""

from typing import TYPE_CHECKING

from features.feature import DAYS, YEARS, YES_NO, Feature, Words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from features.history.customers import CustomerHistory

UNKNOWN = Words("not known", "未知")


def days_since_joined(customers: "CustomerHistory") -> "ir.IntegerScalar":
    """Whole days from joining to the as-of date."""
    return customers.attribute("days_since_joined")


def age_in_years(customers: "CustomerHistory") -> "ir.DecimalScalar":
    """The as-of date's year minus the year of birth."""
    return customers.attribute("age")


def consents_to_email(customers: "CustomerHistory") -> "ir.IntegerScalar":
    """Whether the customer may be written to by e-mail: 1 or 0."""
    return customers.attribute("consent_email")


def consents_to_phone(customers: "CustomerHistory") -> "ir.IntegerScalar":
    """Whether the customer may be called: 1 or 0."""
    return customers.attribute("consent_phone")


def lives_in_a_city(customers: "CustomerHistory") -> "ir.IntegerScalar":
    """Whether the customer's settlement is urban: 1 or 0."""
    return customers.is_in("settlement", "urban")


def lives_in_the_country(customers: "CustomerHistory") -> "ir.IntegerScalar":
    """Whether the customer's settlement is rural: 1 or 0."""
    return customers.is_in("settlement", "rural")


PROFILE = (
    Feature(
        days_since_joined,
        "customers",
        "profile",
        DAYS,
        UNKNOWN,
        Words("joined {value} ago", "加入已{value}"),
        "加入距截至日的整天数。",
    ),
    Feature(
        age_in_years,
        "customers",
        "profile",
        YEARS,
        UNKNOWN,
        Words("{value} old", "年龄{value}"),
        "截至日所在年份减去出生年份。",
    ),
    Feature(
        consents_to_email,
        "customers",
        "profile",
        YES_NO,
        UNKNOWN,
        Words("consents to e-mail: {value}", "同意邮件联系:{value}"),
        "是否同意邮件联系:1或0。",
    ),
    Feature(
        consents_to_phone,
        "customers",
        "profile",
        YES_NO,
        UNKNOWN,
        Words("consents to calls: {value}", "同意电话联系:{value}"),
        "是否同意电话联系:1或0。",
    ),
    Feature(
        lives_in_a_city,
        "customers",
        "profile",
        YES_NO,
        UNKNOWN,
        Words("lives in a city: {value}", "居住在城市:{value}"),
        "居住地是否为城市:1或0。",
    ),
    Feature(
        lives_in_the_country,
        "customers",
        "profile",
        YES_NO,
        UNKNOWN,
        Words("lives in the country: {value}", "居住在乡村:{value}"),
        "居住地是否为乡村:1或0。",
    ),
)
