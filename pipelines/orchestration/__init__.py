"""The Dagster ring around the job: what runs, when, in which order, and what is shown of it.

Belongs here: assets, their checks and metadata, the writer's lock as a resource, the job, its schedules and sensor, the
janitor of dead runs, and `run_now`, the one-command run.
Does not belong here: any step's own work (job.py and the rooms below it), SQL, connections, readers of files, and the
assembly of the parts into one `Definitions` (definitions.py).
"""
