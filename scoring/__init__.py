"""What we conclude about a customer: churn, segments and reasons, and the bundle that holds how."""
