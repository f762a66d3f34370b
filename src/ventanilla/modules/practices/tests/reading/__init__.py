"""Tests of the form's schema, of reading it and of its rules; none of them needs the database."""
