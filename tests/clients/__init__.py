"""Clients that people have, in environments of their own, against a release (`make test-clients`)."""
