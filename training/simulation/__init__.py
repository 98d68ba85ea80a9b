"""A company that never was: seven tables, and the truths planted in them."""
