"""The Explore workspace: one picture, one network, every layer."""
