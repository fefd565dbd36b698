"""Pure array kernels in SI units: no records, no files."""
