"""Shared by all models: the design table, folds of boroughs, estimators, scores and tests."""
