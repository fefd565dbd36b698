"""Where land, borders and people are, and how the map is cut into cells."""
