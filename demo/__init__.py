"""The demonstration: one real meeting's programme with made-up people, so that every page shows life at once."""
