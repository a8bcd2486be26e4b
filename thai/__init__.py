"""How Thai official life writes dates, digits, names, telephone numbers and organisations: pure functions."""
