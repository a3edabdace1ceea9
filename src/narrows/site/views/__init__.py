"""Views by noun: each fetches from the library and shows."""
