"""Whether there is enough to train, in numbers, and the page that says so."""
