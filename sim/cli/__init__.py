"""The command line: one typer function a command, its options, its screens and files."""
