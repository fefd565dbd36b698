"""Constants, units, statuses and errors: what every floor of the house stands on."""
