"""What a customer's own words say: positive, neutral or negative, with a probability."""
