-- The order features, as one would write them by hand for this one file.
WITH lines AS (
    SELECT
        household_id,
        basket_id,
        product_id,
        category,
        sales_value < 0 AS returned,
        (epoch_us($as_of) - epoch_us(transaction_timestamp)) // 86400000000 AS days_ago,
        transaction_timestamp,
        sales_value,
        discount,
        quantity
    FROM read_parquet($path)
    WHERE transaction_timestamp < $as_of
),
orders AS (
    SELECT
        household_id,
        basket_id,
        returned,
        max(days_ago) AS days_ago,
        sum(sales_value) AS amount,
        sum(discount) AS discount,
        sum(quantity) AS units,
        count(*) AS lines
    FROM lines
    GROUP BY ALL
),
dated AS (
    SELECT
        *,
        CASE WHEN NOT returned THEN lag(days_ago) OVER earlier - days_ago END AS gap,
        CASE WHEN days_ago < 364 THEN 1.0 / (1 << (days_ago // 28)::INT)
             WHEN days_ago < 392 THEN 1.0 / 8192 ELSE 0 END AS weight
    FROM orders
    WINDOW earlier AS (PARTITION BY household_id, returned ORDER BY days_ago DESC)
),
by_orders AS (
    SELECT
        household_id,
        min(days_ago) FILTER (NOT returned) AS days_since_last_order,
        max(days_ago) FILTER (NOT returned) AS days_since_first_order,
        min(days_ago) FILTER (returned) AS days_since_last_return,
        avg(gap) AS mean_days_between_orders,
        max(gap) AS longest_days_between_orders,
        stddev_samp(gap) AS spread_of_days_between_orders,
        count(*) FILTER (NOT returned) AS orders_in_total,
        count(*) FILTER (NOT returned AND days_ago < 7) AS orders_last_7_days,
        count(*) FILTER (NOT returned AND days_ago < 14) AS orders_last_14_days,
        count(*) FILTER (NOT returned AND days_ago < 28) AS orders_last_28_days,
        count(*) FILTER (NOT returned AND days_ago < 56) AS orders_last_56_days,
        count(*) FILTER (NOT returned AND days_ago < 91) AS orders_last_91_days,
        count(*) FILTER (NOT returned AND days_ago < 182) AS orders_last_182_days,
        count(*) FILTER (NOT returned AND days_ago < 365) AS orders_last_365_days,
        coalesce(sum(weight) FILTER (NOT returned), 0) AS orders_halved_every_28_days,
        count(DISTINCT days_ago // 7) FILTER (NOT returned AND days_ago < 91)
            AS active_weeks_last_13_weeks,
        count(*) FILTER (returned) AS returns_in_total,
        count(*) FILTER (returned AND days_ago < 91) AS returns_last_91_days,
        sum(amount) AS spend_in_total,
        sum(amount) FILTER (days_ago < 7) AS spend_last_7_days,
        sum(amount) FILTER (days_ago < 14) AS spend_last_14_days,
        sum(amount) FILTER (days_ago < 28) AS spend_last_28_days,
        sum(amount) FILTER (days_ago < 56) AS spend_last_56_days,
        sum(amount) FILTER (days_ago < 91) AS spend_last_91_days,
        sum(amount) FILTER (days_ago < 182) AS spend_last_182_days,
        sum(amount) FILTER (days_ago < 365) AS spend_last_365_days,
        sum(amount * weight) AS spend_halved_every_28_days,
        sum(amount) FILTER (days_ago BETWEEN 28 AND 55) AS spend_28_to_55,
        sum(amount) FILTER (days_ago BETWEEN 91 AND 181) AS spend_91_to_181,
        sum(amount) FILTER (NOT returned) AS bought,
        sum(amount) FILTER (NOT returned AND days_ago < 91) AS bought_91,
        max(amount) FILTER (NOT returned) AS largest_order_value,
        stddev_samp(amount) FILTER (NOT returned) AS spread_of_order_value,
        coalesce(-sum(amount) FILTER (returned), 0) AS refunds_in_total,
        coalesce(-sum(amount) FILTER (returned AND days_ago < 91), 0) AS refunds_last_91_days,
        sum(discount) FILTER (NOT returned) AS saved,
        sum(discount) FILTER (NOT returned AND days_ago < 91) AS saved_91,
        count(*) FILTER (NOT returned AND discount > 0) AS reduced,
        sum(units) FILTER (NOT returned) AS units,
        sum(units) FILTER (NOT returned AND days_ago < 91) AS units_last_91_days,
        sum(lines) FILTER (NOT returned) AS lines
    FROM dated
    GROUP BY household_id
),
by_category AS (
    SELECT
        household_id,
        count(*) AS categories_in_total,
        count(*) FILTER (days_ago < 91) AS categories_last_91_days,
        max(lines) / sum(lines) AS share_of_favourite_category
    FROM (
        SELECT household_id, category, min(days_ago) AS days_ago, count(*) AS lines
        FROM lines WHERE NOT returned GROUP BY ALL
    )
    GROUP BY household_id
),
by_product AS (
    SELECT
        household_id,
        count(*) AS products_in_total,
        count(*) FILTER (days_ago < 91) AS products_last_91_days,
        count(*) FILTER (lines > 1) / count(*) AS share_of_products_bought_again
    FROM (
        SELECT household_id, product_id, min(days_ago) AS days_ago, count(*) AS lines
        FROM lines WHERE NOT returned GROUP BY ALL
    )
    GROUP BY household_id
)
SELECT
    * REPLACE (
        coalesce(categories_in_total, 0) AS categories_in_total,
        coalesce(categories_last_91_days, 0) AS categories_last_91_days,
        coalesce(products_in_total, 0) AS products_in_total,
        coalesce(products_last_91_days, 0) AS products_last_91_days
    ),
    spread_of_days_between_orders / nullif(mean_days_between_orders, 0)
        AS variation_of_days_between_orders,
    days_since_last_order / nullif(mean_days_between_orders, 0) AS silence_over_usual_gap,
    days_since_last_order / nullif(longest_days_between_orders, 0) AS silence_over_longest_gap,
    2 * orders_last_28_days - orders_last_56_days AS change_in_orders_28_days,
    2 * orders_last_91_days - orders_last_182_days AS change_in_orders_91_days,
    orders_last_28_days / 28 * (days_since_first_order + 1) / nullif(orders_in_total, 0)
        AS pace_last_28_days_over_usual,
    returns_in_total / nullif(orders_in_total, 0) AS returns_per_order,
    coalesce(spend_last_28_days, 0) - coalesce(spend_28_to_55, 0) AS change_in_spend_28_days,
    coalesce(spend_last_91_days, 0) - coalesce(spend_91_to_181, 0) AS change_in_spend_91_days,
    bought / nullif(orders_in_total, 0) AS mean_order_value,
    bought_91 / nullif(orders_last_91_days, 0) AS mean_order_value_last_91_days,
    refunds_in_total / nullif(bought, 0) AS share_of_spend_returned,
    saved / nullif(saved + bought, 0) AS share_discounted,
    saved_91 / nullif(saved_91 + bought_91, 0) AS share_discounted_last_91_days,
    reduced / nullif(orders_in_total, 0) AS share_of_orders_discounted,
    units / nullif(orders_in_total, 0) AS units_per_order,
    lines / nullif(orders_in_total, 0) AS lines_per_order
FROM by_orders
LEFT JOIN by_category USING (household_id)
LEFT JOIN by_product USING (household_id)
ORDER BY household_id
