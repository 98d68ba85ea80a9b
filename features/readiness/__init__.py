"""What is wrong, weak or absent in a project's tables, found before anyone trains."""
