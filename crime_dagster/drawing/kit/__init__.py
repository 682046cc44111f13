"""What all pictures and pages share: colours, words, lettering, areas ready to draw, and the one way out to a file."""
