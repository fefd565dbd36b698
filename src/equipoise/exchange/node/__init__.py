"""The running node of one party: its log, link, inbox and folder."""
