"""Static charts: `chart_<name>` makes one from rows of marts, `describe_<name>` its alternative text."""
