"""The tables by feature. Import them from `models`, which holds them all."""
