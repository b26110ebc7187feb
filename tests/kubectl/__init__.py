"""Real kubectl against a real `manage.py up`: the tutorials people follow, step by step."""
