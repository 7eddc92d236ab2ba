"""From evidence to a verdict: rules, quotes, corroboration."""
