"""Assets and checks that publish a release."""
