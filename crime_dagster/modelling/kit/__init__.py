"""What all models share: the design table, folds of boroughs, estimators, scores and tests."""
