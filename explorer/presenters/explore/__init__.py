"""The Explore workspace: one picture in one network, layer by layer."""
