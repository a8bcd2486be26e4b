"""E-mails about registrations."""
