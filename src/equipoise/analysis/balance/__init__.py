"""The strategic balance: forces, arrivals, stability, drawdown and the price of a response."""
