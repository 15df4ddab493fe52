"""Mechanisms, the things that happen in a business: one file a family, one class a mechanism."""
