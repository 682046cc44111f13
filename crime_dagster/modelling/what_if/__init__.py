"""What-ifs: how predictions move when a feature changes."""
