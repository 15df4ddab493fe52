"""The command line: words in, one call each, words out."""
