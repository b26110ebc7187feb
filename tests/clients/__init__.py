"""Client libraries as people use them, unmodified, against a real `manage.py up`."""
