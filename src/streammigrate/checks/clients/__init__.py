"""Checks of the clients and neighbours of an app, in any language. The facts about packages are in `rules/clients.yaml`."""
