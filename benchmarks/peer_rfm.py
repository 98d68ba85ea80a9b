"""pymc-marketing's rfm_summary over orders; run by the Python of the peers' environment alone.

Prints one line of JSON: seconds from the file to the summary, and its number of customers.
"""

import json
import sys
import time
from importlib.metadata import version

import pandas as pd
from pymc_marketing.clv import rfm_summary

path, as_of = sys.argv[1], pd.Timestamp(sys.argv[2])
pd.DataFrame({"a": [1]}).groupby("a").size()  # what pandas loads late is not timed
start = time.perf_counter()
orders = pd.read_parquet(path, columns=["household_id", "transaction_timestamp", "sales_value"])
orders = orders[(orders["transaction_timestamp"] < as_of) & (orders["sales_value"] >= 0)]
summary = rfm_summary(
    orders,
    customer_id_col="household_id",
    datetime_col="transaction_timestamp",
    monetary_value_col="sales_value",
    observation_period_end=as_of,
)
seconds = time.perf_counter() - start
print(
    json.dumps(
        {
            "seconds": seconds,
            "customers": len(summary),
            "columns": [*map(str, summary.columns)],
            "version": version("pymc-marketing"),
        }
    )
)
