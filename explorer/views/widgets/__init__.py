"""Small controls that every workspace shares."""
