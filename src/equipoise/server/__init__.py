"""The server of a finished result: its files, and what-if questions to a warm engine. Needs the extra ``page``."""
