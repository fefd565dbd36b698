"""Forms, encodings, keys and rules of what two nodes send and log."""
