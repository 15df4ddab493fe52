"""The model of a business: books, calendar, market, mechanisms, channels."""
