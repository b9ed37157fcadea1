"""Other countries: what the project wrote of them, and their official files through the whole job."""
