"""What is on screen and why, without Qt."""
