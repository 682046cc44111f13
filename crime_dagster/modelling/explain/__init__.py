"""Explain: what an area like this would have, without its crime history."""
