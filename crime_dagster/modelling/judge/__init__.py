"""Quality of results: thresholds, verdicts, comparison with the last release."""
