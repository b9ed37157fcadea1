"""What must hold of the code and of the repository as a whole."""
