"""What the settings of an app say."""
