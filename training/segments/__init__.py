"""Whether a way of classifying customers is worth keeping, and whether it still holds."""
