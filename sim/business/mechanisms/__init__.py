"""What happens in a business: one file a family, one class a mechanism."""
