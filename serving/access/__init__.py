"""Who may ask what: keys, scopes, rates and the audit log; nothing here knows HTTP."""
