"""How value models are fitted: by maximum likelihood, with scipy."""
