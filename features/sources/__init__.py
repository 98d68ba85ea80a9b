"""Where a table's rows come from: files and databases, read and mapped to the contract."""
