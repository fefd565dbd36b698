"""From records to kernel tables, and engagements, raids and margins from them."""
