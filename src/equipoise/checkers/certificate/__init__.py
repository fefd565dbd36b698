"""Independent checker of guarantee certificates: shares no code with the search that writes them."""
