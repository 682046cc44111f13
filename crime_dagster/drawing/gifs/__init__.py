"""Frames of animated GIFs."""
