"""The views inside a layer: one file a view, and what they share."""
