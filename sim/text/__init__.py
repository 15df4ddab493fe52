"""What people read: labels in two languages, numbers in words, tables, messages."""
