"""From evidence to verdicts and records; the hidden rules are loaded here."""
