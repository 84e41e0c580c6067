"""Checks of the code that receives Stream's webhooks. The facts about events are in `rules/events.yaml`."""
