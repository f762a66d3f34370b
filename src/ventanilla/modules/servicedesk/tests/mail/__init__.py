"""Mail to tickets: pure reading, deciding, and a real IMAP server."""
