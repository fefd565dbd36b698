"""The party node: notices, tracks, release gate, signed log, link, fusion and verifier."""
