"""Static charts: from data frames to figures."""
