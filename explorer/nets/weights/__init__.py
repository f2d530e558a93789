"""Trained parameters of the networks: where they come from, how they are checked, kept and loaded."""
