"""The HTTP edge: it parses, calls and formats; nothing else knows of HTTP."""
