"""Numbers that a reader of a report may change, and what the engine inside the report needs to answer."""
