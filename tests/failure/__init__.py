"""The failures that a fleet has to survive, under a steady load: `./dev fleet test`."""
