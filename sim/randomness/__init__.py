"""Uniforms by name, and what is made of them: counts, delays' luck, distributions, correlated worlds."""
