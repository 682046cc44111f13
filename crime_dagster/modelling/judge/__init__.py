"""Whether results are good enough: thresholds, verdicts, comparison with the last release."""
