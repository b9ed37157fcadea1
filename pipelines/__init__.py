"""The crime-and-clearance warehouse: from a submitted file to a published figure."""
