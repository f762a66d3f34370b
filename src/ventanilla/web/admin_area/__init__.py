"""HTTP side: admin_area."""
