"""Examples of properties may take as long as a busy machine needs: speed is for `benchmarks/`."""

from hypothesis import settings

settings.register_profile("thesis", deadline=None)
settings.load_profile("thesis")
