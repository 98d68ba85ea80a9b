"""What we know about a customer at one moment."""
