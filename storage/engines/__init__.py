"""The two databases that Watchpost keeps its data in: how each is opened, locked, watched, and what its errors mean."""
