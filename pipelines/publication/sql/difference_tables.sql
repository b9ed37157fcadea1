-- How many rows of each table the release has, and how they differ from the one before.
from release_changes order by table_name;
