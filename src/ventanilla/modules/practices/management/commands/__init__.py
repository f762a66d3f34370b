"""`ventanilla import practices`."""
