"""Not measured yet."""
