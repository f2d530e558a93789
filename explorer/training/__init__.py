"""Training: classifiers and generators learn, a step at a time, and report what a class wants to see."""
