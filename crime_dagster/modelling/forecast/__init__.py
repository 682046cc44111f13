"""Forecast: how many crimes each area will have, from its history and the explain models."""
