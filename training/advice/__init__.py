"""When silence means leaving: what the orders themselves say of `silent_days`."""
