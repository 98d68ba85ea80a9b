"""What was known of each customer strictly before an as-of date, table by table."""
