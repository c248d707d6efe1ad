"""What a university's systems give and take: rosters, downloads of hand-ins, and the way back."""
