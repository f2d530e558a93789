"""The networks of the lecture, one file each."""
