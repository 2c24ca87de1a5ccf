"""Passages to cited answers."""
