"""How answers are delivered: batch scoring, the store, lists and the HTTP server."""
