"""Values and pure functions: no torch, no Qt, nothing that takes time."""
