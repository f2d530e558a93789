"""What the views inside a layer show: one file a view."""
