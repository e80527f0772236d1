"""What is noticed about a comment when it comes: it sorts, it never refuses."""
