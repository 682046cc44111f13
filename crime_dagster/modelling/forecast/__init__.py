"""Forecast: future crimes in each area, from its history and the explain models."""
