"""Drawing: from data frames to pictures and pages. Only `finish` writes files."""
