"""The job and Dagster, for real, on folders made for each test."""
