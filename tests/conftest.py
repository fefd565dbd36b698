"""Property tests try the same examples on every run of the tests; ``make validate`` draws new ones."""

from hypothesis import settings

settings.register_profile("the same on every run", derandomize=True)
settings.load_profile("the same on every run")
