"""What sensors see of a missile, and how well it is known from that."""
