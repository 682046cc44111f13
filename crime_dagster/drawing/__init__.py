"""Drawing: data frames in, pictures and pages out. `finish` is the only way out to a file."""
