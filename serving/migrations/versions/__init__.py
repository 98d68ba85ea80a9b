"""One script for each form, named by its version; an earlier one is never changed again."""
