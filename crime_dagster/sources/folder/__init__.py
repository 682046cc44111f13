"""What is in a data folder, and which source each file belongs to."""
