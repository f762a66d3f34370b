"""Pages of correspondence: lists, registering, the record and its actions, files, the public verification."""
