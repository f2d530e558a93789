"""What ``python -m explorer bench`` measures: one file a measure, each beside what it is compared with."""
