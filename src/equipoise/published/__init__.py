"""Published studies as named configurations, with their printed numbers beside ours."""
