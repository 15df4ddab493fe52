"""The business as one reads it: books, calendar, market, mechanisms, channels."""
