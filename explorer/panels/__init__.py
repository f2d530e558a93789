"""The panels of Explore, put together: for each view its presenter and its widget."""
