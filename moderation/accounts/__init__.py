"""How editors, moderators and owners sign in: slowed guesses, a second factor, and
sessions that end."""
