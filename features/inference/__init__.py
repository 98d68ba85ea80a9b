"""Guess a project from a folder of data files, with the evidence for each guess."""
