"""Run a network and keep what every layer says."""
