"""Ways of classifying customers, one file per scheme."""
