"""What all assets share: unchanged steps, partitions, what they read, how a run reports."""
