"""The orders table: what is in each order, what it costs, what comes back."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from training.simulation.arrow import words
from training.simulation.clock import Clock
from training.simulation.course import Course
from training.simulation.lateness import Lateness
from training.simulation.ordering import Orders
from training.simulation.population import Population
from training.simulation.truths import Truths

CATEGORIES = (
    "tea", "coffee", "snacks", "fruit", "kitchen", "bath", "stationery", "toys", "garden", "pets",
)  # fmt: skip
PRODUCTS_EACH = 24
PRODUCTS = tuple(f"{name}-{i + 1:02}" for name in CATEGORIES for i in range(PRODUCTS_EACH))
CHANNELS = ("web", "app", "store")
MOST_ORDERS = 100_000  # of one customer; its ids begin with the customer's


@dataclass(frozen=True)
class Lines:
    """Order lines; every array has shape (lines,).

    Attributes:
        order: Position among the orders.
        product: Index into PRODUCTS.
        quantity: Pieces.
        amount: Paid for all of them.
        discount: Taken off before.
    """

    order: NDArray[np.int64]
    product: NDArray[np.int64]
    quantity: NDArray[np.int64]
    amount: NDArray[np.float64]
    discount: NDArray[np.float64]


def product_prices() -> NDArray[np.float64]:
    """Price of each product, the same in every simulation."""
    rank = np.arange(len(PRODUCTS))
    return np.round(2.5 + 40 * ((rank * 37 % 101) / 101) ** 3, 2)


def orders_table(
    random: np.random.Generator, truths: Truths, clock: Clock, course: Course
) -> pa.Table:
    """Order lines, and lines that come back, as known by the end."""
    people, orders = course.people, course.orders
    lines = _fill(random, truths, people, orders)
    known_at = Lateness(truths.late_orders, 6).known_at(random, orders.day)
    back = np.flatnonzero(random.random(len(lines.order)) < truths.return_share)
    returned = orders.day[lines.order[back]] + random.uniform(2, 14, len(back))
    # What comes back is a line of its own with its order's id.
    line = np.concatenate([np.arange(len(lines.order)), back])
    day = np.concatenate([orders.day[lines.order], returned])
    known = np.concatenate(
        [known_at[lines.order], np.maximum(known_at[lines.order[back]], returned)]
    )
    is_return = np.arange(len(line)) >= len(lines.order)
    kept = known < clock.days
    line, day, known, is_return = line[kept], day[kept], known[kept], is_return[kept]
    order = lines.order[line]
    return pa.table(
        {
            "customer_id": people.ids[orders.customer[order]],
            "ordered_at": clock.moments(day),
            "amount": np.where(is_return, -1, 1) * lines.amount[line],
            "order_id": people.ids[orders.customer[order]] * MOST_ORDERS + _rank(orders)[order],
            "product_id": words(PRODUCTS, lines.product[line]),
            "category": words(CATEGORIES, lines.product[line] // PRODUCTS_EACH),
            "quantity": lines.quantity[line].astype(np.int32),
            "discount": np.where(is_return, 0.0, lines.discount[line]),
            "is_return": is_return,
            "channel": words(CHANNELS, _channels(random, people, orders)[order]),
            "known_at": clock.moments(known),
        }
    )


def _fill(random: np.random.Generator, truths: Truths, people: Population, orders: Orders) -> Lines:
    """One line an order and a Poisson number more; now and then an order has a discount."""
    has = random.random(len(orders)) < truths.discount_share
    off = np.where(has, random.uniform(0.1, 0.3, len(orders)), 0.0)
    counts = 1 + random.poisson(truths.lines_per_order - 1, len(orders))
    order = np.repeat(np.arange(len(orders)), counts)
    customer = orders.customer[order]
    product = _choose(random, len(people), customer)
    quantity = (1 + random.poisson(0.4, len(order))).astype(np.int64)
    each = np.maximum(np.round(product_prices()[product] * people.means[customer], 2), 0.5)
    discount: NDArray[np.float64] = np.round(each * quantity * off[order], 2)
    amount: NDArray[np.float64] = np.round(each * quantity - discount, 2)
    return Lines(order, product, quantity, amount, discount)


def _choose(
    random: np.random.Generator, customers: int, customer: NDArray[np.int64]
) -> NDArray[np.int64]:
    """A product, half the time of the customer's favourite category, rather a popular one."""
    favourite = random.integers(len(CATEGORIES), size=customers)[customer]
    other = random.integers(len(CATEGORIES), size=len(customer))
    category = np.where(random.random(len(customer)) < 0.5, favourite, other)
    within = (random.random(len(customer)) ** 2 * PRODUCTS_EACH).astype(np.int64)
    return category * PRODUCTS_EACH + within


def _channels(random: np.random.Generator, people: Population, orders: Orders) -> NDArray[np.int64]:
    by_app = people.uses_app[orders.customer] & (random.random(len(orders)) < 0.6)
    in_store = random.random(len(orders)) < 0.2
    return np.select([by_app, in_store], [CHANNELS.index("app"), CHANNELS.index("store")], 0)


def _rank(orders: Orders) -> NDArray[np.int64]:
    """Position of each order among its customer's, from 0."""
    position = np.arange(len(orders))
    first = np.append(True, orders.customer[1:] != orders.customer[:-1])[: len(orders)]
    return position - np.maximum.accumulate(np.where(first, position, 0))
