"""The Compare workspace: one picture through several networks, side by side."""
