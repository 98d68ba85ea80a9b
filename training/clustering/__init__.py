"""How clusters are fitted: how many, what they are called, and who they were before."""
