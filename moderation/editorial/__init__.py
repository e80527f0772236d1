"""What is done with a comment that leaves it in its state: it is redacted, lifted into
a post, moved; and a discussion that is continued in a new post."""
