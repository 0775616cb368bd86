"""A tree evaluated, over all frames at once or one after the other."""
