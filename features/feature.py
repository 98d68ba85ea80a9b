"""What is written down of a feature beside its definition."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    import ibis.expr.types as ir

Family = Literal[
    "recency", "frequency", "monetary", "engagement", "satisfaction", "profile", "subscription"
]
Rows = Literal[
    "orders",
    "categories",
    "products",
    "events",
    "feedback",
    "tickets",
    "subscriptions",
    "customers",
]
Language = Literal["en", "zh"]


@dataclass(frozen=True)
class Words:
    """The same in English and in Chinese."""

    en: str
    zh: str

    def said(self, language: Language) -> str:
        """In that language."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, eq=False)
class Unit:
    """What a feature's numbers count; there is one of each, told apart by identity.

    Attributes:
        one: After the number 1, in English.
        many: After other numbers; also the unit's name.
        zh: After any number, in Chinese.
    """

    one: str
    many: str
    zh: str


NUMBER = Unit("number", "number", "")  # of whatever: its column's name says it
CURRENCY = Unit("currency", "currency", "")
SHARE = Unit("share", "share", "")  # 0 to 1
LEVEL = Unit("level", "level", "")  # 0, the scale's lowest score, to 1, its highest
YES_NO = Unit("yes or no", "yes or no", "")  # 1 or 0
DAYS = Unit("day", "days", "天")
WEEKS = Unit("week", "weeks", "周")
YEARS = Unit("year", "years", "岁")
MINUTES = Unit("minute", "minutes", "分钟")
RATIO = Unit("times", "times", "倍")
ORDERS = Unit("order", "orders", "单")
RETURNS = Unit("return", "returns", "次")
LINES = Unit("line", "lines", "行")
PIECES = Unit("piece", "pieces", "件")
CATEGORIES = Unit("category", "categories", "个品类")
PRODUCTS = Unit("product", "products", "种商品")
EVENTS = Unit("event", "events", "次")
VISITS = Unit("visit", "visits", "次")
OPENS = Unit("open", "opens", "次")
CLICKS = Unit("click", "clicks", "次")
REDEMPTIONS = Unit("redemption", "redemptions", "次")
KINDS = Unit("kind", "kinds", "种")
ANSWERS = Unit("answer", "answers", "条")
POINTS = Unit("point", "points", "分")
TICKETS = Unit("ticket", "tickets", "张")
COMPLAINTS = Unit("complaint", "complaints", "次")
SUBSCRIPTIONS = Unit("subscription", "subscriptions", "份")
CHANGES = Unit("change", "changes", "次")

NEVER_NULL = Words("never null", "不会为空")


class Described(Protocol):
    """What a reason needs to know of a feature; see Feature for each."""

    @property
    def name(self) -> str: ...  # noqa: D102

    @property
    def unit(self) -> Unit: ...  # noqa: D102

    @property
    def null(self) -> Words: ...  # noqa: D102

    @property
    def phrase(self) -> Words: ...  # noqa: D102


@dataclass(frozen=True)
class Feature:
    """One feature of the catalog.

    Attributes:
        function: Returns the aggregate; its name is the column's, its docstring the description.
        rows: The attribute of `History` that the function is given.
        family: What the feature speaks of.
        unit: What its numbers count.
        null: What a missing value means, in words that a reason can say.
        phrase: How a reason says it, with `{value}` replaced by number and unit, or `{change}`
            by a difference and its direction.
        description_zh: The description in Chinese.
        needs: A column without which a count would be 0 for want of anything to count, and is
            null instead.
    """

    function: "Callable[[Any], ir.Scalar]"
    rows: Rows
    family: Family
    unit: Unit
    null: Words
    phrase: Words
    description_zh: str
    needs: str | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.function.__name__

    @property
    def description(self) -> Words:
        """One sentence on what the feature measures."""
        return Words((self.function.__doc__ or "").strip(), self.description_zh)

    @property
    def is_zero_without_rows(self) -> bool:
        """Whether a customer without a row counts 0, where the project has the table."""
        return self.null is NEVER_NULL
