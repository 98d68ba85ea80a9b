"""The features, family by family: what each measures, and how it is said."""
