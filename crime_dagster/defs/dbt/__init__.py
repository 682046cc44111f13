"""The dbt project as assets and checks."""
