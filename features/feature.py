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


@dataclass(frozen=True)
class Words:
    """The same in English and in Chinese."""

    en: str
    zh: str


@dataclass(frozen=True)
class Unit:
    """What a feature's numbers count.

    Attributes:
        one: After the number 1, in English.
        many: After other numbers; also the unit's name.
        zh: After any number, in Chinese.
    """

    one: str
    many: str
    zh: str


@dataclass(frozen=True)
class Categories(Unit):
    """A feature's numbers stand for names.

    Attributes:
        names: By code, from 0; every other code is a value that has no name here.
    """

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "Categories":
        """Codes of these names."""
        return cls("category", "category", "", names)

    def name(self, code: float) -> str:
        """What a code stands for."""
        return self.names[int(code)] if code < len(self.names) else "another value"


NUMBER = Unit("number", "number", "")  # of whatever: its column's name says it
CURRENCY = Unit("currency", "currency", "")
SHARE = Unit("share", "share", "")  # 0 to 1
LEVEL = Unit("level", "level", "")  # 0, the scale's lowest score, to 1, its highest
YES_NO = Unit("yes or no", "yes or no", "")  # 1 or 0
DAYS = Unit("day", "days", "天")
WEEKS = Unit("week", "weeks", "周")
YEARS = Unit("year", "years", "岁")
MINUTES = Unit("minute", "minutes", "分钟")
RATIO = Unit("time", "times", "倍")
ORDERS = Unit("order", "orders", "单")
RETURNS = Unit("return", "returns", "次退货")
LINES = Unit("line", "lines", "行")
PIECES = Unit("piece", "pieces", "件")
CATEGORIES = Unit("category", "categories", "个品类")
PRODUCTS = Unit("product", "products", "种商品")
EVENTS = Unit("event", "events", "次互动")
VISITS = Unit("visit", "visits", "次访问")
OPENS = Unit("open", "opens", "次打开")
CLICKS = Unit("click", "clicks", "次点击")
REDEMPTIONS = Unit("redemption", "redemptions", "次核销")
KINDS = Unit("kind", "kinds", "种")
ANSWERS = Unit("answer", "answers", "条反馈")
POINTS = Unit("point", "points", "分")
TICKETS = Unit("ticket", "tickets", "张工单")
COMPLAINTS = Unit("complaint", "complaints", "次投诉")
SUBSCRIPTIONS = Unit("subscription", "subscriptions", "份订阅")
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
        phrase: How a reason says it, with `{value}` replaced by number and unit.
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
