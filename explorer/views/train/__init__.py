"""The Train workspace: a classifier learns while it is watched."""
