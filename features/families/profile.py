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
        Words("date of joining not known", "加入时间未知"),
        Words("joined {value} ago", "加入已有{value}"),
        "加入距截至日的整天数。",
    ),
    Feature(
        age_in_years,
        "customers",
        "profile",
        YEARS,
        Words("age not known", "年龄未知"),
        Words("{value} old", "现年{value}"),
        "截至日所在年份减去出生年份。",
    ),
    Feature(
        consents_to_email,
        "customers",
        "profile",
        YES_NO,
        Words("consent to e-mail not known", "是否同意邮件联系未知"),
        Words("agreed to e-mail: {value}", "是否同意邮件联系：{value}"),
        "是否同意邮件联系:1或0。",
    ),
    Feature(
        consents_to_phone,
        "customers",
        "profile",
        YES_NO,
        Words("consent to calls not known", "是否同意电话联系未知"),
        Words("agreed to calls: {value}", "是否同意电话联系：{value}"),
        "是否同意电话联系:1或0。",
    ),
    Feature(
        lives_in_a_city,
        "customers",
        "profile",
        YES_NO,
        Words("place not known", "居住地未知"),
        Words("lives in a city: {value}", "是否居住在城市：{value}"),
        "居住地是否为城市:1或0。",
    ),
    Feature(
        lives_in_the_country,
        "customers",
        "profile",
        YES_NO,
        Words("place not known", "居住地未知"),
        Words("lives in the country: {value}", "是否居住在乡村：{value}"),
        "居住地是否为乡村:1或0。",
    ),
)
