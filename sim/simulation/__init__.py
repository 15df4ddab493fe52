"""The day loop over spans of paths, and the processes that compute it."""
