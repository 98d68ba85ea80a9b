"""The front door: the project file and the command line; it wires the others."""
