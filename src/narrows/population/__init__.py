"""Many people at once: the criteria over a table, on the engine that holds it."""
