"""The simulated world in which exchange nodes are tried: what may go wrong, who wishes it to, and what must hold."""
