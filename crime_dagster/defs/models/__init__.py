"""Assets that fit and evaluate models, and their checks."""
