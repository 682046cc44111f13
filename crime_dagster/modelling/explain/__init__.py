"""Explain: the crime expected in an area with these features, without its crime history."""
