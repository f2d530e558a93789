"""From hostile bytes to an RGB array."""
